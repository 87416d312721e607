// How the verdicts of one snapshot change over time. Internal to this folder.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "graph/query/judgements.h"
#include "graph/query/transfers.h"

namespace onward::query {

// Since when a destination's verdict and reason stand, and what comes next.
struct Standing {
  std::optional<Date> since;
  std::optional<VerdictStep> next_change;
};

// Judges flows on other dates than that of `judgements`, which must outlive this. Remembers what it
// computed: use one for all flows of an answer. Not thread-safe.
class History {
 public:
  explicit History(const Judgements& judgements) : judged_(judgements) {}

  // The flow takes place on the date of the judgements.
  Standing Of(uint32_t flow, const verdict::DestinationVerdict& present);
  // Steps of the flow's worst verdict from its beginning, or the register's, on.
  std::vector<VerdictStep> StepsOf(uint32_t flow);
  // The flow's verdict on any day.
  const verdict::HopVerdict& At(uint32_t flow, Date day);
  // Days on which the flow's verdict may change, ascending. Valid until another flow is asked about.
  const std::vector<Date>& DatesOf(uint32_t flow);

 private:
  bool AlwaysBound(uint32_t flow, const std::vector<Date>& dates) const;
  void AddUpstream(uint32_t party, std::set<Date>& dates);
  const Arrivals& ArrivalsOn(Date day);
  // Verdict and reason of a destination on a day; of the whole flow where it has no such destination.
  VerdictStep StepAt(uint32_t flow, const std::string& destination, Date day);

  const Judgements& judged_;
  std::map<Date, Arrivals> arrivals_;
  std::map<uint32_t, std::vector<Date>> upstream_;
  // Of the flow that was asked about last.
  std::optional<uint32_t> flow_;
  std::vector<Date> dates_;
  std::map<Date, verdict::HopVerdict> verdicts_;
};

}  // namespace onward::query
