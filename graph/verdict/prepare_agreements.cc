#include "graph/verdict/prepare_agreements.h"

#include <algorithm>
#include <iterator>

#include "graph/verdict/destinations.h"
#include "graph/verdict/prepare_parties.h"
#include "graph/verdict/safeguards.h"

namespace onward::verdict {
namespace {

// Stands for every place that is none of the leg's, and for every measure.
constexpr char kSome[] = "-";

void Normalise(model::Strings& words) {
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
}

std::string PlaceIn(const std::string& code, const LegPlaces& places) {
  if (code == places.seat) {
    return places.seat_like;
  }
  if (!places.site.empty() && code == places.site) {
    return places.site_like;
  }
  return code == kUnknownCode || code == kOrganisationCode ? code : kSome;
}

model::TransferImpactAssessment PartOf(const model::TransferImpactAssessment& tia,
                                       const LegPlaces& places) {
  model::TransferImpactAssessment part;
  part.performed_on = tia.performed_on;
  part.outcome = tia.outcome;
  part.review_due = tia.review_due;
  for (const std::string& code : tia.countries) {
    part.countries.push_back(PlaceIn(code, places));
  }
  Normalise(part.countries);
  if (!tia.supplementary_measures.empty()) {
    part.supplementary_measures = {kSome};
  }
  return part;
}

// One that the register does not know is tried too.
bool IsTried(const std::string& instrument, const law::Register& law) {
  const law::Instrument* known = law.FindInstrument(instrument);
  return known == nullptr || MayCarry(*known);
}

}  // namespace

bool MayDecide(const model::Agreement& agreement, const law::Register& law) {
  return !agreement.statements.empty() ||
         std::any_of(agreement.instruments.begin(), agreement.instruments.end(),
                     [&law](const std::string& id) { return IsTried(id, law); });
}

const std::string* PartNames::Find(std::string_view id) const {
  for (const auto& [party, name] : names_) {
    if (party == id) {
      return &name;
    }
  }
  return nullptr;
}

model::Agreement PartOf(const model::Agreement& agreement, std::string name, const PartNames& names,
                        const LegPlaces& places, const law::Register& law) {
  model::Agreement part;
  part.id = std::move(name);
  for (const std::string& id : agreement.parties) {
    if (const std::string* party = names.Find(id); party != nullptr) {
      part.parties.push_back(*party);
    }
  }
  Normalise(part.parties);
  for (const model::AgreementParty& side : agreement.sides) {
    if (const std::string* party = names.Find(side.party); party != nullptr) {
      part.sides.push_back({*party, side.side, side.interval, ""});
    }
  }
  std::copy_if(agreement.instruments.begin(), agreement.instruments.end(),
               std::back_inserter(part.instruments),
               [&law](const std::string& id) { return IsTried(id, law); });
  part.signed_on = agreement.signed_on;
  part.interval = agreement.interval;
  part.data_categories = agreement.data_categories;
  part.data_subject_categories = agreement.data_subject_categories;
  part.purposes = agreement.purposes;
  for (const model::TransferImpactAssessment& tia : agreement.tias) {
    part.tias.push_back(PartOf(tia, places));
  }
  part.statements = StatementsOnly(agreement.statements);
  return part;
}

}  // namespace onward::verdict
