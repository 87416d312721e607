// A small inventory in memory, for tests of the judge and of questions.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/model/record.h"
#include "graph/verdict/flow_table.h"
#include "graph/verdict/inventory_view.h"

namespace onward::testing {

// Records by kind and id; a record added again replaces the former. Not thread-safe while adding.
class Inventory final : public verdict::InventoryView {
 public:
  Inventory() = default;

  Inventory& Add(model::Party party);
  Inventory& Add(model::Location location);
  Inventory& Add(model::Agreement agreement);
  Inventory& Add(model::Flow flow);
  Inventory& Add(model::Policy policy);

  // The flow must exist.
  const model::Flow& FlowOf(std::string_view id) const;
  // All flows in order of id.
  const std::vector<const model::Flow*>& flows() const { return flow_list_; }
  // Each flow with terms of its own.
  verdict::FlowTable AllFlows() const;

  const model::Party* FindParty(std::string_view id) const override;
  const model::Location* FindLocation(std::string_view id) const override;
  const model::Agreement* FindAgreement(std::string_view id) const override;
  std::span<const model::Agreement* const> AgreementsOf(std::string_view party) const override;
  // Flows are numbered in order of id; a flow that is added later may change the numbers.
  std::span<const uint32_t> FlowsFrom(std::string_view party) const override;
  std::span<const uint32_t> FlowsInto(std::string_view party) const override;
  model::FlowView ViewAt(uint32_t flow) const override;
  const model::Policy* FindPolicy() const override;

 private:
  template <typename Value>
  using ById = std::map<std::string, Value, std::less<>>;

  void IndexAgreements();
  void IndexFlows();

  ById<model::Party> parties_;
  ById<model::Location> locations_;
  ById<model::Agreement> agreements_;
  ById<model::Flow> flows_;
  std::optional<model::Policy> policy_;
  ById<std::vector<const model::Agreement*>> agreements_of_;
  std::vector<const model::Flow*> flow_list_;
  ById<std::vector<uint32_t>> flows_from_;
  ById<std::vector<uint32_t>> flows_into_;
};

// A party established in `establishment`; empty: not recorded.
model::Party PartyIn(std::string id, std::string establishment);

// A flow of contact data between a controller and a processor, without beginning or end.
model::Flow FlowBetween(std::string exporter, std::string importer);

// An agreement of two parties with one instrument, signed on a day and open-ended.
model::Agreement AgreementOf(std::string id, std::string exporter, std::string importer,
                             std::string instrument, Date signed_on);

// A day from its text; the text must be a date.
Date Day(std::string_view text);

}  // namespace onward::testing
