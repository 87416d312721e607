// All flows of an inventory in numbers, as a preparation reads them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "graph/base/date.h"
#include "graph/model/terms_pool.h"

namespace onward::verdict {

// Views and pointers live as long as the inventory.
struct FlowTable {
  struct Row {
    // Into `parties`; equal where the ids are.
    uint32_t exporter = 0;
    uint32_t importer = 0;
    // Of TermsAt. Equal numbers say that the terms are equal; different ones say nothing.
    uint32_t terms = 0;
    Interval interval;
  };

  // By the flow's number in the inventory. A number that stands for nothing has parties without ids.
  std::vector<Row> rows;
  // Numbers of the flows that there are, in order of their ids. Empty: the order of numbers is that of ids.
  std::vector<uint32_t> order;
  std::vector<std::string_view> parties;
  // Terms by number: those of the pool, where there is one, then these.
  const model::TermsPool* pool = nullptr;
  std::vector<const model::FlowTerms*> further_terms;

  size_t size() const { return rows.size(); }
  // Calls visit(flow) for all numbers in order of id; some may stand for nothing.
  template <class Visit>
  void EachInOrder(const Visit& visit) const {
    if (!order.empty()) {
      std::for_each(order.begin(), order.end(), visit);
      return;
    }
    for (uint32_t flow = 0; flow < rows.size(); ++flow) {
      visit(flow);
    }
  }
  uint32_t TermsCount() const { return PoolSize() + static_cast<uint32_t>(further_terms.size()); }
  model::TermsView TermsAt(uint32_t number) const {
    const uint32_t shared = PoolSize();
    return number < shared ? pool->At(number) : model::TermsOf(*further_terms[number - shared]);
  }
  model::TermsView TermsOf(uint32_t flow) const { return TermsAt(rows[flow].terms); }

 private:
  uint32_t PoolSize() const { return pool == nullptr ? 0 : pool->size(); }
};

}  // namespace onward::verdict
