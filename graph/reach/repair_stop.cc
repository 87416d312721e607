// Which flows to stop. A cut of the ways on which the data come is proposed, tried on a copy, extended while
// something is LACKING there, and thinned out. A flow that stops may change how others are judged, so that
// only copies count; that no smaller set does is shown by what must be stopped in any case, or by trying.
#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "graph/query/rows.h"
#include "graph/reach/repair_internal.h"

namespace onward::reach {
namespace {

constexpr int kRoundsMax = 8;
// To stop more LACKING flows than this one by one is no plan, and a copy without them as large as the inventory.
constexpr size_t kThemselvesMax = 10'000;

using Flows = std::set<std::string>;

// A set of flows to stop, and what is LACKING then.
struct Proposal {
  Flows flows;
  RepairState state;
};

bool IsBetter(const Proposal& a, const Proposal& b) {
  if (a.state.lacking.size() != b.state.lacking.size()) {
    return a.state.lacking.size() < b.state.lacking.size();
  }
  return a.flows.size() != b.flows.size() ? a.flows.size() < b.flows.size() : a.flows < b.flows;
}

class StopSearch {
 public:
  StopSearch(RepairTrials& trials, const RepairState& present, const RepairQuestion& question)
      : trials_(trials),
        present_(present),
        question_(question),
        kept_(question.keep_flows.begin(), question.keep_flows.end()) {}

  absl::StatusOr<RepairPlan> Run() {
    ONWARD_ASSIGN_OR_RETURN(Proposal best, Themselves());
    ONWARD_ASSIGN_OR_RETURN(Proposal cut, ByCuts());
    if (IsBetter(cut, best)) {
      best = std::move(cut);
    }
    ONWARD_RETURN_IF_ERROR(ThinOut(best));
    RepairPlan plan;
    ONWARD_RETURN_IF_ERROR(Bound(best, plan));
    plan.after = best.state.counts;
    plan.beyond_repair = best.state.lacking;
    for (const std::string& flow : best.flows) {
      plan.steps.push_back(StepOf(flow));
    }
    ONWARD_RETURN_IF_ERROR(Attribute(plan));
    return plan;
  }

 private:
  bool MayStop(const Snapshot& snapshot, uint32_t flow) const {
    return kept_.count(std::string(snapshot.FlowId(flow))) == 0;
  }

  model::Mutation StopOf(const std::string& id) const {
    model::Mutation mutation;
    mutation.ref = {model::RecordKind::kFlow, id};
    model::Flow flow = trials_.snapshot().FlowAt(trials_.snapshot().FlowNumber(id).value());
    flow.interval.until = trials_.day();
    if (flow.copy_ends.has_value()) {
      flow.copy_ends = model::CopyEnd{model::CopyOutcome::kDeleted, trials_.day()};
    }
    // A flow that begins on the day has no day left.
    if (!flow.interval.IsEmpty()) {
      mutation.record = std::move(flow);
    }
    return mutation;
  }

  std::vector<model::Mutation> StopsOf(const Flows& flows) const {
    std::vector<model::Mutation> mutations;
    for (const std::string& flow : flows) {
      mutations.push_back(StopOf(flow));
    }
    return mutations;
  }

  absl::StatusOr<Proposal> Try(Flows flows) {
    Proposal proposal;
    ONWARD_ASSIGN_OR_RETURN(proposal.state, trials_.With(StopsOf(flows)));
    proposal.flows = std::move(flows);
    return proposal;
  }

  // Stops what is LACKING, and again what turns LACKING then.
  absl::StatusOr<Proposal> Themselves() {
    Proposal proposal{{}, present_};
    if (present_.lacking.size() > kThemselvesMax) {
      return proposal;
    }
    for (int round = 0; round < kRoundsMax; ++round) {
      Flows flows = proposal.flows;
      for (const std::string& flow : proposal.state.lacking) {
        if (kept_.count(flow) == 0) {
          flows.insert(flow);
        }
      }
      if (flows == proposal.flows) {
        break;
      }
      ONWARD_ASSIGN_OR_RETURN(proposal, Try(std::move(flows)));
    }
    return proposal;
  }

  absl::StatusOr<Proposal> ByCuts() {
    Proposal proposal{{}, present_};
    for (int round = 0; round < kRoundsMax && trials_.left() > 0; ++round) {
      const Snapshot& snapshot = proposal.state.judged->snapshot();
      ONWARD_ASSIGN_OR_RETURN(const Cut cut,
                              FindCut(
                                  proposal.state, trials_.origin(),
                                  [&](uint32_t flow) { return MayStop(snapshot, flow); },
                                  [&] { return trials_.Check(); }));
      Flows flows = proposal.flows;
      for (const uint32_t flow : cut.flows) {
        flows.insert(std::string(snapshot.FlowId(flow)));
      }
      if (flows == proposal.flows) {
        break;
      }
      ONWARD_ASSIGN_OR_RETURN(proposal, Try(std::move(flows)));
    }
    return proposal;
  }

  // Without flows that need not stop.
  absl::Status ThinOut(Proposal& best) {
    const Flows flows = best.flows;
    for (const std::string& flow : flows) {
      if (trials_.left() == 0 || IsForced(flow)) {
        continue;
      }
      Flows fewer = best.flows;
      fewer.erase(flow);
      ONWARD_ASSIGN_OR_RETURN(Proposal thinner, Try(std::move(fewer)));
      if (thinner.state.lacking.size() <= best.state.lacking.size()) {
        best = std::move(thinner);
      }
    }
    return absl::OkStatus();
  }

  // LACKING whatever else stops: its verdict asks neither how the data came nor for whom the exporter acts
  // nor who runs a site, and whose data it carries is not asked.
  bool IsForced(const std::string& id) const {
    if (!std::binary_search(present_.lacking.begin(), present_.lacking.end(), id) ||
        !trials_.origin().empty()) {
      return false;
    }
    const Snapshot& snapshot = trials_.snapshot();
    const model::Flow flow = snapshot.FlowAt(snapshot.FlowNumber(id).value());
    return flow.sites.empty() && model::IsControllerRole(flow.exporter_role) &&
           verdict::ExporterBound(flow, snapshot, trials_.judged().law(), trials_.day()) == true;
  }

  // Says how few flows would do, and takes fewer where that shows some.
  absl::Status Bound(Proposal& best, RepairPlan& plan) {
    SetTrials sets{trials_, 0, {}, best.state.lacking.size(), {}};
    std::vector<std::string> all;
    size_t kept_forced = 0;
    for (const uint32_t flow : trials_.snapshot().FlowsInOrder()) {
      const std::string id(trials_.snapshot().FlowId(flow));
      if (trials_.judged().VerdictOf(flow) == verdict::Verdict::kUnspecified) {
        continue;
      }
      const bool forced = IsForced(id);
      if (kept_.count(id) > 0) {
        kept_forced += forced ? 1 : 0;
        continue;
      }
      if (forced) {
        sets.forced.push_back(all.size());
      }
      all.push_back(id);
    }
    sets.count = all.size();
    const auto named = [&](const std::vector<size_t>& picked) {
      Flows flows;
      for (const size_t index : picked) {
        flows.insert(all[index]);
      }
      return flows;
    };
    sets.mutations = [&](const std::vector<size_t>& picked) { return StopsOf(named(picked)); };
    plan.lower_bound = sets.forced.size();
    while (plan.lower_bound < best.flows.size()) {
      ONWARD_ASSIGN_OR_RETURN(const SetTrialsResult result, TrySets(sets, plan.lower_bound));
      if (!result.tried) {
        plan.limit = "not all smaller sets of flows were tried";
        return absl::OkStatus();
      }
      if (result.found) {
        ONWARD_ASSIGN_OR_RETURN(best, Try(named(*result.found)));
        break;
      }
      ++plan.lower_bound;
    }
    plan.exact = best.state.lacking.size() <= kept_forced;
    if (!plan.exact) {
      plan.limit = "another set of flows may leave less that is lacking";
    }
    return absl::OkStatus();
  }

  RepairStep StepOf(const std::string& id) const {
    const Snapshot& snapshot = trials_.snapshot();
    const model::Flow flow = snapshot.FlowAt(snapshot.FlowNumber(id).value());
    RepairStep step;
    step.text = absl::StrCat("Stop flow ", id, " from ", query::PartyName(snapshot, flow.exporter),
                             " to ", query::PartyName(snapshot, flow.importer));
    step.mutations = {StopOf(id)};
    if (flow.copy_ends.has_value()) {
      step.conditions.push_back(absl::StrCat("have ", query::PartyName(snapshot, flow.importer),
                                             " delete the copies that it holds from flow ", id));
    }
    return step;
  }

  // Which LACKING flows a step is meant for: itself, else those below it.
  absl::Status Attribute(RepairPlan& plan) const {
    const Snapshot& snapshot = trials_.snapshot();
    // Healed, with the exporter's number.
    std::vector<std::pair<const std::string*, uint32_t>> healed;
    for (const std::string& lacking : present_.lacking) {
      if (!std::binary_search(plan.beyond_repair.begin(), plan.beyond_repair.end(), lacking)) {
        healed.emplace_back(&lacking, snapshot.ExporterOf(snapshot.FlowNumber(lacking).value()));
      }
    }
    std::vector<uint8_t> below(snapshot.PartyCount(), 0);
    for (RepairStep& step : plan.steps) {
      ONWARD_RETURN_IF_ERROR(trials_.Check());
      const std::string& id = step.mutations.front().ref.id;
      const std::vector<uint32_t> parties =
          snapshot.Downstream(snapshot.ImporterOf(snapshot.FlowNumber(id).value()));
      std::for_each(parties.begin(), parties.end(), [&](uint32_t party) { below[party] = 1; });
      for (const auto& [lacking, exporter] : healed) {
        if (below[exporter] == 0 && *lacking != id) {
          continue;
        }
        if (step.flows.size() < kStepFlowsMax) {
          step.flows.push_back(*lacking);
        } else {
          ++step.more_flows;
        }
      }
      std::for_each(parties.begin(), parties.end(), [&](uint32_t party) { below[party] = 0; });
    }
    return absl::OkStatus();
  }

  RepairTrials& trials_;
  const RepairState& present_;
  const RepairQuestion& question_;
  const Flows kept_;
};

}  // namespace

absl::StatusOr<RepairPlan> PlanStops(RepairTrials& trials, const RepairState& present,
                                     const RepairQuestion& question) {
  return StopSearch(trials, present, question).Run();
}

}  // namespace onward::reach
