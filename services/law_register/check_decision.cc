#include <algorithm>

#include "absl/strings/str_cat.h"
#include "graph/model/text.h"
#include "services/law_register/check.h"

namespace onward::services {
namespace {

namespace pb = onward::v1;

void CheckPlaces(const pb::AdequacyDecision& decision, const RegisterIndex& index,
                 RecordCheck& check) {
  check.Expect(decision.countries().empty() != decision.organisation().empty(), "countries",
               "a decision names countries, or one organisation");
  std::set<std::string_view> seen;
  for (int i = 0; i < decision.countries_size(); ++i) {
    const std::string& code = decision.countries(i);
    const pb::Jurisdiction* place = index.FindCode(code);
    check.Expect(place != nullptr && place->status() != pb::JURISDICTION_STATUS_REGION &&
                     place->status() != pb::JURISDICTION_STATUS_INTERNATIONAL_ORGANISATION,
                 At("countries", i), model::Quote(code) + " is not a country of the register");
    check.Expect(seen.insert(code).second, At("countries", i), "stands here twice");
  }
  const pb::Jurisdiction* body = index.FindCode(decision.organisation());
  check.Expect(
      decision.organisation().empty() ||
          (body != nullptr && body->status() == pb::JURISDICTION_STATUS_INTERNATIONAL_ORGANISATION),
      "organisation", "is not an international organisation of the register");
}

void CheckOrigin(const pb::AdequacyDecision& decision, RecordCheck& check) {
  check.Required("decision", decision.decision());
  check.Required("legal_basis", decision.legal_basis());
  check.Required("scope", decision.scope());
  check.Required("source", decision.source());
  check.RequiredEnum("regime", decision.regime());
  check.Expect(decision.in_scope() == (decision.regime() == pb::DECISION_REGIME_GDPR), "in_scope",
               "must be true with DECISION_REGIME_GDPR, and only with it");
  const auto adopted = check.RequiredDate("adopted", decision.adopted());
  const auto published = check.OptionalDate("oj_date", decision.oj_date());
  check.Expect(!adopted || !published || *adopted <= *published, "oj_date", "is before adopted");
}

void CheckWindow(const pb::AdequacyDecision& decision, const Interval& force, Date adopted,
                 RecordCheck& check) {
  check.Expect(adopted <= force.from, "from", "is before adopted");
  if (!decision.has_effect_window()) {
    return;
  }
  const auto earliest =
      check.RequiredDate("effect_window.earliest", decision.effect_window().earliest());
  const auto latest = check.RequiredDate("effect_window.latest", decision.effect_window().latest());
  check.Expect(!earliest || !latest || (*earliest <= force.from && force.from <= *latest),
               "effect_window", "must hold the day of from");
}

// The case that ended the decision says so itself, on that day.
void CheckEndingCase(const pb::AdequacyDecision& decision, Date day, const RegisterIndex& index,
                     RecordCheck& check) {
  const std::string& by = decision.ended_by().by();
  if (!std::string_view(by).starts_with("case-")) {
    return;
  }
  const auto found = index.cases.find(by);
  if (found == index.cases.end()) {
    check.Problem("ended_by.by", model::Quote(by) + " is not a case of the register");
    return;
  }
  const pb::CourtCase& court_case = *found->second;
  const auto& affects = court_case.affects();
  check.Expect(std::find(affects.begin(), affects.end(), decision.id()) != affects.end(),
               "ended_by.by", "this case does not name the decision in affects");
  check.Expect(court_case.date() == day.ToString(), "ended_by.date",
               "is not the day of that judgment");
}

void CheckEnd(const pb::AdequacyDecision& decision, const Interval& force,
              const RegisterIndex& index, RecordCheck& check) {
  if (!decision.has_ended_by()) {
    check.Expect(force.until > index.knowledge_cutoff, "ended_by",
                 "is missing: until has passed by knowledge_cutoff");
    return;
  }
  const pb::DecisionEnd& end = decision.ended_by();
  check.RequiredEnum("ended_by.kind", end.kind());
  check.Required("ended_by.by", end.by());
  check.Expect(!decision.until().empty(), "until", "is missing: the decision has ended");
  const auto known_from = check.RequiredDate("ended_by.known_from", end.known_from());
  check.Expect(
      !known_from || std::any_of(decision.history().begin(), decision.history().end(),
                                 [&](const auto& h) { return h.known_from() == end.known_from(); }),
      "ended_by.known_from", "is not a known_from of history");
  const auto day = check.RequiredDate("ended_by.date", end.date());
  if (!day) {
    return;
  }
  check.Expect(decision.in_scope() ? *day == force.until : *day <= force.until, "ended_by.date",
               "must be the day of until");
  CheckEndingCase(decision, *day, index, check);
}

// A decision that has run out cannot be brought back: a later end is known before the earlier one comes.
void CheckHistory(const pb::AdequacyDecision& decision, const Interval& force, RecordCheck& check) {
  std::optional<Date> known_before;
  Date end = Date::Max();
  for (int i = 0; i < decision.history_size(); ++i) {
    const pb::KnownEnd& entry = decision.history(i);
    const std::string at = At("history", i);
    const auto known = check.RequiredDate(Join(at, "known_from"), entry.known_from());
    const auto until = check.OptionalDate(Join(at, "until"), entry.until());
    if (!known || (!until && !entry.until().empty())) {
      return;
    }
    check.Expect(i > 0 || entry.known_from() == decision.adopted(), Join(at, "known_from"),
                 "must be the day of adoption");
    check.Expect(!known_before || *known_before < *known, Join(at, "known_from"),
                 "is out of order");
    check.Expect(*known <= end, Join(at, "known_from"), "is after the end known before it");
    end = until.value_or(Date::Max());
    check.Expect(force.from < end, Join(at, "until"), "must be after from");
    known_before = known;
  }
  check.Expect(decision.history_size() > 0 && end == force.until, "history",
               "must end with the until of the decision");
}

void CheckCertification(const pb::AdequacyDecision& decision, const RegisterIndex& index,
                        RecordCheck& check) {
  check.Expect(decision.requires_certification() == !decision.scheme().empty(), "scheme",
               "goes together with requires_certification");
  if (decision.scheme().empty()) {
    return;
  }
  const auto found = index.schemes.find(decision.scheme());
  if (found == index.schemes.end()) {
    check.Problem("scheme", model::Quote(decision.scheme()) + " is not a scheme of the register");
    return;
  }
  check.Expect(found->second->decision() == decision.id(), "scheme",
               "this scheme names another decision");
}

void CheckExclusions(const pb::AdequacyDecision& decision, const Interval& force,
                     RecordCheck& check) {
  std::set<std::string_view> seen;
  for (int i = 0; i < decision.exclusions_size(); ++i) {
    const pb::Exclusion& exclusion = decision.exclusions(i);
    const std::string at = At("exclusions", i);
    check.Expect(IsConditionId(exclusion.id()), Join(at, "id"),
                 "must be small letters, digits and _, beginning with a letter");
    check.Expect(seen.insert(exclusion.id()).second, Join(at, "id"), "stands here twice");
    check.Required(Join(at, "excludes"), exclusion.excludes());
    const auto interval = check.RequiredInterval(Join(at, "from"), exclusion.from(),
                                                 Join(at, "until"), exclusion.until());
    if (!interval) {
      continue;
    }
    check.Expect(force.from <= interval->from && interval->from < force.until, Join(at, "from"),
                 "must be inside the decision");
    check.Expect(exclusion.until().empty() || interval->until <= force.until, Join(at, "until"),
                 "must be inside the decision");
  }
}

void CheckAmendments(const pb::AdequacyDecision& decision, RecordCheck& check) {
  std::string before = decision.adopted();
  for (int i = 0; i < decision.amendments_size(); ++i) {
    const pb::Amendment& amendment = decision.amendments(i);
    const std::string at = At("amendments", i);
    check.Required(Join(at, "decision"), amendment.decision());
    check.Required(Join(at, "effect"), amendment.effect());
    check.RequiredDate(Join(at, "adopted"), amendment.adopted());
    check.Expect(before <= amendment.adopted(), Join(at, "adopted"), "is out of order");
    before = amendment.adopted();
  }
}

void CheckReviews(const pb::AdequacyDecision& decision, RecordCheck& check) {
  std::string before = decision.adopted();
  for (int i = 0; i < decision.reviews_size(); ++i) {
    const pb::Review& review = decision.reviews(i);
    const std::string at = At("reviews", i);
    check.Required(Join(at, "report"), review.report());
    check.Required(Join(at, "outcome"), review.outcome());
    check.RequiredDate(Join(at, "date"), review.date());
    check.Expect(before <= review.date(), Join(at, "date"), "is out of order");
    before = review.date();
  }
}

// A decision about a place that needs none has no object.
void CheckObject(const pb::AdequacyDecision& decision, const Interval& force,
                 const RegisterIndex& index, RecordCheck& check) {
  for (int i = 0; i < decision.countries_size(); ++i) {
    const pb::Jurisdiction* place = index.FindCode(decision.countries(i));
    for (int j = 0; place != nullptr && j < place->free_flow_size(); ++j) {
      const auto from = Date::Parse(place->free_flow(j).from());
      const auto until = Date::Parse(place->free_flow(j).until());
      check.Expect(!from || !force.Overlaps({*from, until.value_or(Date::Max())}),
                   At("countries", i),
                   absl::StrCat("the decision overlaps free_flow[", j, "] of ", place->code()));
    }
  }
}

}  // namespace

void CheckDecision(const pb::AdequacyDecision& decision, const RegisterIndex& index,
                   RecordCheck& check) {
  CheckPlaces(decision, index, check);
  CheckOrigin(decision, check);
  CheckCertification(decision, index, check);
  CheckConditions("recipient_conditions", decision.recipient_conditions(), check);
  CheckAmendments(decision, check);
  CheckReviews(decision, check);
  const auto force = check.RequiredInterval("from", decision.from(), "until", decision.until());
  if (!force) {
    return;
  }
  CheckWindow(decision, *force, Date::Parse(decision.adopted()).value_or(Date::Min()), check);
  CheckEnd(decision, *force, index, check);
  CheckHistory(decision, *force, check);
  CheckExclusions(decision, *force, check);
  CheckObject(decision, *force, index, check);
}

}  // namespace onward::services
