// An inventory for load, made by rules fitted to real sub-processor lists: tenants with controllers and a
// catalogue of vendors each, vendors by Zipf's law, lists of vendors' own vendors in further tiers, cycles
// included. The same seed gives the same records.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "graph/model/record.h"

namespace onward::bench {

struct LoadSize {
  size_t tenants = 400;
  // Controllers of the largest tenant; tenant t has t^-0.8 of them.
  size_t controllers = 2'500;
  // 1: what controllers disclose; each further tier, what its recipients disclose in turn.
  int tiers = 4;
  // Stops after so many.
  size_t flows = 1'000'000;
  uint64_t seed = 1;
};

// Controllers are established in the EEA, and every vendor's seat is known. Controllers disclose to
// processors, those to sub-processors. As in published lists, 6 % of flows state their categories, 27 % a
// place of processing, 6 % a mechanism: processing terms, standard contractual clauses with or without an
// assessment, a listing under the Data Privacy Framework.
std::vector<model::Record> LoadInventory(const LoadSize& size);

}  // namespace onward::bench
