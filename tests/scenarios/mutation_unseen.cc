// Why a shifted date changes no verdict: each reason is computed, none is a list of dates.
#include <algorithm>
#include <string>

#include "tests/scenarios/mutation.h"

namespace onward::scenarios {
namespace {

constexpr int kDaysAround = 3;

// What a judge reads of a place on one day.
struct Status {
  bool unsettled = false;
  bool binds = false;
  bool free = false;
  friend bool operator==(const Status&, const Status&) = default;
};

Status StatusOn(const law::Jurisdiction& place, Date day) {
  if (place.UnsettledOn(day)) {
    return {true, false, false};
  }
  return {false, place.BindsExporter(day), place.FreeFlowOn(day) != nullptr};
}

std::string Place(const law::Register& before, const law::Register& after, const std::string& code,
                  Date date) {
  for (Date day = date.Plus(-kDaysAround); day <= date.Plus(kDaysAround); day = day.Plus(1)) {
    if (day >= before.starts_on() && StatusOn(*before.FindJurisdiction(code), day) !=
                                         StatusOn(*after.FindJurisdiction(code), day)) {
      return "";
    }
  }
  return date <= before.starts_on() ? "the register answers nothing before its first day"
                                    : "the same days are covered, by the law before it or after it";
}

// Data flow freely to every place of the decision on those days, so that nobody asks for it.
bool FreeThroughout(const law::Register& law, const law::Decision& decision, const Interval& days) {
  return std::all_of(decision.codes.begin(), decision.codes.end(), [&](const std::string& code) {
    const auto& free = law.FindJurisdiction(code)->free_flow;
    return std::any_of(free.begin(), free.end(), [&days](const law::TerritoryInterval& interval) {
      return interval.interval.Meet(days) == days;
    });
  });
}

// What is known on one day comes to the same.
bool SameKnown(const law::Register& law, const law::Decision& before, const law::Decision& after,
               Date known) {
  const Interval a = before.IntervalKnownAt(known);
  const Interval b = after.IntervalKnownAt(known);
  if (a.IsEmpty() || b.IsEmpty()) {
    return a.IsEmpty() && b.IsEmpty();
  }
  return a.until == b.until ||
         FreeThroughout(law, before, {std::min(a.until, b.until), std::max(a.until, b.until)});
}

bool SameEnds(const law::Register& law, const law::Decision& before, const law::Decision& after,
              Date date) {
  for (int days = -kDaysAround; days <= kDaysAround; ++days) {
    if (!SameKnown(law, before, after, date.Plus(days))) {
      return false;
    }
  }
  return SameKnown(law, before, after, Date::Max());
}

bool SameExclusions(const law::Decision& before, const law::Decision& after, Date latest) {
  const auto effective = [latest](const law::Exclusion& exclusion, const law::Decision& decision) {
    Interval days = exclusion.interval.Meet(decision.interval);
    days.from = std::max(days.from, latest);  // the days before are not tested
    return days;
  };
  for (size_t i = 0; i < before.exclusions.size(); ++i) {
    if (effective(before.exclusions[i], before) != effective(after.exclusions[i], after)) {
      return false;
    }
  }
  return true;
}

std::string Decision(const law::Register& law, const v1::AdequacyDecision& record,
                     const law::Decision& before, const law::Decision& after, Date date) {
  if (!before.in_scope) {
    return "the decision carries no transfer under the GDPR";
  }
  const Date latest = Date::Parse(record.effect_window().latest()).value_or(before.interval.from);
  const Date earliest = Date::Parse(record.effect_window().earliest()).value_or(latest);
  const Date was = before.interval.from;
  const Date is = after.interval.from;
  const bool in_window = is >= earliest && is <= latest;
  const bool starts =
      was == is || in_window || FreeThroughout(law, before, {std::min(was, is), std::max(was, is)});
  if (!starts || !SameEnds(law, before, after, date) || !SameExclusions(before, after, latest)) {
    return "";
  }
  if (was == is) {
    return "the same is known and left out on every day that is asked about";
  }
  return in_window ? "inside the effect window, not tested" : "data flow freely there on that day";
}

std::string Scheme(const law::Register& law, const law::Scheme& before, const law::Scheme& after) {
  const Date first = law.FindDecision(before.decision)->interval.from;
  return std::max(first, before.listable.from) == std::max(first, after.listable.from)
             ? "nobody relies on the list before the decision"
             : "";
}

Date FirstUse(const law::Instrument& instrument) {
  return std::max(instrument.interval.from, instrument.earliest_use.value_or(Date::Min()));
}

std::string Instrument(const law::Register& law, const law::Instrument& before,
                       const law::Instrument& after) {
  if (before.category == law::InstrumentCategory::kAdequacy) {
    return "stands for the decisions, which have dates of their own";
  }
  if (before.look_alike != law::LookAlike::kNone) {
    return "carries nothing on any day";
  }
  const auto first = [&law](const law::Instrument& instrument) {
    return std::max(FirstUse(instrument), law.starts_on());
  };
  const bool same_legacy = before.legacy.has_value() == after.legacy.has_value() &&
                           (!before.legacy.has_value() ||
                            (before.legacy->contract_before == after.legacy->contract_before &&
                             before.legacy->until == after.legacy->until));
  const bool same =
      first(before) == first(after) && before.interval.until == after.interval.until &&
      same_legacy &&
      std::max(before.tia.from, first(before)) == std::max(after.tia.from, first(after));
  return same ? "the instrument cannot be used so early" : "";
}

}  // namespace

std::string WhyUnseen(const v1::LawRegister& law, const law::Register& before,
                      const law::Register& after, const Mutation& mutation) {
  switch (mutation.list) {
    case RecordList::kJurisdictions:
      return Place(before, after, law.jurisdictions(mutation.record).code(), mutation.date);
    case RecordList::kDecisions:
      return Decision(before, law.decisions(mutation.record), *before.FindDecision(mutation.id),
                      *after.FindDecision(mutation.id), mutation.date);
    case RecordList::kSchemes:
      return Scheme(before, *before.FindScheme(mutation.id), *after.FindScheme(mutation.id));
    case RecordList::kInstruments:
      return Instrument(before, *before.FindInstrument(mutation.id),
                        *after.FindInstrument(mutation.id));
    case RecordList::kRegister:
      break;
  }
  return "";
}

}  // namespace onward::scenarios
