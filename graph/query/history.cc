#include "graph/query/history.h"

#include <algorithm>
#include <utility>

namespace onward::query {
namespace {

// The step after the one that holds on a day.
auto StepAfter(const std::vector<VerdictStep>& steps, Date day) {
  return std::upper_bound(steps.begin(), steps.end(), day,
                          [](Date d, const VerdictStep& step) { return d < step.date; });
}

}  // namespace

bool History::Find(uint32_t flow, const std::function<bool()>& stop) {
  if (flow_ != flow) {
    FlowStepsPtr steps = judged_.over_time().StepsOf(flow, stop);
    if (steps == nullptr) {
      return false;
    }
    steps_ = std::move(steps);
    verdicts_.clear();
    flow_ = flow;
  }
  return true;
}

const FlowSteps& History::AllOf(uint32_t flow) {
  Find(flow, {});
  return *steps_;
}

const verdict::HopVerdict& History::At(uint32_t flow, Date day) {
  const FlowSteps& steps = AllOf(flow);
  const auto at = verdicts_.find(day);
  if (at != verdicts_.end()) {
    return at->second;
  }
  verdict::Question when = judged_.question();
  when.as_of = day;
  return verdicts_
      .emplace(day, verdict::JudgeHop(judged_.snapshot().FlowAt(flow), judged_.snapshot(),
                                      judged_.law(), when, steps.ArrivalOn(day)))
      .first->second;
}

Date History::BeginOf(uint32_t flow) const {
  return std::max(judged_.snapshot().IntervalOf(flow).from, judged_.law().starts_on());
}

Standing History::Of(uint32_t flow, std::string_view destination) {
  Standing standing;
  for (const FlowSteps::Destination& known : AllOf(flow).destinations) {
    if (known.code != destination) {
      continue;
    }
    const auto next = StepAfter(known.steps, judged_.question().as_of);
    if (next != known.steps.end()) {
      standing.next_change = *next;
    }
    if ((next - 1)->date > BeginOf(flow)) {
      standing.since = (next - 1)->date;
    }
  }
  return standing;
}

std::vector<VerdictStep> History::StepsOf(uint32_t flow) {
  const std::vector<VerdictStep>& all = AllOf(flow).hop;
  const Date begin = BeginOf(flow);
  const auto next = StepAfter(all, begin);
  std::vector<VerdictStep> steps = {*(next - 1)};
  steps.front().date = begin;
  steps.insert(steps.end(), next, all.end());
  return steps;
}

}  // namespace onward::query
