// What a judge may look up in an inventory: the snapshot implements it, tests build small ones.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "graph/model/flow_view.h"
#include "graph/model/record.h"

namespace onward::verdict {

// Read-only lookups on the records of one inventory at one revision. Pointers and references live
// as long as the view. Null or empty: no such record.
class InventoryView {
 public:
  InventoryView() = default;
  InventoryView(const InventoryView&) = delete;
  InventoryView& operator=(const InventoryView&) = delete;
  virtual ~InventoryView() = default;

  virtual const model::Party* FindParty(std::string_view id) const = 0;
  virtual const model::Location* FindLocation(std::string_view id) const = 0;
  virtual const model::Agreement* FindAgreement(std::string_view id) const = 0;
  // Agreements that name the party, in order of id.
  virtual std::span<const model::Agreement* const> AgreementsOf(std::string_view party) const = 0;
  // Flows out of and into a party, in order of id, by numbers that this view gives them.
  virtual std::span<const uint32_t> FlowsFrom(std::string_view party) const = 0;
  virtual std::span<const uint32_t> FlowsInto(std::string_view party) const = 0;
  // A flow that is there, by its number.
  virtual model::FlowView ViewAt(uint32_t flow) const = 0;
  // How contested points of law are read here. Null: every point by its default.
  virtual const model::Policy* FindPolicy() const = 0;
};

}  // namespace onward::verdict
