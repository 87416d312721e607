#include "graph/query/finding_catalogue.h"
#include "services/exchange/nearest.h"
#include "services/law_register.h"

namespace onward::services {
namespace {

std::vector<std::string> Words(const law::Register& law) {
  std::vector<std::string> words;
  for (const law::Instrument& instrument : law.instruments()) {
    words.push_back(instrument.id);
  }
  for (const law::Scheme& scheme : law.schemes()) {
    words.push_back(scheme.id);
  }
  for (const auto& [id, text] : law.conditions()) {
    words.push_back(id);
  }
  for (const law::Jurisdiction& jurisdiction : law.jurisdictions()) {
    words.push_back(jurisdiction.code);
  }
  for (const query::FindingKind& kind : query::FindingCatalogue()) {
    words.emplace_back(kind.code);
  }
  return words;
}

}  // namespace

model::Vocabulary MakeVocabulary(const law::RegisterPtr& law) {
  model::Vocabulary vocabulary;
  vocabulary.is_jurisdiction = [law](std::string_view code) {
    return law->FindJurisdiction(code) != nullptr;
  };
  vocabulary.is_instrument = [law](std::string_view id) {
    return law->FindInstrument(id) != nullptr;
  };
  vocabulary.is_scheme = [law](std::string_view id) { return law->FindScheme(id) != nullptr; };
  vocabulary.is_condition = [law](std::string_view id) {
    return law->FindCondition(id) != nullptr;
  };
  vocabulary.is_finding = [](std::string_view code) {
    return query::FindFindingKind(code) != nullptr;
  };
  vocabulary.suggest = [words = Words(*law)](std::string_view word) {
    return exchange::Nearest(word, words, 3);
  };
  return vocabulary;
}

}  // namespace onward::services
