#include "graph/reach/repair.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "graph/base/status_macros.h"
#include "graph/reach/repair_internal.h"

namespace onward::reach {
namespace {

// Copies beyond this many are judged for small inventories only.
constexpr uint64_t kCopiesMax = 3'000;
// The smallest inventory still costs about this many records to judge.
constexpr uint64_t kCostMin = 100;

uint64_t CostOf(const Snapshot& snapshot) {
  uint64_t records = 0;
  for (int kind = 1; kind <= static_cast<int>(model::RecordKind::kLast); ++kind) {
    if (static_cast<model::RecordKind>(kind) != model::RecordKind::kFlow) {
      records += snapshot.RecordsOf(static_cast<model::RecordKind>(kind)).size();
    }
  }
  return std::max(kCostMin, records + snapshot.FlowsInOrder().size());
}

// Sets of indices of one size, in order.
bool NextSet(std::vector<size_t>& picked, size_t count) {
  for (size_t at = picked.size(); at-- > 0;) {
    if (picked[at] < count - (picked.size() - at)) {
      ++picked[at];
      for (size_t i = at + 1; i < picked.size(); ++i) {
        picked[i] = picked[i - 1] + 1;
      }
      return true;
    }
  }
  return false;
}

// How many sets there are, up to `max` + 1.
uint64_t SetsOf(size_t count, size_t size, uint64_t max) {
  uint64_t sets = 1;
  for (size_t i = 0; i < size; ++i) {
    sets = sets * (count - i) / (i + 1);
    if (sets > max) {
      return max + 1;
    }
  }
  return sets;
}

}  // namespace

RepairTrials::RepairTrials(query::JudgementsPtr judged, const RepairQuestion& question,
                           const RepairLimits& limits)
    : judged_(std::move(judged)), question_(question), limits_(limits) {
  cost_ = CostOf(snapshot());
  work_left_ = std::min(limits.work_max, kCopiesMax * cost_);
}

absl::StatusOr<RepairState> RepairTrials::Present() { return StateOf(judged_); }

absl::StatusOr<RepairState> RepairTrials::With(const std::vector<model::Mutation>& mutations) {
  ONWARD_RETURN_IF_ERROR(Check());
  Use(1);
  query::JudgeOptions options;
  options.check = [this] { return Check(); };
  ONWARD_ASSIGN_OR_RETURN(
      query::JudgementsPtr judged,
      query::Judgements::After(*judged_, snapshot().With(snapshot().revision(), mutations),
                               mutations, options));
  return StateOf(std::move(judged));
}

void RepairTrials::Use(uint64_t copies) { work_left_ -= std::min(work_left_, copies * cost_); }

absl::StatusOr<RepairState> RepairTrials::StateOf(query::JudgementsPtr judged) const {
  RepairState state;
  const Snapshot& snapshot = judged->snapshot();
  std::vector<bool> taken;
  DayGraphPtr graph;
  if (!question_.origin.empty()) {
    ONWARD_ASSIGN_OR_RETURN(graph, DayGraph::Of(judged, limits_.check));
    StepCounter steps(UINT64_MAX, limits_.check);
    ONWARD_ASSIGN_OR_RETURN(
        taken, EdgesTaken(*graph, snapshot.PartyNumber(question_.origin).value(), steps));
  }
  for (const uint32_t flow : snapshot.FlowsInOrder()) {
    if (graph != nullptr) {
      const uint32_t edge = graph->EdgeOf(flow);
      if (edge == graph->edges() || !taken[edge]) {
        continue;
      }
    }
    if (judged->VerdictOf(flow) == verdict::Verdict::kLacking) {
      state.lacking.emplace_back(snapshot.FlowId(flow));
    }
    for (const query::DestinationOutcome& outcome : judged->DestinationsOf(flow)) {
      query::Count(outcome.verdict, state.counts);
    }
  }
  state.judged = std::move(judged);
  return state;
}

absl::StatusOr<std::vector<bool>> EdgesTaken(const DayGraph& graph, uint32_t origin,
                                             StepCounter& steps) {
  std::vector<bool> taken(graph.edges(), false);
  const Channels channels(graph, origin);
  std::vector<bool> met;
  for (const Channels::Item& item : channels.items()) {
    const Channel channel = channels.Make(item);
    met.assign(channel.nodes(), false);
    std::vector<uint32_t> open = {channel.root()};
    while (!open.empty()) {
      const uint32_t node = open.back();
      open.pop_back();
      const uint32_t degree = channel.Degree(node);
      ONWARD_RETURN_IF_ERROR(steps.Take(1 + degree));
      for (uint32_t step = 0; step < degree; ++step) {
        const uint32_t next = channel.Next(node, step);
        if (next == Channel::kNone) {
          continue;
        }
        if (const uint32_t edge = channel.EdgeAt(node, step); edge != Channel::kNone) {
          taken[edge] = true;
        }
        if (!met[next]) {
          met[next] = true;
          open.push_back(next);
        }
      }
    }
  }
  return taken;
}

absl::StatusOr<SetTrialsResult> TrySets(const SetTrials& sets, size_t size) {
  SetTrialsResult result;
  std::vector<size_t> free;
  for (size_t i = 0; i < sets.count; ++i) {
    if (!std::binary_search(sets.forced.begin(), sets.forced.end(), i)) {
      free.push_back(i);
    }
  }
  result.tried = size < sets.forced.size() || size - sets.forced.size() > free.size();
  if (result.tried) {
    return result;
  }
  std::vector<size_t> at(size - sets.forced.size());
  if (SetsOf(free.size(), at.size(), sets.trials.left()) > sets.trials.left()) {
    return result;
  }
  result.tried = true;
  std::iota(at.begin(), at.end(), 0);
  do {
    std::vector<size_t> picked = sets.forced;
    for (const size_t index : at) {
      picked.push_back(free[index]);
    }
    std::sort(picked.begin(), picked.end());
    ONWARD_ASSIGN_OR_RETURN(const RepairState state, sets.trials.With(sets.mutations(picked)));
    if (state.lacking.size() <= sets.lacking_max) {
      result.found = std::move(picked);
      break;
    }
  } while (NextSet(at, free.size()));
  return result;
}

absl::StatusOr<RepairPlan> FindRepair(const query::JudgementsPtr& judged,
                                      const RepairQuestion& question, const RepairLimits& limits) {
  RepairTrials trials(judged, question, limits);
  ONWARD_ASSIGN_OR_RETURN(const RepairState present, trials.Present());
  if (present.lacking.empty()) {
    RepairPlan plan;
    plan.kind = question.kind;
    plan.exact = true;
    plan.before = present.counts;
    plan.after = present.counts;
    return plan;
  }
  absl::StatusOr<RepairPlan> plan = question.kind == RepairKind::kStop
                                        ? PlanStops(trials, present, question)
                                        : PlanSignings(trials, present);
  if (plan.ok()) {
    plan->kind = question.kind;
    plan->before = present.counts;
    plan->lacking_flows = present.lacking.size();
  }
  return plan;
}

}  // namespace onward::reach
