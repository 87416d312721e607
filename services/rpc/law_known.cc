#include "services/rpc/law_known.h"

#include <algorithm>
#include <optional>

namespace onward::rpc {
namespace {

// A missing day is no later day.
bool IsAfter(const std::string& text, Date known_at) {
  const std::optional<Date> date = Date::Parse(text);
  return date && *date > known_at;
}

template <class List, class DateOf>
void RemoveAfter(List& list, Date known_at, DateOf date_of) {
  list.erase(std::remove_if(list.begin(), list.end(),
                            [&](const auto& entry) { return IsAfter(date_of(entry), known_at); }),
             list.end());
}

}  // namespace

void TrimToKnown(Date known_at, v1::Jurisdiction& jurisdiction) {
  if (IsAfter(jurisdiction.contested_from(), known_at)) {
    jurisdiction.clear_contested_from();
  }
  RemoveAfter(*jurisdiction.mutable_events(), known_at, [](const auto& e) { return e.date(); });
}

void TrimToKnown(Date known_at, v1::AdequacyDecision& decision) {
  RemoveAfter(*decision.mutable_history(), known_at, [](const auto& e) { return e.known_from(); });
  if (!decision.history().empty()) {
    decision.set_until(decision.history().rbegin()->until());
  }
  if (IsAfter(decision.ended_by().known_from(), known_at)) {
    decision.clear_ended_by();
  }
  RemoveAfter(*decision.mutable_amendments(), known_at, [](const auto& e) { return e.adopted(); });
  RemoveAfter(*decision.mutable_reviews(), known_at, [](const auto& e) { return e.date(); });
}

bool WasKnown(Date known_at, const v1::Instrument& instrument) {
  return !IsAfter(instrument.adopted(), known_at) && !IsAfter(instrument.published(), known_at);
}

bool WasKnown(Date known_at, const v1::CourtCase& court_case) {
  return !IsAfter(court_case.lodged().empty() ? court_case.date() : court_case.lodged(), known_at);
}

}  // namespace onward::rpc
