#include "tests/oracle/random_world.h"

#include <algorithm>

namespace onward::oracle {
namespace {

using model::AgreementSide;
using model::CertificationCoverage;
using model::Role;

void AddEnds(const Interval& interval, std::vector<Date>& dates) {
  for (const Date date : {interval.from, interval.until}) {
    if (!date.IsOpen()) {
      dates.push_back(date);
    }
  }
}

// Conditions that the type of a party answers are left to tests of their own.
bool AnsweredByPartyType(const law::Instrument& instrument) {
  return std::any_of(instrument.conditions.begin(), instrument.conditions.end(),
                     [](const law::Condition& c) { return c.id == "both_public_bodies"; });
}

}  // namespace

RandomWorlds::RandomWorlds(uint64_t seed, const law::Register& law)
    : random_(seed), law_(law), countries_{"FI", "DE",  "FR",     "US", "US", "US", "GB",
                                           "CA", "JP",  "KR",     "IL", "HU", "NO", "HR",
                                           "IN", "CN",  "BR",     "GI", "SJ", "FO", "CH",
                                           "EU", "EEA", "GLOBAL", ""} {
  for (const law::Instrument& i : law.instruments()) {
    if (i.category == law::InstrumentCategory::kDerogation) {
      derogations_.push_back(i.id);
    } else if (i.category != law::InstrumentCategory::kAdequacy && !AnsweredByPartyType(i)) {
      instruments_.push_back(i.id);
    }
    for (const law::Condition& c : i.conditions) {
      conditions_.push_back(c.id);
    }
    if (!i.tia.condition.empty()) {
      conditions_.push_back(i.tia.condition);
    }
    if (i.legacy.has_value() && i.legacy->condition.has_value()) {
      conditions_.push_back(i.legacy->condition->id);
      boundaries_.push_back(i.legacy->contract_before);
      boundaries_.push_back(i.legacy->until);
    }
    AddEnds(i.interval, boundaries_);
  }
  for (const law::Decision& d : law.decisions()) {
    AddEnds(d.interval, boundaries_);
    for (const law::Condition& c : d.conditions) {
      conditions_.push_back(c.id);
    }
    for (const law::Exclusion& e : d.exclusions) {
      conditions_.push_back(e.id);
      AddEnds(e.interval, boundaries_);
    }
  }
  for (const std::string& code : countries_) {
    if (const law::Jurisdiction* j = law.FindJurisdiction(code)) {
      for (const law::TerritoryInterval& t : j->free_flow) {
        AddEnds(t.interval, boundaries_);
      }
    }
  }
  boundaries_.push_back(law.starts_on());
  std::erase_if(boundaries_, [](Date d) { return d.IsOpen(); });
  std::sort(conditions_.begin(), conditions_.end());
  conditions_.erase(std::unique(conditions_.begin(), conditions_.end()), conditions_.end());
}

bool RandomWorlds::Chance(int percent) {
  return std::uniform_int_distribution<int>(0, 99)(random_) < percent;
}

template <typename T>
const T& RandomWorlds::Pick(const std::vector<T>& from) {
  return from[std::uniform_int_distribution<size_t>(0, from.size() - 1)(random_)];
}

Date RandomWorlds::NextDay() {
  if (Chance(60)) {
    return Pick(boundaries_).Plus(std::uniform_int_distribution<int>(-1, 1)(random_));
  }
  const int first = Date::Of(1998, 1, 1).days();
  const int last = Date::Of(2033, 1, 1).days();
  return Date(std::uniform_int_distribution<int>(first, last)(random_));
}

Interval RandomWorlds::NextInterval() {
  Interval interval;
  if (Chance(50)) {
    interval.from = NextDay();
  }
  if (Chance(30)) {
    interval.until = NextDay();
  }
  return interval.IsEmpty() ? Interval{} : interval;
}

std::vector<model::Statement> RandomWorlds::NextStatements() {
  std::vector<model::Statement> statements;
  for (const std::string& condition : conditions_) {
    if (Chance(35)) {
      statements.push_back({condition, Chance(75), Chance(70) ? Interval{} : NextInterval(), {}});
    }
  }
  return statements;
}

model::Party RandomWorlds::NextParty(const std::string& id) {
  model::Party party;
  party.id = id;
  party.establishment = Pick(countries_);
  if (Chance(15)) {
    party.gdpr_subject.push_back(NextInterval());
  }
  for (const law::Scheme& scheme : law_.schemes()) {
    if (Chance(35)) {
      model::Certification c{scheme.id, {}, "", NextInterval()};
      if (Chance(70)) {
        c.coverage.push_back(CertificationCoverage::kNonHr);
      }
      if (Chance(40)) {
        c.coverage.push_back(CertificationCoverage::kHr);
      }
      party.certifications.push_back(c);
    }
  }
  if (Chance(30)) {
    party.statements = NextStatements();
  }
  return party;
}

model::Agreement RandomWorlds::NextAgreement() {
  model::Agreement agreement;
  agreement.parties = {"exporter", "importer"};
  agreement.instruments.push_back(Pick(instruments_));
  if (Chance(20)) {
    agreement.instruments.push_back(Pick(instruments_));
  }
  if (Chance(60)) {
    agreement.signed_on = NextDay();
  }
  agreement.interval = NextInterval();
  if (Chance(30)) {
    const std::vector<AgreementSide> sides = {AgreementSide::kExporter, AgreementSide::kImporter,
                                              AgreementSide::kBoth};
    agreement.sides.push_back({Chance(50) ? "exporter" : "importer", Pick(sides), {}, ""});
  }
  const std::vector<model::TiaOutcome> outcomes = {
      model::TiaOutcome::kAdequate, model::TiaOutcome::kAdequate,
      model::TiaOutcome::kAdequateWithMeasures, model::TiaOutcome::kInadequate};
  if (Chance(60)) {
    model::TransferImpactAssessment tia;
    tia.performed_on = NextDay();
    tia.outcome = Pick(outcomes);
    if (Chance(50)) {
      tia.supplementary_measures.push_back("encryption");
    }
    if (Chance(30)) {
      tia.review_due = NextDay();
    }
    if (Chance(30)) {
      tia.countries.push_back(Chance(50) ? "US" : "IN");
    }
    agreement.tias.push_back(tia);
  }
  if (Chance(40)) {
    agreement.statements = NextStatements();
  }
  return agreement;
}

World RandomWorlds::Next() {
  World world;
  world.parties["exporter"] = NextParty("exporter");
  world.parties["importer"] = NextParty("importer");
  const std::vector<std::string> bound = {"FI", "DE", "FR"};
  if (Chance(70)) {
    world.parties["exporter"].establishment = Pick(bound);
  }
  // An exporter in a territory that is unsettled is a case of its own.
  if (world.parties["exporter"].establishment == "SJ" ||
      world.parties["exporter"].establishment == "GI" ||
      world.parties["exporter"].establishment == "EEA") {
    world.parties["exporter"].establishment = "FI";
  }
  const std::vector<Role> roles = {Role::kController, Role::kController,   Role::kJointController,
                                   Role::kProcessor,  Role::kSubProcessor, Role::kOtherRecipient,
                                   Role::kUnspecified};
  model::Flow& flow = world.flow;
  flow.id = "flow";
  flow.exporter = "exporter";
  flow.importer = "importer";
  flow.exporter_role = Pick(roles);
  flow.importer_role = Pick(roles);
  if (Chance(10)) {
    flow.exporter_gdpr_subject = Chance(60);
  }
  if (Chance(20)) {
    flow.importer_gdpr_subject = Chance(50);
  }
  flow.data_categories = {"contact.email"};
  if (Chance(30)) {
    flow.data_subject_categories = {"employee"};
  }
  if (Chance(25)) {
    flow.derogation = model::Derogation{Pick(derogations_), std::nullopt, ""};
    if (Chance(60)) {
      flow.derogation->repetitive = Chance(40);
    }
  }
  if (Chance(3)) {
    flow.collection = model::Collection::kDirectFromDataSubject;
  }
  if (Chance(40)) {
    flow.statements = NextStatements();
  }
  if (Chance(40)) {
    world.policy = NextPolicy();
  }
  const int count = std::uniform_int_distribution<int>(0, 2)(random_);
  for (int i = 0; i < count; ++i) {
    world.agreements.push_back(NextAgreement());
    world.agreements.back().id = "agreement-" + std::to_string(i);
  }
  return world;
}

model::Policy RandomWorlds::NextPolicy() {
  const auto reading = [this] {
    return static_cast<model::ContestedReading>(std::uniform_int_distribution<int>(0, 2)(random_));
  };
  model::Policy policy;
  policy.id = model::kPolicyId;
  policy.scc_for_importers_under_gdpr = reading();
  policy.employee_data_under_non_hr_certificate = reading();
  policy.repetition_under_derogations = reading();
  policy.onward_after_adequacy = reading();
  return policy;
}

verdict::Arrival RandomWorlds::NextArrival() {
  verdict::Arrival arrival;
  arrival.restricted = Chance(50);
  arrival.only_under_adequacy = arrival.restricted && Chance(50);
  arrival.only_from_importer = arrival.restricted && Chance(10);
  return arrival;
}

}  // namespace onward::oracle
