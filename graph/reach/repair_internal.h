// The parts of the search for repairs. Internal to this folder.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/reach/chokepoints_internal.h"
#include "graph/reach/repair.h"

namespace onward::reach {

// What is LACKING in scope in some state of the inventory.
struct RepairState {
  query::JudgementsPtr judged;
  // Flow ids, ascending.
  std::vector<std::string> lacking;
  query::VerdictCounts counts;
};

// Judges copies of the inventory, within the limits.
class RepairTrials {
 public:
  RepairTrials(query::JudgementsPtr judged, const RepairQuestion& question,
               const RepairLimits& limits);

  const query::Judgements& judged() const { return *judged_; }
  const Snapshot& snapshot() const { return judged_->snapshot(); }
  Date day() const { return judged_->question().as_of; }
  const std::string& origin() const { return question_.origin; }

  // As it is.
  absl::StatusOr<RepairState> Present();
  // With the mutations. Errors of RepairLimits::check only.
  absl::StatusOr<RepairState> With(const std::vector<model::Mutation>& mutations);
  // How many further copies the limit allows.
  uint64_t left() const { return work_left_ / cost_; }
  // Once it says that the work should end it goes on saying so, whoever asked.
  absl::Status Check() const {
    if (ended_.ok() && limits_.check) {
      ended_ = limits_.check();
    }
    return ended_;
  }
  // Whether the search should end: for those who ask with a bool.
  std::function<bool()> Stop() const {
    return [this] { return !Check().ok(); };
  }
  // Takes work that others do on copies.
  void Use(uint64_t copies);

 private:
  absl::StatusOr<RepairState> StateOf(query::JudgementsPtr judged) const;

  query::JudgementsPtr judged_;
  const RepairQuestion& question_;
  const RepairLimits& limits_;
  // Records in the inventory: what one copy costs.
  uint64_t cost_ = 1;
  uint64_t work_left_ = 0;
  mutable absl::Status ended_;
};

// The edges that data of an origin take, by edge.
absl::StatusOr<std::vector<bool>> EdgesTaken(const DayGraph& graph, uint32_t origin,
                                             StepCounter& steps);

// Flows to stop, by number, so that what makes the sinks LACKING does not reach them: a smallest cut of all
// ways taken together, whatever their categories. `sinks`: numbers of LACKING flows; `may_stop(flow)`. Those
// of them that cannot be cut off are left out and returned in `uncut`.
struct Cut {
  std::vector<uint32_t> flows;
  std::vector<uint32_t> uncut;
};
absl::StatusOr<Cut> FindCut(const RepairState& state, const std::string& origin,
                            const std::function<bool(uint32_t flow)>& may_stop,
                            const std::function<absl::Status()>& check);

// Picks a smallest set of things such that of each flow's options one is picked as a whole.
struct CoverAnswer {
  std::vector<uint32_t> things;
  // The option of each flow that was taken.
  std::vector<uint32_t> option_of;
  bool exact = false;
  uint64_t lower_bound = 0;
};
// options[flow][option]: things, ascending. Each flow has one option at least. Deterministic.
CoverAnswer FindCover(const std::vector<std::vector<std::vector<uint32_t>>>& options,
                      uint64_t nodes_max);

absl::StatusOr<RepairPlan> PlanStops(RepairTrials& trials, const RepairState& present,
                                     const RepairQuestion& question);
absl::StatusOr<RepairPlan> PlanSignings(RepairTrials& trials, const RepairState& present);

// Sets of things of a size, tried one after the other.
struct SetTrials {
  RepairTrials& trials;
  size_t count = 0;
  // Things that every set must have; ascending.
  std::vector<size_t> forced;
  // A set does that leaves at most so many flows LACKING.
  size_t lacking_max = 0;
  std::function<std::vector<model::Mutation>(const std::vector<size_t>& picked)> mutations;
};
struct SetTrialsResult {
  // False: the limit does not allow to try them all, and none was tried.
  bool tried = false;
  // The first set that does; ascending.
  std::optional<std::vector<size_t>> found;
};
absl::StatusOr<SetTrialsResult> TrySets(const SetTrials& sets, size_t size);

}  // namespace onward::reach
