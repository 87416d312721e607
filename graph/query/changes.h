// The difference that a change of records or of the law makes to the verdicts on one date.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/query/judgements.h"
#include "graph/query/transfers.h"

namespace onward::query {

// One flow and destination whose verdict or reason differs. Unspecified: not there, or the flow does not
// take place on that date.
struct VerdictChange {
  std::string flow;
  std::string destination;
  verdict::Verdict before = verdict::Verdict::kUnspecified;
  verdict::Reason reason_before = verdict::Reason::kUnspecified;
  verdict::Verdict after = verdict::Verdict::kUnspecified;
  verdict::Reason reason_after = verdict::Reason::kUnspecified;
  friend bool operator==(const VerdictChange&, const VerdictChange&) = default;
};

// The difference, and how many verdicts there are before and after: one per flow and destination.
struct VerdictChanges {
  // In order of flow id and destination.
  std::vector<VerdictChange> list;
  VerdictCounts before;
  VerdictCounts after;
};

// `check` is asked as the work goes on; its error ends it.
absl::StatusOr<VerdictChanges> CompareVerdicts(const Judgements& before, const Judgements& after,
                                               const std::function<absl::Status()>& check);
// In order of flow id and destination.
std::vector<VerdictChange> ChangedVerdicts(const Judgements& before, const Judgements& after);
std::vector<VerdictChange> ChangedVerdicts(const SnapshotPtr& before, const SnapshotPtr& after,
                                           const law::RegisterPtr& law,
                                           const verdict::Question& question);

}  // namespace onward::query
