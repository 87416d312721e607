#include "tests/support/inventory.h"

#include <set>
#include <utility>

namespace onward::testing {
namespace {

template <typename Map>
auto FindIn(const Map& map, std::string_view id) -> const typename Map::mapped_type* {
  const auto it = map.find(id);
  return it == map.end() ? nullptr : &it->second;
}

template <typename Map>
auto ListIn(const Map& map, std::string_view id) -> const typename Map::mapped_type& {
  static const typename Map::mapped_type kNone;
  const auto* found = FindIn(map, id);
  return found == nullptr ? kNone : *found;
}

}  // namespace

Inventory& Inventory::Add(model::Party party) {
  std::string id = party.id;
  parties_.insert_or_assign(std::move(id), std::move(party));
  return *this;
}

Inventory& Inventory::Add(model::Location location) {
  std::string id = location.id;
  locations_.insert_or_assign(std::move(id), std::move(location));
  return *this;
}

Inventory& Inventory::Add(model::Agreement agreement) {
  std::string id = agreement.id;
  agreements_.insert_or_assign(std::move(id), std::move(agreement));
  IndexAgreements();
  return *this;
}

Inventory& Inventory::Add(model::Flow flow) {
  std::string id = flow.id;
  flows_.insert_or_assign(std::move(id), std::move(flow));
  IndexFlows();
  return *this;
}

Inventory& Inventory::Add(model::Policy policy) {
  policy_ = std::move(policy);
  return *this;
}

const model::Policy* Inventory::FindPolicy() const {
  return policy_.has_value() ? &*policy_ : nullptr;
}

void Inventory::IndexAgreements() {
  agreements_of_.clear();
  for (const auto& [id, agreement] : agreements_) {
    std::set<std::string> named(agreement.parties.begin(), agreement.parties.end());
    for (const model::AgreementParty& side : agreement.sides) {
      named.insert(side.party);
    }
    for (const std::string& party : named) {
      agreements_of_[party].push_back(&agreement);
    }
  }
}

void Inventory::IndexFlows() {
  flow_list_.clear();
  flows_from_.clear();
  flows_into_.clear();
  for (const auto& [id, flow] : flows_) {
    const auto number = static_cast<uint32_t>(flow_list_.size());
    flow_list_.push_back(&flow);
    flows_from_[flow.exporter].push_back(number);
    flows_into_[flow.importer].push_back(number);
  }
}

verdict::FlowTable Inventory::AllFlows() const {
  verdict::FlowTable table;
  std::map<std::string_view, uint32_t> numbers;
  const auto number_of = [&](std::string_view party) {
    const auto [at, is_new] = numbers.emplace(party, static_cast<uint32_t>(numbers.size()));
    if (is_new) {
      table.parties.push_back(party);
    }
    return at->second;
  };
  for (const model::Flow* flow : flow_list_) {
    const uint32_t exporter = number_of(flow->exporter);
    table.rows.push_back({exporter, number_of(flow->importer),
                          static_cast<uint32_t>(table.further_terms.size()), flow->interval});
    table.further_terms.push_back(flow);
  }
  return table;
}

const model::Flow& Inventory::FlowOf(std::string_view id) const { return flows_.find(id)->second; }

const model::Party* Inventory::FindParty(std::string_view id) const { return FindIn(parties_, id); }

const model::Location* Inventory::FindLocation(std::string_view id) const {
  return FindIn(locations_, id);
}

const model::Agreement* Inventory::FindAgreement(std::string_view id) const {
  return FindIn(agreements_, id);
}

std::span<const model::Agreement* const> Inventory::AgreementsOf(std::string_view party) const {
  return ListIn(agreements_of_, party);
}

std::span<const uint32_t> Inventory::FlowsFrom(std::string_view party) const {
  return ListIn(flows_from_, party);
}

std::span<const uint32_t> Inventory::FlowsInto(std::string_view party) const {
  return ListIn(flows_into_, party);
}

model::FlowView Inventory::ViewAt(uint32_t flow) const { return model::ViewOf(*flow_list_[flow]); }

model::Party PartyIn(std::string id, std::string establishment) {
  model::Party party;
  party.id = std::move(id);
  party.establishment = std::move(establishment);
  return party;
}

model::Flow FlowBetween(std::string exporter, std::string importer) {
  model::Flow flow;
  flow.id = exporter + "-to-" + importer;
  flow.exporter = std::move(exporter);
  flow.importer = std::move(importer);
  flow.exporter_role = model::Role::kController;
  flow.importer_role = model::Role::kProcessor;
  flow.data_categories = {"contact"};
  return flow;
}

model::Agreement AgreementOf(std::string id, std::string exporter, std::string importer,
                             std::string instrument, Date signed_on) {
  model::Agreement agreement;
  agreement.id = std::move(id);
  agreement.parties = {std::move(exporter), std::move(importer)};
  agreement.instruments = {std::move(instrument)};
  agreement.signed_on = signed_on;
  return agreement;
}

Date Day(std::string_view text) { return Date::Parse(text).value(); }

}  // namespace onward::testing
