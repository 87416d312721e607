// All flows of an inventory in numbers, as a preparation reads them.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "graph/base/date.h"
#include "graph/model/flow.h"

namespace onward::verdict {

// Views and pointers live as long as the inventory.
struct FlowTable {
  struct Row {
    // Into `parties`; equal where the ids are.
    uint32_t exporter = 0;
    uint32_t importer = 0;
    // Into `terms`. Equal numbers say that the terms are equal; different ones say nothing.
    uint32_t terms = 0;
    Interval interval;
  };

  // By the flow's number in the inventory. A number that stands for nothing has parties without ids.
  std::vector<Row> rows;
  std::vector<std::string_view> parties;
  std::vector<const model::FlowTerms*> terms;

  size_t size() const { return rows.size(); }
  const model::FlowTerms& TermsOf(uint32_t flow) const { return *terms[rows[flow].terms]; }
};

}  // namespace onward::verdict
