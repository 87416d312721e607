// A generated graph as numbers alone: ten bytes an edge.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tests/bench/generator/facts.h"
#include "tests/bench/generator/options.h"

namespace onward::bench {

// Parties are numbered from 0 in order of tenant, controllers before vendors, vendors by rank; those that no
// flow names are left out.
struct CompactGraph {
  uint32_t parties = 0;
  std::vector<uint32_t> exporters;
  std::vector<uint32_t> importers;
  std::vector<LabelMask> labels;
  // By tenant, from its first party: parties of it, and how many of those are controllers (the first ones).
  struct Tenant {
    uint32_t first = 0;
    uint32_t controllers = 0;
  };
  std::vector<Tenant> tenants;
  // Ids by party.
  std::vector<std::string> ids;
};

CompactGraph GenerateCompact(const GeneratorOptions& options);

}  // namespace onward::bench
