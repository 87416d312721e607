// What to sign or to mend. Remedies of each flow that is LACKING are put together thing by thing; of each
// flow's remedies one must be done as a whole, and the fewest things are picked. The plan is tried on a
// copy; what is still LACKING there is looked at again.
#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "graph/reach/repair_internal.h"
#include "graph/reach/repair_things.h"

namespace onward::reach {
namespace {

constexpr int kRoundsMax = 3;
constexpr size_t kEvaluationsMax = 96;
constexpr size_t kRemediesMax = 24;
constexpr uint64_t kCoverNodesMax = 200'000;
// Copies that looking at one flow is reckoned as, if how its data came has to be found anew each time.
constexpr uint64_t kCopiesPerOnward = 16;
// Smaller sets of so many things are tried.
constexpr size_t kThingsMax = 24;

std::vector<model::Mutation> MutationsOf(const std::vector<RepairStep>& steps) {
  std::vector<model::Mutation> mutations;
  for (const RepairStep& step : steps) {
    mutations.insert(mutations.end(), step.mutations.begin(), step.mutations.end());
  }
  return mutations;
}

class SignSearch {
 public:
  SignSearch(RepairTrials& trials, const RepairState& present)
      : trials_(trials), present_(present), things_(trials) {}

  absl::StatusOr<RepairPlan> Run() {
    ONWARD_RETURN_IF_ERROR(LookAt(present_));
    ONWARD_RETURN_IF_ERROR(Cover());
    for (int round = 1; round < kRoundsMax && !state_.lacking.empty(); ++round) {
      const size_t before = looked_.size();
      ONWARD_RETURN_IF_ERROR(LookAgain());
      if (looked_.size() == before) {
        break;
      }
    }
    RepairPlan plan;
    ONWARD_RETURN_IF_ERROR(Bound(plan));
    plan.steps = things_.StepsOf(picked_);
    plan.after = state_.counts;
    plan.beyond_repair = state_.lacking;
    return plan;
  }

 private:
  static std::tuple<std::string, std::string, model::Role, model::Role> KindOf(
      const model::Flow& flow) {
    return {flow.exporter, flow.importer, flow.exporter_role, flow.importer_role};
  }

  bool IsOnward(const model::Flow& flow) const {
    return verdict::ExporterBound(flow, trials_.snapshot(), trials_.judged().law(),
                                  trials_.day()) != true;
  }

  // Flows alike are looked at once.
  absl::Status LookAt(const RepairState& state) {
    std::map<std::tuple<std::string, std::string, model::Role, model::Role>, std::string> seen;
    const Snapshot& snapshot = state.judged->snapshot();
    for (const std::string& id : state.lacking) {
      ONWARD_RETURN_IF_ERROR(trials_.Check());
      const model::Flow flow = snapshot.FlowAt(snapshot.FlowNumber(id).value());
      const auto [at, is_new] = seen.emplace(KindOf(flow), id);
      if (!is_new && trials_.left() == 0 && things_.LookLike(id, at->second)) {
        continue;
      }
      if (trials_.left() == 0) {
        ++not_looked_;
        continue;
      }
      const bool onward = IsOnward(flow);
      any_onward_ = any_onward_ || onward;
      trials_.Use(onward ? kCopiesPerOnward : 1);
      const query::RemedyLimits limits{kEvaluationsMax, kRemediesMax, trials_.Stop()};
      if (things_.Look(*state.judged, id, limits)) {
        looked_.insert(id);
      }
    }
    return trials_.Check();
  }

  absl::Status Cover() {
    cover_ = FindCover(things_.Options(), kCoverNodesMax);
    return Take(cover_.things);
  }

  absl::Status Take(std::vector<uint32_t> picked) {
    picked_ = std::move(picked);
    if (picked_.empty()) {
      state_ = present_;
      return absl::OkStatus();
    }
    ONWARD_ASSIGN_OR_RETURN(state_, trials_.With(MutationsOf(things_.StepsOf(picked_))));
    return absl::OkStatus();
  }

  // What the plan leaves LACKING, or makes so, if something helps it; kept only if it does.
  absl::Status LookAgain() {
    std::vector<std::string> rest;
    for (const std::string& flow : state_.lacking) {
      if (looked_.count(flow) == 0 &&
          !std::binary_search(present_.lacking.begin(), present_.lacking.end(), flow)) {
        rest.push_back(flow);
      }
    }
    if (rest.empty()) {
      return absl::OkStatus();
    }
    RepairState partial = state_;
    partial.lacking = std::move(rest);
    extended_ = true;
    ONWARD_RETURN_IF_ERROR(LookAt(partial));
    return Cover();
  }

  absl::Status Bound(RepairPlan& plan) {
    if (not_looked_ > 0) {
      plan.limit = absl::StrCat("remedies were not looked for at ", not_looked_, " of ",
                                present_.lacking.size(), " flows");
    }
    // Each flow stands by itself where no exporter's verdict depends on how its data came.
    const bool apart = !any_onward_ && !extended_ && AllHealed();
    if (apart) {
      plan.exact = cover_.exact && not_looked_ == 0;
      plan.lower_bound = cover_.lower_bound;
      if (!cover_.exact) {
        plan.limit = "not all smaller sets of steps were tried";
      }
      return absl::OkStatus();
    }
    return TrySmaller(plan);
  }

  // Every flow that something helps is not LACKING under the plan.
  bool AllHealed() const {
    return std::none_of(state_.lacking.begin(), state_.lacking.end(),
                        [&](const std::string& flow) { return looked_.count(flow) > 0; });
  }

  absl::Status TrySmaller(RepairPlan& plan) {
    SetTrials sets{trials_, things_.count(), {}, state_.lacking.size(), {}};
    const auto things = [](const std::vector<size_t>& picked) {
      return std::vector<uint32_t>(picked.begin(), picked.end());
    };
    sets.mutations = [&](const std::vector<size_t>& picked) {
      return MutationsOf(things_.StepsOf(things(picked)));
    };
    plan.lower_bound = picked_.empty() ? 0 : 1;
    while (plan.lower_bound < picked_.size()) {
      SetTrialsResult result;
      if (things_.count() <= kThingsMax) {
        ONWARD_ASSIGN_OR_RETURN(result, TrySets(sets, plan.lower_bound));
      }
      if (!result.tried) {
        plan.limit = plan.limit.empty() ? "not all smaller sets of steps were tried" : plan.limit;
        return absl::OkStatus();
      }
      if (result.found) {
        ONWARD_RETURN_IF_ERROR(Take(things(*result.found)));
        break;
      }
      ++plan.lower_bound;
    }
    plan.exact = not_looked_ == 0 && AllHealed();
    if (!plan.exact && plan.limit.empty()) {
      plan.limit = "steps that help single flows do not help them together";
    }
    return absl::OkStatus();
  }

  RepairTrials& trials_;
  const RepairState& present_;
  RepairThings things_;
  CoverAnswer cover_;
  std::vector<uint32_t> picked_;
  RepairState state_;
  // Flows that something helps.
  std::set<std::string> looked_;
  size_t not_looked_ = 0;
  bool any_onward_ = false;
  bool extended_ = false;
};

}  // namespace

absl::StatusOr<RepairPlan> PlanSignings(RepairTrials& trials, const RepairState& present) {
  return SignSearch(trials, present).Run();
}

}  // namespace onward::reach
