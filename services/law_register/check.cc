#include "services/law_register/check.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "graph/model/text.h"
#include "services/law_register.h"

namespace onward::services {
namespace {

namespace pb = onward::v1;
using model::Violations;

// What paths of a record begin with: its id, or its place in the list where it has none that is fit.
template <typename Record>
std::string NameOf(std::string_view list, int position, const Record& record) {
  return IsRegisterId(record.id()) ? record.id() : At(list, position);
}

// Makes the index, and reports ids that are unfit or claimed twice, across all kinds.
class Indexer {
 public:
  Indexer(RegisterIndex& index, Violations& violations) : index_(index), violations_(violations) {}

  void AddAll(const pb::LawRegister& message) {
    AddCodes(message);
    AddList("decisions", message.decisions(), index_.decisions);
    AddList("schemes", message.schemes(), index_.schemes);
    AddList("cases", message.cases(), index_.cases);
    AddList("instruments", message.instruments(), index_.instruments);
  }

 private:
  void AddCodes(const pb::LawRegister& message) {
    for (int i = 0; i < message.jurisdictions_size(); ++i) {
      const pb::Jurisdiction& place = message.jurisdictions(i);
      Claim("jurisdictions", i, place);
      const auto [it, is_new] = index_.jurisdictions_by_code.emplace(place.code(), &place);
      if (!is_new) {
        violations_.Add(Join(NameOf("jurisdictions", i, place), "code"),
                        absl::StrCat(model::Quote(place.code()), " is the code of ",
                                     it->second->id(), " already"));
      }
    }
  }

  template <typename Record>
  void AddList(std::string_view list, const google::protobuf::RepeatedPtrField<Record>& records,
               std::map<std::string_view, const Record*>& index) {
    for (int i = 0; i < records.size(); ++i) {
      Claim(list, i, records[i]);
      index.emplace(records[i].id(), &records[i]);
    }
  }

  template <typename Record>
  void Claim(std::string_view list, int position, const Record& record) {
    if (!IsRegisterId(record.id())) {
      violations_.Add(
          Join(At(list, position), "id"),
          "must be letters, digits and : . _ - beginning with a letter or digit, and is " +
              model::Quote(record.id()));
    } else if (const auto [it, is_new] = claimed_.emplace(record.id(), At(list, position));
               !is_new) {
      violations_.Add(Join(record.id(), "id"), "stands at " + it->second + " already");
    }
  }

  RegisterIndex& index_;
  Violations& violations_;
  std::map<std::string_view, std::string> claimed_;
};

void CheckHead(const pb::LawRegister& message, RegisterIndex& index, Violations& violations) {
  RecordCheck check("register", violations);
  const auto version = check.RequiredDate("version", message.version());
  const auto cutoff = check.RequiredDate("knowledge_cutoff", message.knowledge_cutoff());
  const auto start = check.RequiredDate("starts_on", message.starts_on());
  check.Expect(!version || !cutoff || *cutoff <= *version, "knowledge_cutoff", "is after version");
  check.Expect(!start || !cutoff || *start <= *cutoff, "starts_on", "is after knowledge_cutoff");
  index.starts_on = start.value_or(Date::Min());
  index.knowledge_cutoff = cutoff.value_or(Date::Max());
  check.Expect(!message.jurisdictions().empty(), "jurisdictions", "are missing");
  check.Expect(!message.instruments().empty(), "instruments", "are missing");
  check.Expect(!message.sources().empty(), "sources", "are missing");
  for (int i = 0; i < message.sources_size(); ++i) {
    check.Required(Join(At("sources", i), "document"), message.sources(i).document());
    check.OptionalDate(Join(At("sources", i), "retrieved_on"), message.sources(i).retrieved_on());
  }
}

// The register without its records, whose text is checked record by record.
void CheckHeadText(pb::LawRegister head, Violations& violations) {
  head.clear_jurisdictions();
  head.clear_decisions();
  head.clear_schemes();
  head.clear_cases();
  head.clear_instruments();
  CheckText(head, "register", violations);
}

template <typename Record, typename CheckOne>
void CheckEach(std::string_view list, const google::protobuf::RepeatedPtrField<Record>& records,
               Violations& violations, CheckOne check_one) {
  for (int i = 0; i < records.size(); ++i) {
    RecordCheck check(NameOf(list, i, records[i]), violations);
    if (CheckText(records[i], check.record(), violations)) {
      check_one(records[i], check);
    }
  }
}

// A statement names an id and says that it is met: of a condition that is good, of an exclusion bad.
void CheckConditionIds(const pb::LawRegister& message, Violations& violations) {
  std::map<std::string_view, std::string_view> conditions;
  for (const pb::Instrument& instrument : message.instruments()) {
    for (const pb::Condition& condition : instrument.conditions()) {
      conditions.emplace(condition.id(), instrument.id());
    }
    conditions.emplace(instrument.tia().condition(), instrument.id());
    conditions.emplace(instrument.legacy_reliance().condition().id(), instrument.id());
  }
  for (const pb::AdequacyDecision& decision : message.decisions()) {
    for (const pb::Condition& condition : decision.recipient_conditions()) {
      conditions.emplace(condition.id(), decision.id());
    }
  }
  for (const pb::AdequacyDecision& decision : message.decisions()) {
    for (int i = 0; i < decision.exclusions_size(); ++i) {
      const auto found = conditions.find(decision.exclusions(i).id());
      if (found != conditions.end() && !found->first.empty()) {
        violations.Add(Join(decision.id(), Join(At("exclusions", i), "id")),
                       "is a condition of " + std::string(found->second) + " too");
      }
    }
  }
}

// Of any one kind.
bool HasTooMany(const pb::LawRegister& message) {
  return std::max({message.jurisdictions_size(), message.decisions_size(), message.schemes_size(),
                   message.cases_size(), message.instruments_size()}) > kRegisterRecordsMax;
}

}  // namespace

Violations CheckRegister(const pb::LawRegister& message) {
  Violations violations;
  if (HasTooMany(message)) {
    violations.Add("register",
                   absl::StrCat("has more than ", kRegisterRecordsMax, " records of one kind"));
    return violations;
  }
  RegisterIndex index;
  CheckHead(message, index, violations);
  CheckHeadText(message, violations);
  Indexer(index, violations).AddAll(message);
  CheckEach("jurisdictions", message.jurisdictions(), violations,
            [&](const auto& r, RecordCheck& check) { CheckJurisdiction(r, index, check); });
  CheckEach("decisions", message.decisions(), violations,
            [&](const auto& r, RecordCheck& check) { CheckDecision(r, index, check); });
  CheckEach("schemes", message.schemes(), violations,
            [&](const auto& r, RecordCheck& check) { CheckScheme(r, index, check); });
  CheckEach("cases", message.cases(), violations,
            [&](const auto& r, RecordCheck& check) { CheckCase(r, index, check); });
  CheckEach("instruments", message.instruments(), violations,
            [&](const auto& r, RecordCheck& check) { CheckInstrument(r, check); });
  CheckDecisionOverlaps(message, violations);
  CheckConditionIds(message, violations);
  return violations;
}

}  // namespace onward::services
