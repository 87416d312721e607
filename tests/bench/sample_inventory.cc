#include "tests/bench/sample_inventory.h"

#include <array>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace onward::bench {
namespace {

constexpr std::array<const char*, 6> kCountries = {"US", "IN", "JP", "GB", "DE", "BR"};

std::string VendorId(size_t number) { return absl::StrCat("vendor-", number); }

model::Party Vendor(size_t number) {
  model::Party party;
  party.id = VendorId(number);
  party.display_name = absl::StrCat("Vendor ", number);
  party.establishment = kCountries[number % kCountries.size()];
  return party;
}

model::Agreement Dpa(size_t number) {
  model::Agreement agreement;
  agreement.id = absl::StrCat("dpa-", number);
  agreement.parties = {"controller", VendorId(number)};
  agreement.instruments = {"art28", "scc-2021-914-m2"};
  agreement.signed_on = Date::Of(2022, 3, 1);
  model::TransferImpactAssessment tia;
  tia.performed_on = Date::Of(2022, 2, 20);
  tia.outcome = model::TiaOutcome::kAdequate;
  tia.review_due = Date::Of(2027, 2, 20);
  agreement.tias = {tia};
  return agreement;
}

model::Flow Onward(const std::string& from, const std::string& to, Date since) {
  model::Flow flow;
  flow.id = absl::StrCat(from, "-to-", to);
  flow.exporter = from;
  flow.importer = to;
  flow.exporter_role = model::Role::kProcessor;
  flow.importer_role = model::Role::kSubProcessor;
  flow.data_categories = {std::string(model::kAllReceived)};
  flow.interval.from = since;
  return flow;
}

}  // namespace

model::Flow SampleFlow(size_t number, const std::string& label) {
  model::Flow flow;
  flow.id = absl::StrCat("flow-", number);
  flow.exporter = "controller";
  flow.importer = VendorId(number);
  flow.exporter_role = model::Role::kController;
  flow.importer_role = model::Role::kProcessor;
  flow.data_categories = {"contact.email", "contact.name"};
  flow.interval.from = Date::Of(2020, 1, 1);
  flow.labels = {{"note", label}};
  return flow;
}

std::vector<model::Record> SampleInventory(size_t vendors) {
  std::vector<model::Record> records;
  records.reserve(3 * vendors + 1);
  model::Party controller;
  controller.id = "controller";
  controller.display_name = "Controller";
  controller.establishment = "FI";
  records.emplace_back(std::move(controller));
  for (size_t number = 0; number < vendors; ++number) {
    records.emplace_back(Vendor(number));
    records.emplace_back(SampleFlow(number, ""));
    if (number % 3 == 0) {
      records.emplace_back(Dpa(number));
    }
  }
  return records;
}

std::vector<model::Record> SampleChains(size_t vendors) {
  constexpr size_t kShared = 10;
  constexpr int32_t kDays = 2'500;
  const Date first = Date::Of(2018, 1, 1);
  std::vector<model::Record> records = SampleInventory(vendors);
  const auto party = [&](const std::string& id, size_t number) {
    model::Party record;
    record.id = id;
    record.establishment = kCountries[number % kCountries.size()];
    records.emplace_back(std::move(record));
  };
  for (size_t shared = 0; shared < kShared; ++shared) {
    party(absl::StrCat("shared-", shared), shared);
    records.emplace_back(Onward(absl::StrCat("shared-", shared),
                                absl::StrCat("shared-", (shared + 1) % kShared), first));
  }
  for (size_t number = 0; number < vendors; ++number) {
    const Date since = first.Plus(static_cast<int32_t>(number * 7) % kDays);
    const std::string own = absl::StrCat("own-", number);
    party(own, number + 1);
    records.emplace_back(Onward(VendorId(number), own, since));
    records.emplace_back(
        Onward(VendorId(number), absl::StrCat("shared-", number % kShared), since.Plus(30)));
    records.emplace_back(
        Onward(own, absl::StrCat("shared-", number / 7 % kShared), since.Plus(60)));
  }
  return records;
}

}  // namespace onward::bench
