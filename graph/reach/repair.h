// Repair: the least that has to be signed or stopped so that nothing LACKING is left.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/query/judgements.h"
#include "graph/query/transfers.h"

namespace onward::reach {

enum class RepairKind {
  // Sign agreements, mend those on file, have recipients listed, state what is missing.
  kSign,
  // Stop flows.
  kStop
};

struct RepairQuestion {
  RepairKind kind = RepairKind::kSign;
  // Id of the party whose data may reach nothing LACKING; empty: nothing may be LACKING at all.
  std::string origin;
  // Ids of flows that may not be stopped.
  std::vector<std::string> keep_flows;
};

// Plans to stop flows list so many LACKING flows with each: all that lie below it would be too many.
inline constexpr size_t kStepFlowsMax = 100;

// One thing to do: an agreement between two parties, a record on a party, a fact on a flow, a flow to stop.
struct RepairStep {
  // In words, with names.
  std::string text;
  // No two steps of a plan change one record.
  std::vector<model::Mutation> mutations;
  // LACKING flows that it is meant for, by id, ascending; of STOP the first kStepFlowsMax.
  std::vector<std::string> flows;
  // How many more there are.
  uint64_t more_flows = 0;
  // What has to be done besides, in words.
  std::vector<std::string> conditions;
};

struct RepairPlan {
  RepairKind kind = RepairKind::kSign;
  std::vector<RepairStep> steps;
  // No smaller number of steps leaves as little LACKING: of STOP, no set of flows; of SIGN, no set of the
  // steps that were found to help.
  bool exact = false;
  uint64_t lower_bound = 0;
  // What was bounded; empty: nothing.
  std::string limit;
  // Verdicts of flows and destinations in scope: as it is, and on a copy with all steps done.
  query::VerdictCounts before;
  query::VerdictCounts after;
  // Flows that are still LACKING in scope on that copy, by id, ascending.
  std::vector<std::string> beyond_repair;
  // LACKING flows in scope as it is.
  uint64_t lacking_flows = 0;
};

struct RepairLimits {
  // Records that are looked at, over all copies of the inventory that are judged.
  uint64_t work_max = 2'000'000;
  // Error ends the work with it. Empty: never. Asked before each copy is judged.
  std::function<absl::Status()> check;
};

// A plan, tried on a copy of the inventory. `origin` must be a party of it. Flows that are UNDETERMINED are
// not LACKING: `after` counts how many are left.
absl::StatusOr<RepairPlan> FindRepair(const query::JudgementsPtr& judged,
                                      const RepairQuestion& question,
                                      const RepairLimits& limits = {});

}  // namespace onward::reach
