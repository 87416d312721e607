#include "graph/verdict/steps.h"

#include <algorithm>
#include <utility>

#include "graph/verdict/brief.h"

namespace onward::verdict {
namespace {

void Append(Step step, std::vector<Step>& steps) {
  const bool same = !steps.empty() && steps.back().verdict == step.verdict &&
                    steps.back().reason == step.reason && steps.back().mechanism == step.mechanism;
  if (!same) {
    steps.push_back(std::move(step));
  }
}

Step StepFrom(Date from, const DestinationVerdict& verdict) {
  return {from, verdict.verdict, verdict.reason, verdict.mechanism};
}

}  // namespace

HopSteps StepsOf(const model::Flow& flow, const InventoryView& inventory, const law::Register& law,
                 Date law_known_at, const Arrival& arrival) {
  std::vector<Date> starts = Boundaries(flow, inventory, law, law_known_at);
  starts.insert(starts.begin(), Date::Min());
  HopSteps steps;
  for (const Date start : starts) {
    const HopVerdict verdict =
        JudgeWithoutProof(flow, inventory, law, Question{start, law_known_at}, arrival);
    Append(StepFrom(start, verdict.Deciding()), steps.hop);
    for (const DestinationVerdict& destination : verdict.destinations) {
      Append(StepFrom(start, destination), steps.destinations[destination.destination]);
    }
  }
  return steps;
}

std::vector<Step> Steps(const model::Flow& flow, const InventoryView& inventory,
                        const law::Register& law, Date law_known_at, const Arrival& arrival) {
  return StepsOf(flow, inventory, law, law_known_at, arrival).hop;
}

const Step& StepOn(const std::vector<Step>& steps, Date day) {
  const auto after = std::upper_bound(steps.begin(), steps.end(), day,
                                      [](Date d, const Step& step) { return d < step.from; });
  return after == steps.begin() ? steps.front() : *(after - 1);
}

const Step* NextChange(const std::vector<Step>& steps, Date day) {
  if (steps.empty()) {
    return nullptr;
  }
  const Step& now = StepOn(steps, day);
  for (const Step& step : steps) {
    if (step.from > day && (step.verdict != now.verdict || step.reason != now.reason)) {
      return &step;
    }
  }
  return nullptr;
}

}  // namespace onward::verdict
