// A small world that shows findings, for the tests of their rules.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "graph/query/findings.h"
#include "graph/query/test_inventory.h"
#include "tests/support/inventory.h"

namespace onward::query {

// A Finnish controller, an American processor, one flow between them; fields to change, more records.
struct World {
  World() {
    acme.id = "acme";
    acme.establishment = "FI";
    vendor.id = "vendor";
    vendor.establishment = "US";
    vendor.chain_disclosure = model::ChainDisclosure::kComplete;
    flow.id = "f";
    flow.exporter = "acme";
    flow.importer = "vendor";
    flow.exporter_role = model::Role::kController;
    flow.importer_role = model::Role::kProcessor;
    flow.data_categories = {"contact.email"};
  }

  // Clauses that carry the transfer and hold the terms of Art. 28, with their assessment.
  model::Agreement Clauses() const {
    model::Agreement clauses =
        testing::AgreementOf("clauses", "acme", "vendor", "scc-2021-914-m2", Date::Of(2022, 1, 1));
    model::TransferImpactAssessment tia;
    tia.performed_on = Date::Of(2022, 1, 1);
    tia.outcome = model::TiaOutcome::kAdequate;
    clauses.tias = {tia};
    return clauses;
  }
  void Party(const std::string& id, const std::string& country) {
    model::Party party;
    party.id = id;
    party.establishment = country;
    more.emplace_back(party);
  }
  // A further flow of e-mail addresses.
  void Flow(const std::string& from, const std::string& to, model::Role exporter,
            model::Role importer) {
    model::Flow other = flow;
    other.id = from + "-" + to;
    other.exporter = from;
    other.importer = to;
    other.exporter_role = exporter;
    other.importer_role = importer;
    more.emplace_back(other);
  }

  JudgementsPtr Judge() const {
    std::vector<model::Record> records = {acme, vendor, flow};
    records.insert(records.end(), more.begin(), more.end());
    return Judgements::Make(Snapshot::Build(1, records), testing::TheRegister(),
                            {as_of, Date::Max()});
  }

  model::Party acme;
  model::Party vendor;
  model::Flow flow;
  std::vector<model::Record> more;
  Date as_of = Date::Of(2024, 3, 1);
};

// CODE kind/id
inline std::vector<std::string> Lines(const World& world) {
  std::vector<std::string> lines;
  for (const Finding& finding : FindAll(*world.Judge())) {
    lines.push_back(std::string(KindOf(finding.code).code) + " " + ToString(finding.subject));
  }
  return lines;
}

inline void AddClauses(World& world) { world.more.emplace_back(world.Clauses()); }
// The same clauses with whatever `change` does to them, in place of what was added last.
inline std::function<void(World&)> ClausesWith(std::function<void(model::Agreement&)> change) {
  return [change = std::move(change)](World& world) {
    model::Agreement clauses = world.Clauses();
    change(clauses);
    world.more = {clauses};
  };
}
inline model::Site SiteIn(const std::string& country, model::SiteOperation operation) {
  model::Site site;
  site.country = country;
  site.operation = operation;
  return site;
}
inline void Group(World& world) { world.vendor.party_type = model::PartyType::kUnnamedRecipients; }

// Within the days that are looked ahead by default, and beyond them.
inline const Date kSoon = Date::Of(2024, 5, 1);
inline const Date kLate = Date::Of(2030, 1, 1);

}  // namespace onward::query
