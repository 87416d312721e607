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
// Copies that are left for what comes after looking at single flows.
constexpr uint64_t kCopiesKept = 500;
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
  // Of which parties, by number, and in which roles.
  using Kind = std::tuple<uint32_t, uint32_t, model::Role, model::Role>;

  bool IsOnward(const model::Flow& flow) const {
    return verdict::ExporterBound(flow, trials_.snapshot(), trials_.judged().law(),
                                  trials_.day()) != true;
  }

  // Flows alike are looked at once.
  absl::Status LookAt(const RepairState& state) {
    std::map<Kind, const std::string*> seen;
    const Snapshot& snapshot = state.judged->snapshot();
    const bool first = !extended_;
    for (const std::string& id : state.lacking) {
      apart_ = apart_ && StandsAlone(snapshot.FlowAt(snapshot.FlowNumber(id).value()));
    }
    const auto heals = [&](const std::vector<model::Mutation>& mutations) {
      return HealedBy(mutations);
    };
    for (const std::string& id : state.lacking) {
      ONWARD_RETURN_IF_ERROR(trials_.Check());
      const uint32_t number = snapshot.FlowNumber(id).value();
      const model::Flow flow = snapshot.FlowAt(number);
      const auto [at, is_new] =
          seen.emplace(Kind(snapshot.ExporterOf(number), snapshot.ImporterOf(number),
                            flow.exporter_role, flow.importer_role),
                       &id);
      if (!is_new && trials_.left() == 0 && things_.LookLike(id, *at->second)) {
        continue;
      }
      if (trials_.left() == 0) {
        ++not_looked_;
        continue;
      }
      trials_.Use(IsOnward(flow) ? kCopiesPerOnward : 1);
      const query::RemedyLimits limits{kEvaluationsMax, kRemediesMax, trials_.Stop()};
      const bool crosswise = first && !apart_ && state.lacking.size() > 1;
      ONWARD_RETURN_IF_ERROR(
          things_.Look(*state.judged, id, limits, crosswise ? heals : RepairThings::Healed()));
    }
    const std::vector<std::string> helped = things_.Flows();
    looked_ = {helped.begin(), helped.end()};
    return trials_.Check();
  }

  // LACKING flows that are not any more with the mutations; none where the limit does not allow to try.
  absl::StatusOr<std::vector<std::string>> HealedBy(const std::vector<model::Mutation>& mutations) {
    std::vector<std::string> healed;
    if (trials_.left() < kCopiesKept) {
      return healed;
    }
    ONWARD_ASSIGN_OR_RETURN(const RepairState then, trials_.With(mutations));
    std::set_difference(present_.lacking.begin(), present_.lacking.end(), then.lacking.begin(),
                        then.lacking.end(), std::back_inserter(healed));
    return healed;
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
    if (apart_ && !extended_ && AllHealed()) {
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

  // Steps needed at least. Whatever carries a flow of a bound exporter, its importer takes part in it: no
  // step serves more importers than it is about.
  uint64_t Needed() const {
    const Snapshot& snapshot = trials_.snapshot();
    std::set<std::string> importers;
    for (const std::string& id : looked_) {
      const std::optional<uint32_t> number = snapshot.FlowNumber(id);
      const bool lacking =
          std::binary_search(present_.lacking.begin(), present_.lacking.end(), id) &&
          !std::binary_search(state_.lacking.begin(), state_.lacking.end(), id);
      if (lacking && !IsOnward(snapshot.FlowAt(*number))) {
        importers.insert(HeadOf(std::string(snapshot.PartyId(snapshot.ImporterOf(*number)))));
      }
    }
    std::vector<size_t> serves;
    for (const std::set<std::string>& parties : things_.Parties()) {
      std::set<std::string> heads;
      for (const std::string& party : parties) {
        heads.insert(HeadOf(party));
      }
      serves.push_back(static_cast<size_t>(
          std::count_if(heads.begin(), heads.end(),
                        [&](const std::string& head) { return importers.count(head) > 0; })));
    }
    std::sort(serves.rbegin(), serves.rend());
    size_t served = 0;
    uint64_t needed = 0;
    while (served < importers.size() && needed < serves.size()) {
      served += serves[needed++];
    }
    return needed;
  }

  // What the party is a branch of in the end.
  std::string HeadOf(std::string id) const {
    constexpr int kHeadsMax = 16;
    for (int i = 0; i < kHeadsMax; ++i) {
      const model::Party* const party = trials_.snapshot().FindParty(id);
      if (party == nullptr || party->branch_of.empty()) {
        break;
      }
      id = party->branch_of;
    }
    return id;
  }

  // Nothing but the flow's own ends has to do with its mechanism: nobody for whom the exporter acts, no
  // head of a branch, no earlier hop.
  bool StandsAlone(const model::Flow& flow) const {
    return model::IsControllerRole(flow.exporter_role) && HeadOf(flow.exporter) == flow.exporter &&
           HeadOf(flow.importer) == flow.importer && !IsOnward(flow);
  }

  absl::Status TrySmaller(RepairPlan& plan) {
    SetTrials sets{trials_, things_.count(), {}, state_.lacking.size(), {}};
    const auto things = [](const std::vector<size_t>& picked) {
      return std::vector<uint32_t>(picked.begin(), picked.end());
    };
    sets.mutations = [&](const std::vector<size_t>& picked) {
      return MutationsOf(things_.StepsOf(things(picked)));
    };
    plan.lower_bound = picked_.empty() ? 0 : std::max<uint64_t>(1, Needed());
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
  // Every flow stands alone: what helps one is among its own options.
  bool apart_ = true;
  bool extended_ = false;
};

}  // namespace

absl::StatusOr<RepairPlan> PlanSignings(RepairTrials& trials, const RepairState& present) {
  return SignSearch(trials, present).Run();
}

}  // namespace onward::reach
