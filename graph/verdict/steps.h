// A hop's verdict as a step function of time: computed once, asked by binary search.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "graph/verdict/judge.h"

namespace onward::verdict {

// From this day on, until the next step.
struct Step {
  Date from = Date::Min();
  Verdict verdict = Verdict::kUnspecified;
  Reason reason = Reason::kUnspecified;
  std::string mechanism;
  friend bool operator==(const Step&, const Step&) = default;
};

// The steps of a hop and of each of its destinations by code. Each list begins at Date::Min(), is
// ascending, and two neighbours differ.
struct HopSteps {
  std::vector<Step> hop;
  std::map<std::string, std::vector<Step>, std::less<>> destinations;
  friend bool operator==(const HopSteps&, const HopSteps&) = default;
};

// All dates of one hop. `arrival` is taken as the same on every day.
HopSteps StepsOf(const model::Flow& flow, const InventoryView& inventory, const law::Register& law,
                 Date law_known_at, const Arrival& arrival);

// The steps of the hop as a whole.
std::vector<Step> Steps(const model::Flow& flow, const InventoryView& inventory,
                        const law::Register& law, Date law_known_at, const Arrival& arrival);

// The step that holds on a day. `steps` must not be empty.
const Step& StepOn(const std::vector<Step>& steps, Date day);

// The next step after a day that changes verdict or reason. Null: none.
const Step* NextChange(const std::vector<Step>& steps, Date day);

}  // namespace onward::verdict
