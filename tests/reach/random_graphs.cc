#include "tests/reach/random_graphs.h"

#include <utility>

namespace onward::reach_test {

std::vector<model::Record> RandomGraphs::Next() {
  static const std::vector<Date> kBases = {Date::Of(2020, 7, 16), Date::Of(2023, 7, 10),
                                           Date::Of(2024, 6, 1)};
  base_ = kBases[Below(kBases.size())];
  parties_ = Chance(3) ? 1 : 2 + Below(6);
  std::vector<model::Record> records;
  for (size_t i = 0; i < parties_; ++i) {
    records.emplace_back(NextParty(i));
  }
  for (size_t i = parties_ == 1 ? 0 : Below(11); i > 0; --i) {
    records.emplace_back(NextFlow(i));
  }
  for (size_t i = Chance(40) ? 1 + Below(2) : 0; i > 0; --i) {
    records.emplace_back(NextActivity(i));
  }
  for (size_t i = parties_ > 1 && Chance(40) ? 1 : 0; i > 0; --i) {
    records.emplace_back(NextAgreement(i));
  }
  if (Chance(15)) {
    model::Category category;
    category.id = "mail";
    category.parent = Chance(50) ? "contact.email" : "contact";
    records.emplace_back(std::move(category));
  }
  return records;
}

Date RandomGraphs::NextDay() {
  return base_.Plus(static_cast<int32_t>(Below(2 * kSpread + 1)) - kSpread);
}

Interval RandomGraphs::NextInterval(size_t open_percent) {
  Interval interval;
  if (!Chance(open_percent)) {
    interval.from = NextDay();
  }
  if (!Chance(open_percent)) {
    interval.until = NextDay();
  }
  return interval.IsEmpty() ? Interval{interval.from, Date::Max()} : interval;
}

model::Strings RandomGraphs::NextCategories() {
  static const std::vector<model::Strings> kCategories = {
      {"contact"},   {"contact.email"}, {"contact.email.work"}, {"contact.name", "financial"},
      {"financial"}, {"mail"}};
  if (Chance(35)) {
    return {std::string(model::kAllReceived)};
  }
  return Chance(10) ? model::Strings() : kCategories[Below(kCategories.size())];
}

model::Party RandomGraphs::NextParty(size_t number) {
  static const std::vector<std::string> kCountries = {"FI", "FI", "SE", "US", "US",
                                                      "US", "GB", "IN", "JP", ""};
  model::Party party;
  party.id = std::string(1, static_cast<char>('a' + number));
  party.establishment = kCountries[Below(kCountries.size())];
  if (Chance(10)) {
    party.gdpr_subject = {NextInterval(50)};
  }
  if (party.establishment == "US" && Chance(50)) {
    party.certifications = {{Chance(50) ? "us_privacy_shield" : "us_dpf",
                             {model::CertificationCoverage::kNonHr},
                             "",
                             NextInterval(70)}};
  }
  if (Chance(5)) {
    party.group_parent = Party();
    if (party.group_parent == party.id) {
      party.group_parent.clear();
    }
  }
  return party;
}

model::Flow RandomGraphs::NextFlow(size_t number) {
  static const std::vector<model::Role> kRoles = {
      model::Role::kController, model::Role::kProcessor, model::Role::kProcessor,
      model::Role::kSubProcessor, model::Role::kUnspecified};
  model::Flow flow;
  flow.id = "f" + std::to_string(number);
  flow.exporter = Party();
  do {
    flow.importer = Party();
  } while (flow.importer == flow.exporter);
  flow.exporter_role = kRoles[Below(kRoles.size())];
  flow.importer_role = kRoles[Below(kRoles.size())];
  flow.data_categories = NextCategories();
  if (Chance(20)) {
    flow.on_behalf_of = {Party()};
    if (Chance(30)) {
      flow.on_behalf_of.push_back(Party());
    }
  }
  if (Chance(10)) {
    model::Site site;
    site.country = Chance(50) ? "US" : "FI";
    site.operation = model::SiteOperation::kStorage;
    if (Chance(50)) {
      site.operator_party = Party();
    }
    flow.sites.push_back(std::move(site));
  }
  if (Chance(4)) {
    flow.collection = model::Collection::kDirectFromDataSubject;
  }
  AddDates(flow);
  return flow;
}

void RandomGraphs::AddDates(model::Flow& flow) {
  if (Chance(50)) {
    return;
  }
  flow.interval = NextInterval(40);
  if (!flow.interval.until.IsOpen() && Chance(60)) {
    model::CopyEnd ends;
    ends.outcome = Chance(60) ? model::CopyOutcome::kKept : model::CopyOutcome::kDeleted;
    if (Chance(40)) {
      ends.on = flow.interval.until.Plus(static_cast<int32_t>(Below(kSpread)));
    }
    flow.copy_ends = ends;
  }
}

model::Activity RandomGraphs::NextActivity(size_t number) {
  model::Activity activity;
  activity.id = "activity" + std::to_string(number);
  if (Chance(70)) {
    activity.controllers = {Party()};
  } else {
    activity.processor = Party();
    activity.on_behalf_of = {Party()};
  }
  if (Chance(80)) {
    activity.data_categories = NextCategories();
    if (activity.data_categories == model::Strings{std::string(model::kAllReceived)}) {
      activity.data_categories = {"contact", "financial"};
    }
  }
  return activity;
}

model::Agreement RandomGraphs::NextAgreement(size_t number) {
  model::Agreement agreement;
  agreement.id = "agreement" + std::to_string(number);
  agreement.parties = {Party()};
  do {
    agreement.parties.resize(1);
    agreement.parties.push_back(Party());
  } while (agreement.parties[0] == agreement.parties[1]);
  agreement.instruments = {"scc-2021-914-m1", "scc-2021-914-m2", "scc-2021-914-m3"};
  agreement.signed_on = Date::Of(2021, 7, 1);
  agreement.interval = NextInterval(70);
  if (Chance(60)) {
    model::TransferImpactAssessment tia;
    tia.performed_on = Date::Of(2021, 7, 1);
    tia.outcome = model::TiaOutcome::kAdequate;
    agreement.tias = {tia};
  }
  return agreement;
}

}  // namespace onward::reach_test
