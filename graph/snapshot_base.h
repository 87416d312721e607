// The larger part of a snapshot, made once and shared by all that differ little from it. Internal to this
// folder.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "graph/categories.h"
#include "graph/model/record.h"

namespace onward::snapshot {

using RecordPtr = std::shared_ptr<const model::Record>;

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
  size_t names = 0;
  size_t index = 0;
  size_t graph = 0;
};

// By kind, each in order of id.
using Records = std::array<std::vector<RecordPtr>, kKinds>;

// Immutable. Views and pointers point into the records. Flows are numbered as they stand among the
// records, parties in order of id, those that only flows name included.
struct Base {
  // Null: stopped, since `stop`, where there is one, said so.
  static std::shared_ptr<const Base> Make(Records all, const std::function<bool()>& stop);
  explicit Base(Records all) : records(std::move(all)) {}

  const model::Record* Find(size_t slot, std::string_view id) const;
  const model::Flow& FlowAt(uint32_t flow) const {
    return std::get<model::Flow>(*records[kFlows][flow]);
  }
  // kNone: no such party or flow.
  uint32_t PartyNumber(std::string_view id) const;
  uint32_t FlowNumber(std::string_view id) const;
  // The first of a kind whose id does not come before `id`.
  size_t LowerBound(size_t slot, std::string_view id) const;
  uint32_t flows() const { return static_cast<uint32_t>(records[kFlows].size()); }
  uint32_t parties() const { return static_cast<uint32_t>(party_ids.size()); }
  // Of all kinds.
  size_t size() const;
  const BaseBytes& bytes() const { return bytes_; }

  static constexpr uint32_t kNone = UINT32_MAX;
  static constexpr auto kFlows = static_cast<size_t>(model::RecordKind::kFlow);

  Records records;
  std::vector<std::string_view> party_ids;
  // Null: named by flows only.
  std::vector<const model::Party*> party_records;
  // Exporter and importer.
  std::vector<std::pair<uint32_t, uint32_t>> ends;
  Rows<uint32_t> out;
  Rows<uint32_t> in;
  Rows<const model::Flow*> flows_from;
  Rows<const model::Flow*> flows_into;
  ByParty<model::Agreement> agreements;
  ByParty<model::Activity> activities;
  std::shared_ptr<const Categories> categories;

 private:
  void IndexRecords();
  void IndexParties();
  void IndexEnds();
  void IndexFlows();
  void Count();

  std::unordered_map<std::string_view, uint32_t> party_numbers_;
  // Of all kinds but parties and flows.
  std::array<std::unordered_map<std::string_view, const model::Record*>, kKinds> by_id_;
  BaseBytes bytes_;
};

// The parties that an agreement or an activity belongs to, each once.
std::vector<std::string_view> PartiesOf(const model::Agreement& agreement);
std::vector<std::string_view> PartiesOf(const model::Activity& activity);

}  // namespace onward::snapshot
