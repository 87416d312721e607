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

}  // namespace onward::bench
