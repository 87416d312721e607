// The larger part of a snapshot, made once and shared by all that differ little from it. Internal to this
// folder.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "graph/categories.h"
#include "graph/flow_columns.h"
#include "graph/id_table.h"
#include "graph/model/flow_view.h"
#include "graph/model/record.h"
#include "graph/record_range.h"

namespace onward::snapshot {

inline constexpr size_t kKinds = static_cast<size_t>(model::RecordKind::kLast) + 1;

// 0 for what is no kind.
inline size_t Slot(model::RecordKind kind) {
  const auto slot = static_cast<size_t>(kind);
  return slot < kKinds ? slot : 0;
}

// Compressed sparse rows: lists that stand one after the other.
template <class T>
struct Rows {
  std::vector<uint32_t> begins;
  std::vector<T> items;

  std::span<const T> Of(uint32_t row) const {
    return {items.data() + begins[row], items.data() + begins[row + 1]};
  }
};

template <class T>
using ByParty = std::unordered_map<std::string_view, std::vector<const T*>>;

struct BaseBytes {
  size_t records = 0;
  size_t flows = 0;
  size_t terms = 0;
  size_t names = 0;
  size_t index = 0;
  size_t graph = 0;
};

// By kind, each in order of id.
using Records = std::array<std::vector<RecordPtr>, kKinds>;

// Immutable. Views and pointers point into it. Flows are numbered in order of id; parties too, those that
// only flows name included. Records of flows are put together where they are asked for.
struct Base {
  // `all`: of all kinds but flows. Null: stopped, since `stop`, where there is one, said so.
  static std::shared_ptr<const Base> Make(Records all, FlowColumnsBuilder flows,
                                          const std::function<bool()>& stop);
  explicit Base(Records all) : records(std::move(all)) {}

  RecordPtr Find(size_t slot, std::string_view id) const;
  // Of all kinds, by their place in order of id.
  size_t Count(size_t slot) const { return slot == kFlows ? columns.size() : records[slot].size(); }
  RecordPtr RecordAt(size_t slot, size_t at) const;
  std::string_view IdAt(size_t slot, size_t at) const;
  model::FlowView ViewAt(uint32_t flow) const;
  // kNone: no such record, party or flow.
  uint32_t Number(size_t slot, std::string_view id) const;
  uint32_t PartyNumber(std::string_view id) const;
  uint32_t FlowNumber(std::string_view id) const;
  // The first of a kind whose id does not come before `id`.
  size_t LowerBound(size_t slot, std::string_view id) const;
  uint32_t flows() const { return columns.size(); }
  uint32_t parties() const { return static_cast<uint32_t>(party_ids.size()); }
  std::pair<uint32_t, uint32_t> EndsOf(uint32_t flow) const {
    return {columns.exporters[flow], columns.importers[flow]};
  }
  // Of all kinds.
  size_t size() const;
  const BaseBytes& bytes() const { return bytes_; }

  static constexpr uint32_t kNone = IdTable::kNone;
  static constexpr auto kFlows = static_cast<size_t>(model::RecordKind::kFlow);

  // None of flows.
  Records records;
  FlowColumns columns;
  std::vector<std::string_view> party_ids;
  // Null: named by flows only.
  std::vector<const model::Party*> party_records;
  Rows<uint32_t> out;
  Rows<uint32_t> in;
  ByParty<model::Agreement> agreements;
  ByParty<model::Activity> activities;
  std::shared_ptr<const Categories> categories;

 private:
  void IndexRecords();
  // Numbers of the builder's parties.
  std::vector<uint32_t> IndexParties(const FlowColumnsBuilder& builder);
  void NumberParties();
  void AddNamed();
  void CountRecords();
  void CountBytes();

  // Ids of parties without a record.
  std::vector<std::string> named_;
  IdTable party_numbers_;
  // Of all kinds but parties and flows.
  std::array<IdTable, kKinds> by_id_;
  BaseBytes bytes_;
};

// The parties that an agreement or an activity belongs to, each once.
std::vector<std::string_view> PartiesOf(const model::Agreement& agreement);
std::vector<std::string_view> PartiesOf(const model::Activity& activity);

}  // namespace onward::snapshot
