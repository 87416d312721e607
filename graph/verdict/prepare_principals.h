// For whom processors act, for preparing all hops of an inventory. Internal.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "graph/verdict/prepare_parties.h"

namespace onward::verdict {

// The controllers for whom a party acts as to some data.
struct Upstream {
  // Differs from search to search.
  uint32_t number = 0;
  // Party numbers, each once.
  std::vector<uint32_t> controllers;
  bool complete = true;
  // Not all of the chain was followed.
  bool cut = false;
  // The same on each of these days.
  Interval constant;
};

// Finds controllers by PrincipalWalk, over the numbers of a PartyTable. Not thread-safe. Refers to its
// arguments.
class PrincipalTable {
 public:
  PrincipalTable(std::span<const model::Flow* const> flows, const PartyTable& parties);

  // Whom the data of this flow are for, as PrincipalsOf finds it: whatever the day, if the flow is in
  // effect on days in `constant` only. Valid until the next call.
  const Upstream& Of(uint32_t flow);
  // Flows of one exporter with equal numbers are asked about one after the other most cheaply.
  uint32_t CategoriesOf(uint32_t flow) const { return categories_[flow]; }

 private:
  friend class NumberGraph;

  // What the walk reads of a flow, beside those into the same party.
  struct Lean {
    uint32_t exporter = 0;
    uint32_t categories = 0;
    uint32_t flow = 0;
    Interval interval;
    model::Role exporter_role = model::Role::kUnspecified;
    model::Role importer_role = model::Role::kUnspecified;
    bool acts_for_others = false;
  };

  void AddLists();
  void AddRows();
  // What Meet found for this list and each other: 1, 0 or not asked yet. Null: it is not kept.
  const std::vector<int8_t>* MeetsOf(uint32_t categories);
  // One of the categories of one list is, holds or lies under one of the other's.
  bool Meet(uint32_t a, uint32_t b);
  void Finish(uint32_t exporter);

  std::span<const model::Flow* const> flows_;
  const PartyTable& parties_;
  // By flow: its list of categories.
  std::vector<uint32_t> categories_;
  // A flow that states each list of categories.
  std::vector<uint32_t> list_examples_;
  std::vector<std::vector<int8_t>> meets_;
  // Incoming flows of each party: row_begin_[p] to row_begin_[p + 1].
  std::vector<uint32_t> row_begin_;
  std::vector<Lean> rows_;
  // Marks of the walk that goes on: equal to walk_ where marked.
  std::vector<uint32_t> seen_;
  std::vector<uint32_t> is_controller_;
  uint32_t walk_ = 0;
  Upstream found_;
  uint32_t found_exporter_ = PartyTable::kNone;
  uint32_t found_categories_ = 0;
};

}  // namespace onward::verdict
