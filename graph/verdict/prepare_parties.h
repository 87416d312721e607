// The parties of an inventory in numbers, for preparing all of its hops. Internal.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "graph/verdict/hop.h"
#include "graph/verdict/prepared.h"
#include "graph/verdict/shape.h"

namespace onward::verdict {

// A party and its heads, as far as a judgement reads them; ids by their place in this list.
using EntityShape = std::vector<model::Party>;

struct PartyRow {
  std::string_view id;
  // Null: not recorded.
  const model::Party* record = nullptr;
  // The party itself, then its heads.
  std::vector<uint32_t> members;
  // Other parties that have it among their members.
  std::vector<uint32_t> branches;
  // All of the inventory that name it.
  std::span<const model::Agreement* const> agreements;
  // Index into PartyTable::Shape; equal for equal shapes.
  uint32_t shape = 0;
  // Parties of other numbers that some agreement which may decide names together with this one, ascending.
  std::vector<uint32_t> partners;
  bool has_agreements = false;
  // It is in an agreement with too many parties to list them all.
  bool in_a_crowd = false;
};

// Every party that a flow of the inventory names. Refers to its arguments.
class PartyTable {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  PartyTable(const FlowTable& flows, const InventoryView& inventory, const PlaceClasses& places,
             const law::Register& law);

  size_t size() const { return rows_.size(); }
  const PartyRow& Row(uint32_t party) const { return rows_[party]; }
  uint32_t ExporterOf(uint32_t flow) const { return ends_[flow].first; }
  uint32_t ImporterOf(uint32_t flow) const { return ends_[flow].second; }
  // kNone: no flow names it.
  uint32_t NumberOf(std::string_view id) const;
  const EntityShape& Shape(uint32_t shape) const { return shapes_[shape]; }

  // Some agreement may name one of each.
  bool MayHaveAgreement(uint32_t a, uint32_t b) const;
  // One legal entity, or two that share a head.
  bool Overlap(uint32_t a, uint32_t b) const;

 private:
  uint32_t Add(std::string_view id);
  // Without its records.
  uint32_t Name(std::string_view id);
  void FindRecords(PartyRow& row) const;
  void AddEnds(const FlowTable& flows);
  void AddMembers();
  void AddShape(PartyRow& row);
  uint32_t ShapeOf(const PartyRow& row);
  void AddPartners();
  void AddPartners(uint32_t party, const model::Agreement& agreement);

  const InventoryView& inventory_;
  const PlaceClasses& places_;
  const law::Register& law_;
  std::vector<PartyRow> rows_;
  std::vector<std::pair<uint32_t, uint32_t>> ends_;
  absl::flat_hash_map<std::string_view, uint32_t> numbers_;
  std::vector<EntityShape> shapes_;
  absl::flat_hash_map<std::string, uint32_t> shape_numbers_;
  // Of parties of which nothing is recorded but where and what they are.
  absl::flat_hash_map<std::pair<std::string_view, model::PartyType>, uint32_t> plain_shapes_;
};

// The statements, without their sources.
std::vector<model::Statement> StatementsOnly(const std::vector<model::Statement>& statements);

}  // namespace onward::verdict
