// Random inventories in which each field that a judgement reads takes part: chains of processors, docked
// agreements, branches, sites, scopes.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "graph/verdict/world_for_tests.h"

namespace onward::verdict {

class PreparedWorld {
 public:
  explicit PreparedWorld(unsigned seed) : random_(seed), law_(*::onward::testing::TheRegister()) {
    for (int i = 0; i < kParties; ++i) {
      inventory_.Add(RandomParty(i));
    }
    for (const char* id : {"here", "there"}) {
      model::Location location;
      location.id = id;
      location.country = Place();
      location.operator_party = Chance(10) ? PartyId() : "";
      inventory_.Add(location);
    }
    for (int i = 0; i < kAgreements; ++i) {
      inventory_.Add(RandomAgreement(i));
    }
    for (int i = 0; i < kFlows; ++i) {
      inventory_.Add(RandomFlow(i));
    }
    model::Policy policy;
    policy.scc_for_importers_under_gdpr = Reading();
    policy.employee_data_under_non_hr_certificate = Reading();
    policy.repetition_under_derogations = Reading();
    policy.onward_after_adequacy = Reading();
    inventory_.Add(policy);
    known_at_ = Chance(80) ? Date::Max() : RandomDay();
  }

  const Inventory& inventory() const { return inventory_; }
  Date known_at() const { return known_at_; }
  Date RandomDay() { return Date(Below(14'000) + 10'000); }

 private:
  static constexpr int kParties = 9;
  static constexpr int kAgreements = 8;
  static constexpr int kFlows = 10;  // one digit: in order of id

  int Below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }
  bool Chance(int percent) { return Below(100) < percent; }
  template <typename List>
  typename List::value_type Pick(const List& list) {
    return list[static_cast<size_t>(Below(static_cast<int>(list.size())))];
  }
  template <typename List>
  List Some(const List& list, int percent) {
    List some;
    for (const auto& item : list) {
      if (Chance(percent)) {
        some.push_back(item);
      }
    }
    return some;
  }

  std::string PartyId() { return "party-" + std::to_string(Below(kParties)); }
  std::string Place() {
    static const std::vector<std::string> kPlaces = {"FI", "DE", "PL", "NO", "US", "US",
                                                     "CA", "JP", "GB", "GI", "SJ", "IN",
                                                     "CN", "VN", "KR", "EU", "HR", "SI"};
    return Pick(kPlaces);
  }
  model::ContestedReading Reading() { return static_cast<model::ContestedReading>(Below(3)); }
  Interval RandomInterval(int percent) {
    Interval interval;
    if (Chance(percent)) {
      interval.from = RandomDay();
    }
    if (Chance(percent / 2)) {
      interval.until = RandomDay();
    }
    return interval.IsEmpty() ? Interval{} : interval;
  }
  std::vector<model::Statement> RandomStatements() {
    static const model::Strings kConditions = {
        "subject_to_pipeda",       "bcr_approved",     "same_group",
        "processing_unchanged",    "explicit_consent", "both_public_bodies",
        "recipient_public_sector", "necessary"};
    std::vector<model::Statement> statements;
    for (const std::string& condition : Some(kConditions, 15)) {
      statements.push_back(World::Says(condition, Chance(60)));
      statements.back().interval = RandomInterval(30);
    }
    return statements;
  }

  model::Party RandomParty(int i) {
    model::Party party = PartyIn("party-" + std::to_string(i), Place());
    if (Chance(10)) {
      party.establishment = Pick(model::Strings{"", "GLOBAL", "IO:EPO", "XX"});
    }
    if (Chance(40)) {
      party.party_type = static_cast<model::PartyType>(Below(6));
    }
    if (Chance(12)) {
      party.branch_of = PartyId();
    }
    if (Chance(20)) {
      party.gdpr_subject = {RandomInterval(60)};
    }
    for (const law::Scheme& scheme : law_.schemes()) {
      if (Chance(25)) {
        party.certifications.push_back(
            {scheme.id,
             Some(std::vector<model::CertificationCoverage>{model::CertificationCoverage::kHr,
                                                            model::CertificationCoverage::kNonHr},
                  60),
             "", RandomInterval(70)});
      }
    }
    party.statements = RandomStatements();
    return party;
  }

  model::TransferImpactAssessment RandomTia() {
    model::TransferImpactAssessment tia;
    if (Chance(90)) {
      tia.performed_on = RandomDay();
    }
    tia.outcome = static_cast<model::TiaOutcome>(Below(4));
    if (Chance(50)) {
      tia.review_due = RandomDay();
    }
    if (Chance(40)) {
      tia.countries = {Place(), Place()};
    }
    if (Chance(50)) {
      tia.supplementary_measures = {"encryption"};
    }
    return tia;
  }

  model::Agreement RandomAgreement(int i) {
    model::Agreement agreement;
    agreement.id = "agreement-" + std::to_string(i);
    agreement.parties = {PartyId(), PartyId()};
    if (Chance(25)) {
      agreement.parties.push_back(PartyId());
    }
    static const model::Strings kUsual = {"scc-2021-914-m1", "scc-2021-914-m2", "scc-2021-914-m3",
                                          "scc-2010-87",     "art28",           "bcr-c"};
    for (int n = 1 + Below(2); n > 0; --n) {
      agreement.instruments.push_back(Chance(60) ? Pick(kUsual) : Pick(law_.instruments()).id);
    }
    if (Chance(85)) {
      agreement.signed_on = RandomDay();
    }
    agreement.interval = RandomInterval(40);
    for (int n = Below(3); n > 0; --n) {
      agreement.sides.push_back({Pick(agreement.parties),
                                 static_cast<model::AgreementSide>(1 + Below(3)),
                                 RandomInterval(40), ""});
    }
    for (int n = Below(3); n > 0; --n) {
      agreement.tias.push_back(RandomTia());
    }
    if (Chance(25)) {
      agreement.data_categories = {Pick(kCategories)};
    }
    if (Chance(15)) {
      agreement.data_subject_categories = {Pick(kSubjects)};
    }
    if (Chance(15)) {
      agreement.purposes = {"support"};
    }
    agreement.statements = RandomStatements();
    return agreement;
  }

  model::Flow RandomFlow(int i) {
    model::Flow flow = FlowBetween(PartyId(), PartyId());
    flow.id = "flow-" + std::to_string(i);
    static const std::vector<model::Role> kRoles = {
        model::Role::kController,   model::Role::kController,     model::Role::kProcessor,
        model::Role::kSubProcessor, model::Role::kOtherRecipient, model::Role::kUnspecified};
    flow.exporter_role = Pick(kRoles);
    flow.importer_role = Chance(60) ? model::Role::kProcessor : Pick(kRoles);
    flow.interval = RandomInterval(25);
    flow.data_categories = Some(kCategories, 40);
    flow.data_subject_categories = Some(kSubjects, 20);
    flow.purposes = Chance(50) ? model::Strings{"support"} : model::Strings{};
    flow.statements = RandomStatements();
    if (Chance(15)) {
      flow.exporter_gdpr_subject = Chance(50);
    }
    if (Chance(15)) {
      flow.importer_gdpr_subject = Chance(50);
    }
    if (Chance(5)) {
      flow.collection = model::Collection::kDirectFromDataSubject;
    }
    if (Chance(20)) {
      flow.on_behalf_of = {PartyId()};
    }
    if (Chance(20)) {
      flow.derogation = model::Derogation{Pick(law_.instruments()).id, std::nullopt, ""};
      if (Chance(60)) {
        flow.derogation->repetitive = Chance(50);
      }
    }
    if (Chance(20)) {
      flow.agreements = {"agreement-" + std::to_string(Below(kAgreements))};
    }
    for (int n = Below(3); n > 0; --n) {
      flow.sites.push_back(RandomSite());
    }
    return flow;
  }

  model::Site RandomSite() {
    model::Site site;
    site.operation = static_cast<model::SiteOperation>(Below(7));
    if (Chance(30)) {
      site.location = Chance(50) ? "here" : "there";
    } else {
      site.country = Chance(90) ? Place() : "";
    }
    site.operator_party = Chance(10) ? PartyId() : "";
    return site;
  }

  inline static const model::Strings kCategories = {"contact", "contact.email", "health"};
  inline static const model::Strings kSubjects = {"employee", "customer"};

  std::mt19937 random_;
  const law::Register& law_;
  Inventory inventory_;
  Date known_at_;
};

}  // namespace onward::verdict
