// The verdicts of an inventory's flows as a list: one row per flow and destination.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/query/judgements.h"
#include "graph/query/over_time.h"

namespace onward::query {

// One flow and one of its destinations. Points into the proof that it came from.
struct TransferRow {
  std::shared_ptr<const model::Flow> flow;
  const verdict::DestinationVerdict* verdict = nullptr;
  // Names for people.
  std::string exporter_name;
  std::string importer_name;
  // As declared; for ALL_RECEIVED what is received, or that word where it is not known. Empty: not stated.
  std::vector<std::string> categories;
  // Party ids of the origins whose data it carries.
  std::vector<std::string> origins;
  // First day of the present verdict and reason; nullopt: since the flow began or the register starts.
  std::optional<Date> since;
  // First later day on which verdict or reason differs.
  std::optional<VerdictStep> next_change;
};

// Each list, where empty, selects all.
struct TransferFilter {
  std::vector<verdict::Verdict> verdicts;
  // Register codes.
  std::vector<std::string> destinations;
  // Flows that carry one of them, a part of it, or something that it is part of.
  std::vector<std::string> data_categories;
  // On either side.
  std::vector<std::string> parties;
  // Lists NOT_A_TRANSFER rows too. They are counted in any case; `verdicts` may name them as well.
  bool include_not_a_transfer = false;
};

// Where a page ended.
struct TransferKey {
  std::string flow;
  std::string destination;
  friend auto operator<=>(const TransferKey&,
                          const TransferKey&) = default;  // NOLINT(modernize-use-nullptr)
};

struct VerdictCounts {
  uint64_t not_a_transfer = 0;
  uint64_t covered = 0;
  uint64_t conditional = 0;
  uint64_t lacking = 0;
  uint64_t undetermined = 0;
  friend bool operator==(const VerdictCounts&, const VerdictCounts&) = default;
};

// Counts one more; unspecified as undetermined.
void Count(verdict::Verdict verdict, VerdictCounts& counts);

struct TransferPage {
  std::vector<TransferRow> rows;
  // What the rows point into: the proofs of their flows.
  std::vector<ProofPtr> proofs;
  // Key of the last row, where more follow.
  std::optional<TransferKey> next;
  // Over everything that the filter selects, not only this page.
  VerdictCounts summary;
};

// Ids of origins in all rows of a page: with 20,000 origins behind each row, a page of as many rows as are asked for would pass what
// an answer may hold (16 MiB unless the server is told otherwise).
inline constexpr size_t kOriginBytesOfPage = 4ULL << 20;

// At most `limit` rows after `after`, in order of flow id and destination. Flows that do not take place
// on the date are left out. The page refers to `judgements`. `check` is asked every few thousand flows; its error ends the work.
// No further row once ids of origins take `origin_bytes_max`: a page has one row at least, where any are left.
absl::StatusOr<TransferPage> ListTransfers(const Judgements& judgements,
                                           const TransferFilter& filter,
                                           const std::optional<TransferKey>& after, size_t limit,
                                           const std::function<absl::Status()>& check,
                                           size_t origin_bytes_max = kOriginBytesOfPage);
// To the end.
TransferPage ListTransfers(const Judgements& judgements, const TransferFilter& filter,
                           const std::optional<TransferKey>& after, size_t limit);

}  // namespace onward::query
