// Schemes, court cases, and what decisions may not share.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "graph/model/text.h"
#include "services/law_register.h"
#include "services/law_register/check.h"

namespace onward::services {
namespace {

namespace pb = onward::v1;

void CheckSchemeDecision(const pb::Scheme& scheme, const RegisterIndex& index, RecordCheck& check) {
  const auto found = index.decisions.find(scheme.decision());
  if (found == index.decisions.end()) {
    check.Problem("decision",
                  model::Quote(scheme.decision()) + " is not a decision of the register");
    return;
  }
  const pb::AdequacyDecision& decision = *found->second;
  check.Expect(decision.scheme() == scheme.id(), "decision", "this decision names another scheme");
  check.Expect(decision.from() <= scheme.listable_from(), "listable_from",
               "is before the decision");
  check.Expect(decision.until() == scheme.until(), "until", "is not the end of the decision");
}

// Both cover the same importers: a certificate for one is none for the other, and conditions differ.
bool CoverAlike(const pb::AdequacyDecision& a, const pb::AdequacyDecision& b) {
  const auto& first = a.recipient_conditions();
  const auto& second = b.recipient_conditions();
  return a.in_scope() && b.in_scope() && a.scheme() == b.scheme() &&
         std::equal(first.begin(), first.end(), second.begin(), second.end(),
                    [](const auto& x, const auto& y) { return x.id() == y.id(); });
}

Interval ForceOf(const pb::AdequacyDecision& decision) {
  return {Date::Parse(decision.from()).value_or(Date::Max()),
          Date::Parse(decision.until()).value_or(Date::Max())};
}

}  // namespace

void CheckScheme(const pb::Scheme& scheme, const RegisterIndex& index, RecordCheck& check) {
  check.Required("list", scheme.list());
  check.Required("rule", scheme.rule());
  check.Required("source", scheme.source());
  check.Expect(!scheme.data_categories().empty(), "data_categories", "are missing");
  for (int i = 0; i < scheme.data_categories_size(); ++i) {
    const std::string& category = scheme.data_categories(i);
    check.Expect(category == "hr" || category == "non_hr", At("data_categories", i),
                 "must be hr or non_hr");
  }
  check.RequiredInterval("listable_from", scheme.listable_from(), "until", scheme.until());
  CheckSchemeDecision(scheme, index, check);
}

void CheckCase(const pb::CourtCase& court_case, const RegisterIndex& index, RecordCheck& check) {
  check.Required("name", court_case.name());
  check.Required("case_number", court_case.case_number());
  check.Required("court", court_case.court());
  check.Required("effect", court_case.effect());
  check.Required("status", court_case.status());
  check.Required("source", court_case.source());
  const auto lodged = check.OptionalDate("lodged", court_case.lodged());
  const auto date = check.OptionalDate("date", court_case.date());
  check.Expect(!lodged || !date || *lodged <= *date, "date", "is before lodged");
  check.OptionalDate("status_confirmed_on", court_case.status_confirmed_on());
  check.Expect(!court_case.date().empty() || !court_case.status_confirmed_on().empty(),
               "status_confirmed_on", "is missing: the case is pending");
  check.Expect(!court_case.affects().empty(), "affects", "is missing");
  for (int i = 0; i < court_case.affects_size(); ++i) {
    const std::string& id = court_case.affects(i);
    check.Expect(index.decisions.contains(id) || index.instruments.contains(id), At("affects", i),
                 model::Quote(id) + " is not a decision or instrument of the register");
  }
}

namespace {

using Decisions = std::vector<const pb::AdequacyDecision*>;

void CheckPairs(const Decisions& decisions, model::Violations& violations) {
  for (size_t i = 0; i < decisions.size(); ++i) {
    for (size_t j = i + 1; j < decisions.size(); ++j) {
      if (CoverAlike(*decisions[i], *decisions[j]) &&
          ForceOf(*decisions[i]).Overlaps(ForceOf(*decisions[j]))) {
        violations.Add(Join(decisions[j]->id(), "from"),
                       absl::StrCat("overlaps ", decisions[i]->id()));
      }
    }
  }
}

}  // namespace

void CheckDecisionOverlaps(const pb::LawRegister& message, model::Violations& violations) {
  std::map<std::string_view, Decisions> by_code;
  for (const pb::AdequacyDecision& decision : message.decisions()) {
    for (const std::string& code : decision.countries()) {
      by_code[code].push_back(&decision);
    }
    if (!decision.organisation().empty()) {
      by_code[decision.organisation()].push_back(&decision);
    }
  }
  for (const auto& [code, decisions] : by_code) {
    if (decisions.size() > kRegisterListMax) {
      violations.Add("register", absl::StrCat("has more than ", kRegisterListMax, " decisions for ",
                                              model::Quote(code)));
    } else {
      CheckPairs(decisions, violations);
    }
  }
}

}  // namespace onward::services
