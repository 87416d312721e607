#include "services/commands/law_listing.h"

#include <algorithm>

namespace onward::commands {
namespace {

bool Contains(const std::vector<std::string>& list, const std::string& word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace

bool Selects(const JurisdictionFilter& filter, const law::Jurisdiction& jurisdiction) {
  if (!filter.codes.empty() && !Contains(filter.codes, jurisdiction.code)) {
    return false;
  }
  return !filter.as_of || !filter.free_flow_only ||
         jurisdiction.FreeFlowOn(*filter.as_of) != nullptr;
}

bool Selects(const DecisionFilter& filter, const law::Decision& decision) {
  const auto named = [&](const std::string& code) { return Contains(filter.codes, code); };
  if (!filter.codes.empty() && std::none_of(decision.codes.begin(), decision.codes.end(), named)) {
    return false;
  }
  const Interval known = decision.IntervalKnownAt(filter.known_at);
  return filter.as_of ? known.Contains(*filter.as_of) : !known.IsEmpty();
}

bool Selects(std::optional<Date> as_of, const law::Instrument& instrument) {
  if (!as_of) {
    return true;
  }
  return instrument.interval.Contains(*as_of) &&
         instrument.earliest_use.value_or(Date::Min()) <= *as_of;
}

}  // namespace onward::commands
