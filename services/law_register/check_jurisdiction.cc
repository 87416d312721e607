#include <algorithm>

#include "absl/strings/str_cat.h"
#include "graph/model/text.h"
#include "services/law_register/check.h"

namespace onward::services {
namespace {

namespace pb = onward::v1;

constexpr std::string_view kOrganisationPrefix = "IO:";

bool AllCapitals(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

// AA for a place, IO:ABC for an organisation, a word for a region.
bool CodeFits(std::string_view code, pb::JurisdictionStatus status) {
  if (status == pb::JURISDICTION_STATUS_INTERNATIONAL_ORGANISATION) {
    return code.starts_with(kOrganisationPrefix) && code.size() > kOrganisationPrefix.size() &&
           code.size() <= 16 && AllCapitals(code.substr(kOrganisationPrefix.size()));
  }
  const size_t longest = status == pb::JURISDICTION_STATUS_REGION ? 16 : 2;
  return code.size() >= 2 && code.size() <= longest && AllCapitals(code);
}

void CheckNames(const pb::Jurisdiction& place, const RegisterIndex& index, RecordCheck& check) {
  check.Required("name", place.name());
  check.Required("source", place.source());
  check.RequiredEnum("status", place.status());
  check.Expect(CodeFits(place.code(), place.status()), "code",
               "must be two capitals for a place, IO: and capitals for an international "
               "organisation, or a word in capitals for a region");
  if (!place.parent().empty() &&
      (place.parent() == place.code() || index.FindCode(place.parent()) == nullptr)) {
    check.Problem("parent", model::Quote(place.parent()) + " is not another code of the register");
  }
}

void CheckEvents(const pb::Jurisdiction& place, RecordCheck& check) {
  std::optional<Date> before;
  for (int i = 0; i < place.events_size(); ++i) {
    const std::string at = At("events", i);
    const auto date = check.RequiredDate(Join(at, "date"), place.events(i).date());
    check.Required(Join(at, "event"), place.events(i).event());
    check.Expect(!before || !date || *before <= *date, Join(at, "date"), "is out of order");
    before = date;
  }
}

struct Territory {
  std::vector<Interval> eu;
  std::vector<Interval> eea;
  std::vector<Interval> directive;
  std::vector<Interval> gdpr;
  std::vector<Interval> free_flow;
};

bool Lasts(const std::vector<Interval>& intervals) {
  return !intervals.empty() && intervals.back().until == Date::Max();
}

// The Directive handed over to the GDPR on one day.
void CheckHandover(const pb::Jurisdiction& place, const Territory& territory, RecordCheck& check) {
  if (territory.directive.empty() || territory.gdpr.empty()) {
    return;
  }
  const Date end = territory.directive.back().until;
  const Date start = territory.gdpr.front().from;
  if (start < end) {
    check.Problem("gdpr_territory[0].from", "overlaps directive_95_46");
  } else if (end < start && place.gdpr_territory(0).note().empty()) {
    check.Problem("gdpr_territory[0].from",
                  absl::StrCat("leaves a gap after directive_95_46, which ends on ", end.ToString(),
                               "; if that is meant, say why in its note"));
  }
}

std::vector<Interval> Bound(const Territory& territory) {
  std::vector<Interval> bound = territory.directive;
  bound.insert(bound.end(), territory.gdpr.begin(), territory.gdpr.end());
  return bound;
}

// Where the law binds exporters, data flow in freely; a member is bound as long as it is one.
void CheckCoverage(const Territory& territory, Date starts_on, RecordCheck& check) {
  const std::vector<Interval> bound = Bound(territory);
  for (const Interval& interval : bound) {
    if (const auto day = FirstUncovered(interval, territory.free_flow)) {
      check.Problem("free_flow", absl::StrCat("does not hold ", day->ToString(),
                                              ", a day on which exporters here are bound"));
    }
  }
  for (const Interval& interval : territory.eu) {
    const Interval member = interval.Meet({starts_on, Date::Max()});
    const auto day = member.IsEmpty() ? std::nullopt : FirstUncovered(member, bound);
    if (day) {
      check.Problem("gdpr_territory", absl::StrCat("neither it nor directive_95_46 holds ",
                                                   day->ToString(), ", a day inside eu"));
    }
  }
}

// Free flow into a place whose exporters are not bound rests on the bridge of the agreement with the
// United Kingdom; anything else is a slip.
void CheckFreeFlowBasis(const pb::Jurisdiction& place, const Territory& territory,
                        RecordCheck& check) {
  const std::vector<Interval> bound = Bound(territory);
  for (int i = 0; i < place.free_flow_size(); ++i) {
    const std::string at = Join(At("free_flow", i), "basis");
    check.RequiredEnum(at, place.free_flow(i).basis());
    const bool unbound = FirstUncovered(territory.free_flow[i], bound).has_value();
    check.Expect(!unbound || place.free_flow(i).basis() == pb::TERRITORY_BASIS_TCA_BRIDGE, at,
                 "free flow where exporters are not bound needs TERRITORY_BASIS_TCA_BRIDGE");
  }
}

void CheckBeginning(const Territory& territory, Date starts_on, RecordCheck& check) {
  const auto early = [&](const std::vector<Interval>& intervals) {
    return !intervals.empty() && intervals.front().from < starts_on;
  };
  check.Expect(!early(territory.directive), "directive_95_46[0].from", "is before starts_on");
  check.Expect(!early(territory.gdpr), "gdpr_territory[0].from", "is before starts_on");
  check.Expect(!early(territory.free_flow), "free_flow[0].from", "is before starts_on");
}

bool IsUnionStatus(pb::JurisdictionStatus status) {
  return status == pb::JURISDICTION_STATUS_EU_MEMBER ||
         status == pb::JURISDICTION_STATUS_EU_TERRITORY ||
         status == pb::JURISDICTION_STATUS_EU_OUTERMOST_REGION;
}

// What the status says about today.
void CheckStatus(pb::JurisdictionStatus status, const Territory& territory, RecordCheck& check) {
  const bool inside = Lasts(territory.gdpr) && Lasts(territory.free_flow);
  if (IsUnionStatus(status)) {
    check.Expect(inside && Lasts(territory.eu), "status",
                 "needs eu, gdpr_territory and free_flow without an end");
  } else if (status == pb::JURISDICTION_STATUS_EEA_EFTA) {
    check.Expect(inside && Lasts(territory.eea), "status",
                 "needs eea, gdpr_territory and free_flow without an end");
  } else if (status != pb::JURISDICTION_STATUS_REGION) {
    check.Expect(!Lasts(territory.gdpr) && !Lasts(territory.free_flow), "status",
                 "contradicts gdpr_territory or free_flow without an end");
  }
}

void CheckUnsettled(const pb::Jurisdiction& place, const Territory& territory, RecordCheck& check) {
  check.OptionalDate("contested_from", place.contested_from());
  const auto settled = check.OptionalDate("settled_from", place.settled_from());
  const bool split = place.status() == pb::JURISDICTION_STATUS_SPLIT_TERRITORY;
  check.Expect(place.split_status() == split, "split_status",
               "must be true with JURISDICTION_STATUS_SPLIT_TERRITORY, and only with it");
  if (place.split_status()) {
    check.Expect(
        territory.free_flow.empty() && territory.directive.empty() && territory.gdpr.empty(),
        "split_status", "a split territory has no intervals of its own");
  }
  check.Expect(
      !settled || territory.free_flow.empty() || *settled <= territory.free_flow.front().from,
      "settled_from", "must not be after the first day of free_flow");
}

}  // namespace

void CheckJurisdiction(const pb::Jurisdiction& place, const RegisterIndex& index,
                       RecordCheck& check) {
  CheckNames(place, index, check);
  CheckEvents(place, check);
  RecordCheck intervals = check;
  Territory territory;
  territory.eu = CheckTerritory("eu", place.eu(), intervals);
  territory.eea = CheckTerritory("eea", place.eea(), intervals);
  territory.directive = CheckTerritory("directive_95_46", place.directive_95_46(), intervals);
  territory.gdpr = CheckTerritory("gdpr_territory", place.gdpr_territory(), intervals);
  territory.free_flow = CheckTerritory("free_flow", place.free_flow(), intervals);
  if (!intervals.clean()) {
    return;  // What compares intervals would only repeat it.
  }
  CheckHandover(place, territory, check);
  CheckCoverage(territory, index.starts_on, check);
  CheckFreeFlowBasis(place, territory, check);
  CheckBeginning(territory, index.starts_on, check);
  CheckStatus(place.status(), territory, check);
  CheckUnsettled(place, territory, check);
}

}  // namespace onward::services
