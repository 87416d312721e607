// Facts that are not recorded: what would follow from each kind of answer.
#include <algorithm>
#include <utility>

#include "graph/query/remedies_internal.h"
#include "graph/verdict/territory.h"
#include "graph/verdict/wording.h"

namespace onward::query {
namespace {

using verdict::Reason;

// A kind of answer to a question: "inside the EEA".
struct Answer {
  std::string text;
  std::vector<model::Record> records;
};

bool IsUnknown(const WhatIf& state, std::string_view code) {
  return verdict::PlaceOf(code, state.law(), state.day(), {}) == verdict::Place::kUnknown;
}

// What the register says of a country on that day, as far as it makes a difference.
enum class PlaceClass { kFree, kAdequate, kListed, kOther };

PlaceClass ClassOf(const WhatIf& state, const law::Jurisdiction& place) {
  if (place.FreeFlowOn(state.day()) != nullptr) {
    return PlaceClass::kFree;
  }
  PlaceClass found = PlaceClass::kOther;
  for (const law::Decision* decision : state.law().DecisionsFor(place.code)) {
    if (decision->in_scope &&
        decision->IntervalKnownAt(state.law_known_at()).Contains(state.day())) {
      if (!decision->requires_certification) {
        return PlaceClass::kAdequate;
      }
      found = PlaceClass::kListed;
    }
  }
  return found;
}

// The first country of a class, in order of code. Null: none.
const law::Jurisdiction* ExampleOf(const WhatIf& state, PlaceClass wanted) {
  for (const law::Jurisdiction& place : state.law().jurisdictions()) {
    if (place.kind == law::JurisdictionKind::kCountry && !place.contested &&
        !place.UnsettledOn(state.day()) && ClassOf(state, place) == wanted) {
      return &place;
    }
  }
  return nullptr;
}

std::string ClassText(PlaceClass place_class, const law::Jurisdiction& example) {
  const std::string such = " (such as " + example.name + ")";
  switch (place_class) {
    case PlaceClass::kFree:
      return "where data flow freely" + such;
    case PlaceClass::kAdequate:
      return "in a country with an adequacy decision" + such;
    case PlaceClass::kListed:
      return "in a country with a decision for listed recipients only" + such;
    case PlaceClass::kOther:
      break;
  }
  return "in any other country";
}

// `place_at` makes the records that say so of a country.
template <typename PlaceAt>
std::vector<Answer> PlaceAnswers(const WhatIf& state, PlaceAt place_at) {
  std::vector<Answer> answers;
  for (const PlaceClass place_class :
       {PlaceClass::kFree, PlaceClass::kAdequate, PlaceClass::kListed, PlaceClass::kOther}) {
    if (const law::Jurisdiction* example = ExampleOf(state, place_class)) {
      answers.push_back({ClassText(place_class, *example), place_at(example->code)});
    }
  }
  return answers;
}

// All places of the recipient that are not known are taken to be in one country.
std::vector<model::Record> ImporterAt(const WhatIf& state, const std::string& code) {
  std::vector<model::Record> records;
  if (IsUnknown(state, state.importer().establishment)) {
    model::Party party = state.importer();
    party.establishment = code;
    records.emplace_back(std::move(party));
  }
  model::Flow flow = state.flow();
  for (model::Site& site : flow.sites) {
    const model::Location* const location = state.snapshot().FindLocation(site.location);
    if (location != nullptr && IsUnknown(state, location->country)) {
      model::Location known = *location;
      known.country = code;
      records.emplace_back(std::move(known));
    } else if (location == nullptr && IsUnknown(state, site.country)) {
      site.country = code;
    }
  }
  if (flow != state.flow()) {
    records.emplace_back(std::move(flow));
  }
  return records;
}

std::string ImporterPlaceText(const WhatIf& state) {
  const std::string name = state.ImporterName();
  if (state.importer().party_type == model::PartyType::kUnnamedRecipients) {
    return "Name the recipients behind \"" + name + "\", and record where each is established";
  }
  return IsUnknown(state, state.importer().establishment)
             ? "Record where " + name + " is established"
             : "Record the country in which " + name + " handles the data";
}

std::vector<Answer> ExporterAnswers(const WhatIf& state) {
  const auto at = [&state](const std::string& code) {
    model::Party party = state.exporter();
    party.establishment = code;
    return std::vector<model::Record>{party};
  };
  std::vector<Answer> answers;
  for (const PlaceClass place_class : {PlaceClass::kFree, PlaceClass::kOther}) {
    if (const law::Jurisdiction* example = ExampleOf(state, place_class)) {
      answers.push_back({ClassText(place_class, *example), at(example->code)});
    }
  }
  if (answers.size() == 2) {
    model::Flow flow = state.flow();
    flow.exporter_gdpr_subject = true;
    Answer bound{"there, but under the GDPR (Art. 3(2))", answers.back().records};
    bound.records.emplace_back(std::move(flow));
    answers.push_back(std::move(bound));
  }
  return answers;
}

// Each combination of the roles that are not recorded.
std::vector<Answer> RoleAnswers(const WhatIf& state) {
  using model::Role;
  const auto options = [](Role role) {
    return role == Role::kUnspecified ? std::vector<Role>{Role::kController, Role::kProcessor}
                                      : std::vector<Role>{role};
  };
  const model::Flow& now = state.flow();
  std::vector<Answer> answers;
  for (const Role exporter : options(now.exporter_role)) {
    for (const Role importer : options(now.importer_role)) {
      model::Flow flow = now;
      flow.exporter_role = exporter;
      flow.importer_role = importer;
      if (flow == now) {
        continue;
      }
      const law::RolePair pair =
          verdict::PairOf(model::IsProcessorRole(exporter), model::IsProcessorRole(importer));
      answers.push_back({"from " + std::string(verdict::PairText(pair)), {flow}});
    }
  }
  return answers;
}

// The recipient itself runs the sites whose operator is not recorded.
std::vector<Answer> OperatorAnswers(const WhatIf& state) {
  model::Flow flow = state.flow();
  std::vector<model::Record> records;
  for (model::Site& site : flow.sites) {
    const model::Location* const location = state.snapshot().FindLocation(site.location);
    const bool known = location != nullptr && !location->operator_party.empty();
    if (site.operator_party.empty() && !known) {
      site.operator_party = flow.importer;
    }
  }
  if (flow != state.flow()) {
    records.emplace_back(std::move(flow));
  }
  return {{"if " + state.ImporterName() + " runs it itself", records}};
}

struct Question {
  std::string text;
  std::vector<Answer> answers;
};

std::optional<Question> QuestionFor(const WhatIf& state, Reason reason) {
  if (reason == Reason::kDestinationUnknown) {
    return Question{ImporterPlaceText(state), PlaceAnswers(state, [&](const std::string& code) {
                      return ImporterAt(state, code);
                    })};
  }
  if (reason == Reason::kExporterUnknown) {
    return Question{"Record where " + state.ExporterName() + " is established",
                    ExporterAnswers(state)};
  }
  if (reason == Reason::kRoleUnknown) {
    return Question{"Record the roles in which " + state.ExporterName() + " and " +
                        state.ImporterName() + " act",
                    RoleAnswers(state)};
  }
  if (reason == Reason::kOperatorUnknown) {
    return Question{"Record who runs the site", OperatorAnswers(state)};
  }
  return std::nullopt;
}

// The best of two answers comes first; of equals the one that was asked first.
bool IsBetter(const std::optional<WhatIf>& best, const WhatIf& other) {
  return !best.has_value() ||
         verdict::Badness(other.verdict().verdict) < verdict::Badness(best->verdict().verdict);
}

}  // namespace

std::optional<Remedy> QuestionAbout(const WhatIf& present, RemedyBudget& budget) {
  const std::optional<Question> question = QuestionFor(present, present.verdict().reason);
  if (!question.has_value()) {
    return std::nullopt;
  }
  std::string follows;
  std::optional<WhatIf> best;
  for (const Answer& answer : question->answers) {
    if (answer.records.empty()) {
      continue;
    }
    const std::optional<WhatIf> then = present.With({answer.records, "", 0}, budget);
    if (!then.has_value()) {
      break;
    }
    follows += (follows.empty() ? " " : "; ") + answer.text + " the flow would be " +
               VerdictText(then->verdict());
    if (IsBetter(best, *then)) {
      best = then;
    }
  }
  if (!best.has_value() || !IsRemedy(present.verdict(), best->verdict())) {
    return std::nullopt;
  }
  Remedy remedy;
  remedy.text = question->text + ":" + follows + ".";
  remedy.verdict = best->verdict().verdict;
  remedy.reason = best->verdict().reason;
  remedy.mutations = best->Mutations();
  return remedy;
}

}  // namespace onward::query
