// Small inventories drawn at random for the tests of this folder: chains, circles, copies that are kept,
// limits to an origin, certificates and agreements that begin and end.
#pragma once

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "graph/query/test_inventory.h"

namespace onward::query {

class RandomInventory {
 public:
  explicit RandomInventory(uint64_t seed) : random_(seed) {}

  TestInventory Next() {
    TestInventory world;
    const size_t parties = 3 + Below(5);
    for (size_t i = 0; i < parties; ++i) {
      world.Add(NextParty(Id(i)));
    }
    const size_t flows = 3 + Below(9);
    for (size_t i = 0; i < flows; ++i) {
      world.Add(NextFlow(i, parties));
    }
    for (size_t i = 0; i < Below(3); ++i) {
      world.Add(NextAgreement(i, parties));
    }
    return world;
  }

  // Near the register's own dates, or any.
  Date NextDay() {
    static const std::vector<Date> kDays = {Date::Of(2018, 5, 25),  Date::Of(2020, 7, 16),
                                            Date::Of(2021, 6, 28),  Date::Of(2021, 9, 27),
                                            Date::Of(2022, 12, 27), Date::Of(2023, 7, 10),
                                            Date::Of(2020, 2, 1),   Date::Of(2031, 12, 27)};
    if (Chance(40)) {
      return kDays[Below(kDays.size())].Plus(static_cast<int32_t>(Below(3)) - 1);
    }
    return Date::Of(2015, 1, 1).Plus(static_cast<int32_t>(Below(6'500)));
  }

 private:
  static std::string Id(size_t number) { return std::string(1, static_cast<char>('a' + number)); }
  size_t Below(size_t max) { return std::uniform_int_distribution<size_t>(0, max - 1)(random_); }
  bool Chance(size_t percent) { return Below(100) < percent; }

  Interval NextInterval() {
    Interval interval;
    if (Chance(70)) {
      interval.from = NextDay();
    }
    if (Chance(50)) {
      interval.until = NextDay();
    }
    return interval.IsEmpty() ? Interval{interval.from, Date::Max()} : interval;
  }

  model::Party NextParty(const std::string& id) {
    static const std::vector<std::string> kCountries = {"FI", "SE", "US", "US", "GB",
                                                        "IN", "JP", "CH", ""};
    model::Party party;
    party.id = id;
    party.establishment = kCountries[Below(kCountries.size())];
    if (Chance(15)) {
      party.gdpr_subject = {NextInterval()};
    }
    if (Chance(50)) {
      party.certifications = {{Chance(50) ? "us_privacy_shield" : "us_dpf",
                               {model::CertificationCoverage::kNonHr},
                               "",
                               NextInterval()}};
    }
    return party;
  }

  model::Flow NextFlow(size_t number, size_t parties) {
    static const std::vector<model::Strings> kCategories = {
        {"contact"}, {"contact.email"}, {"contact.name", "financial"}, {"financial"}};
    static const std::vector<model::Role> kRoles = {
        model::Role::kController, model::Role::kProcessor, model::Role::kProcessor,
        model::Role::kSubProcessor, model::Role::kUnspecified};
    model::Flow flow;
    flow.id = "f" + std::to_string(number);
    const size_t exporter = Below(parties);
    flow.exporter = Id(exporter);
    flow.importer = Id((exporter + 1 + Below(parties - 1)) % parties);
    flow.exporter_role = kRoles[Below(kRoles.size())];
    flow.importer_role = kRoles[Below(kRoles.size())];
    if (Chance(40)) {
      flow.data_categories = {std::string(model::kAllReceived)};
    } else if (Chance(90)) {
      flow.data_categories = kCategories[Below(kCategories.size())];
    }
    flow.interval = NextInterval();
    if (!flow.interval.until.IsOpen() && Chance(60)) {
      model::CopyEnd ends;
      ends.outcome = Chance(50) ? model::CopyOutcome::kKept : model::CopyOutcome::kDeleted;
      if (Chance(60)) {
        ends.on = flow.interval.until.Plus(static_cast<int32_t>(Below(900)));
      }
      flow.copy_ends = ends;
    }
    if (Chance(20)) {
      flow.on_behalf_of = {Id(Below(parties))};
    }
    return flow;
  }

  model::Agreement NextAgreement(size_t number, size_t parties) {
    model::Agreement agreement;
    agreement.id = "agreement" + std::to_string(number);
    const size_t first = Below(parties);
    agreement.parties = {Id(first), Id((first + 1 + Below(parties - 1)) % parties)};
    agreement.instruments = {"scc-2021-914-m2", "scc-2021-914-m3"};
    agreement.signed_on = NextDay();
    agreement.interval = NextInterval();
    model::TransferImpactAssessment tia;
    tia.performed_on = NextDay();
    tia.outcome = model::TiaOutcome::kAdequate;
    tia.review_due = NextDay();
    agreement.tias = {tia};
    return agreement;
  }

  std::mt19937_64 random_;
};

}  // namespace onward::query
