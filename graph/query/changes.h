// The difference that a change of records makes to the verdicts on one date.
#pragma once

#include <string>
#include <vector>

#include "graph/query/judgements.h"

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

// In order of flow id and destination.
std::vector<VerdictChange> VerdictChanges(const Judgements& before, const Judgements& after);
std::vector<VerdictChange> VerdictChanges(const SnapshotPtr& before, const SnapshotPtr& after,
                                          const law::RegisterPtr& law,
                                          const verdict::Question& question);

}  // namespace onward::query
