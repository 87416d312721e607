#include "services/commands/lost_words.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "graph/model/validate.h"

namespace onward::commands {
namespace {

model::Vocabulary Anything() {
  const auto any = [](std::string_view /*word*/) { return true; };
  return {any, any, any, any, any, {}};
}

model::Violations ViolationsOf(const model::Record& record, const model::Vocabulary& vocabulary) {
  model::Violations violations;
  model::ValidateRecord(record, vocabulary, model::FieldPath(), violations);
  return violations;
}

bool Holds(const model::Violations& violations, const model::Violation& violation) {
  const auto& list = violations.list();
  return std::find(list.begin(), list.end(), violation) != list.end();
}

}  // namespace

LostWords::LostWords(const law::Register& before, const law::Register& after) {
  for (const law::Jurisdiction& place : before.jurisdictions()) {
    if (after.FindJurisdiction(place.code) == nullptr) {
      jurisdictions_.insert(place.code);
    }
  }
  for (const law::Instrument& instrument : before.instruments()) {
    if (after.FindInstrument(instrument.id) == nullptr) {
      instruments_.insert(instrument.id);
    }
  }
  for (const law::Scheme& scheme : before.schemes()) {
    if (after.FindScheme(scheme.id) == nullptr) {
      schemes_.insert(scheme.id);
    }
  }
  for (const auto& [id, text] : before.conditions()) {
    if (after.FindCondition(id) == nullptr) {
      conditions_.insert(id);
    }
  }
}

bool LostWords::empty() const {
  return jurisdictions_.empty() && instruments_.empty() && schemes_.empty() && conditions_.empty();
}

void LostWords::FindIn(const std::string& inventory, const Snapshot& snapshot,
                       model::Violations& violations) const {
  const auto but = [](const Words& lost) {
    return [&lost](std::string_view word) { return lost.find(word) == lost.end(); };
  };
  model::Vocabulary left = Anything();
  left.is_jurisdiction = but(jurisdictions_);
  left.is_instrument = but(instruments_);
  left.is_scheme = but(schemes_);
  left.is_condition = but(conditions_);
  const model::Vocabulary anything = Anything();
  for (int32_t kind = 1; kind <= static_cast<int32_t>(model::RecordKind::kLast); ++kind) {
    for (const RecordPtr& record : snapshot.RecordsOf(static_cast<model::RecordKind>(kind))) {
      const model::Violations found = ViolationsOf(*record, left);
      if (found.empty()) {
        continue;
      }
      // What is wrong with the record whatever the register says is no concern here.
      const model::Violations others = ViolationsOf(*record, anything);
      const std::string name = absl::StrCat(
          inventory, "/", model::ToString({model::KindOf(*record), model::IdOf(*record)}), ".");
      for (const model::Violation& violation : found.list()) {
        if (!Holds(others, violation)) {
          violations.Add(name + violation.field,
                         violation.message + "; the register to put has it no more");
        }
      }
    }
  }
}

}  // namespace onward::commands
