// How the verdicts of one snapshot change over time. Internal to this folder.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/query/judgements.h"
#include "graph/query/over_time.h"

namespace onward::query {

// Since when a destination's verdict and reason stand, and what comes next.
struct Standing {
  std::optional<Date> since;
  std::optional<VerdictStep> next_change;
};

// Reads the steps of `judgements`, which must outlive this, and judges flows on other dates than its own.
// Remembers what it judged of the flow that was asked about last. Not thread-safe.
class History {
 public:
  explicit History(const Judgements& judgements) : judged_(judgements) {}

  // Before the others: finds the flow's steps, which may take long for the first flow of many. False: stopped, since `stop`, where
  // there is one, said so.
  bool Find(uint32_t flow, const std::function<bool()>& stop);
  // On the date of the judgements; the flow takes place on it.
  Standing Of(uint32_t flow, std::string_view destination);
  // Steps of the flow's worst verdict from its beginning, or the register's, on.
  std::vector<VerdictStep> StepsOf(uint32_t flow);
  // Over all dates.
  const FlowSteps& AllOf(uint32_t flow);
  // The flow's verdict on any day.
  const verdict::HopVerdict& At(uint32_t flow, Date day);
  // Days on which the flow's verdict may change, ascending. Valid until another flow is asked about.
  const std::vector<Date>& DatesOf(uint32_t flow) { return AllOf(flow).dates; }

 private:
  // First day on which the flow takes place and the register answers.
  Date BeginOf(uint32_t flow) const;

  const Judgements& judged_;
  // Of the flow that was asked about last.
  std::optional<uint32_t> flow_;
  FlowStepsPtr steps_;
  std::map<Date, verdict::HopVerdict> verdicts_;
};

}  // namespace onward::query
