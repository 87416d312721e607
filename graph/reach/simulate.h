// The difference between what is stored and what is assumed, on one date.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/query/changes.h"
#include "graph/query/findings.h"
#include "graph/query/judgements.h"

namespace onward::reach {

// Asked as the work goes on; its error ends it.
using Check = std::function<absl::Status()>;

// What is compared: on one date, with the same knowledge of the law. Both must outlive what refers to them.
struct Compared {
  const query::Judgements& before;
  const query::Judgements& after;
};

// How many flows and destinations are new, gone, worse, better, or differ in their reason only.
struct DifferenceCounts {
  uint64_t gained = 0;
  uint64_t lost = 0;
  uint64_t worse = 0;
  uint64_t better = 0;
  uint64_t reason_only = 0;
  friend bool operator==(const DifferenceCounts&, const DifferenceCounts&) = default;
};

DifferenceCounts CountChanges(const std::vector<query::VerdictChange>& changes);

// A change with what a reader wants to know of its flow, taken from what is assumed, or from what is stored
// where nothing is left.
struct TransferDifference {
  query::VerdictChange change;
  std::string exporter;
  std::string importer;
  std::string exporter_name;
  std::string importer_name;
  // Party ids of origins whose data it carries, before or after, in order.
  std::vector<std::string> origins;
  std::string explanation;
};

TransferDifference Describe(const Compared& compared, const query::VerdictChange& change,
                            const std::function<bool()>& stop = {});

// An origin with data in some flow whose verdict differs.
struct AffectedOrigin {
  std::string origin;
  std::string origin_name;
  // Its activities, before or after, that use a category of such a flow; by id, in order.
  std::vector<std::string> activities;
  // Such flows and destinations that turn worse, or are new and neither COVERED nor NOT_A_TRANSFER; and the
  // other way round.
  uint64_t worse = 0;
  uint64_t better = 0;
  friend bool operator==(const AffectedOrigin&, const AffectedOrigin&) = default;
};

// In order of id. Changes of the reason only affect nobody.
absl::StatusOr<std::vector<AffectedOrigin>> AffectedOrigins(
    const Compared& compared, const std::vector<query::VerdictChange>& changes, const Check& check);

// Findings that nobody has answered on one side and that are not so on the other, in the order of findings.
// They point into the judgements of their side.
struct FindingDifference {
  std::vector<query::Finding> opened;
  std::vector<query::Finding> closed;
};

absl::StatusOr<FindingDifference> CompareFindings(const Compared& compared, const Check& check);

}  // namespace onward::reach
