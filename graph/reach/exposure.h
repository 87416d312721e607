// Exposure: which recipients outside the EEA data of an origin reach, and on what footing.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/categories.h"
#include "graph/query/transfers.h"
#include "graph/reach/day_graph.h"

namespace onward::reach {

struct ExposureQuestion {
  // At most one of them is set; none: data of all origins. A party, by its number.
  std::optional<uint32_t> origin;
  // Of the activity's controllers and processor, its data categories only; all that they hold where it names none.
  const model::Activity* activity = nullptr;
  // Each list, where empty, selects all.
  std::vector<verdict::Verdict> verdicts;
  // Register codes.
  std::vector<std::string> destinations;
  // Recipients that one of them, a part of it, something that it is part of, or unspecified data reaches.
  std::vector<std::string> data_categories;
  // Party ids.
  std::vector<std::string> recipients;
};

// A recipient, at one destination outside the EEA, that data of an origin reach. Numbers are those of the snapshot.
struct ExposureRow {
  uint32_t origin = 0;
  uint32_t recipient = 0;
  // Register code, or UNKNOWN.
  std::string destination;
  CategorySet categories;
  // The worst among the flows into the recipient that carry some of the data to that destination; of several the smallest id.
  // NOT_A_TRANSFER, NOT_IN_EFFECT where only copies are held.
  verdict::Verdict verdict = verdict::Verdict::kUnspecified;
  verdict::Reason reason = verdict::Reason::kUnspecified;
  std::string mechanism;
  uint32_t flow = 0;
  // The worst verdict on some chain of flows that carries one category from where it starts to here, and the flow nearest to
  // the recipient that has it (the smallest id of several). A chain may meet a party twice.
  verdict::Verdict worst_hop = verdict::Verdict::kUnspecified;
  uint32_t worst_hop_flow = 0;
  // Length of a shortest chain that carries one category from the origin and ends with `flow`; where no chain leads from the
  // origin itself, of one that starts with unexplained data of it.
  uint32_t hops = 0;
  // That chain, of several the first by flow ids; the last kWitnessMax flows of it.
  std::vector<uint32_t> witness;
  bool held = false;
};

// Flows in all witnesses of a page: a page that would have more ends before its limit.
inline constexpr size_t kWitnessMax = 20'000;

// Where a page ended: party ids and register code.
struct ExposureKey {
  std::string origin;
  std::string recipient;
  std::string destination;
};

struct ExposurePage {
  std::vector<ExposureRow> rows;
  // Key of the last row, where more follow.
  std::optional<ExposureKey> next;
  // Over everything that the filters select.
  query::VerdictCounts summary;
  // Origins that were asked about.
  uint64_t origins = 0;
};

// Asked as the work goes on, every few ten thousand flows, with the number of recipients found so far; its error ends the work.
using ExposureCheck = std::function<absl::Status(size_t rows)>;

// At most `limit` rows after `after`, in order of origin, recipient and destination. Without recursion, and near-linear in what
// the data reach; of all origins it is that for each. What was found for all origins is kept beside the judgements.
absl::StatusOr<ExposurePage> Exposure(const DayGraphPtr& graph, const ExposureQuestion& question,
                                      const std::optional<ExposureKey>& after, size_t limit,
                                      const ExposureCheck& check);

}  // namespace onward::reach
