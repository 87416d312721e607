// Who discloses to whom: tenants with controllers and a catalogue of vendors each, vendors drawn by Zipf's
// law, vendors' own lists in further tiers, cycles included.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "tests/bench/generator/options.h"

namespace onward::bench {

// Nodes of a tenant: controllers 0 to controllers-1, then vendors in order of rank, the first of rank 1.
struct Edge {
  uint32_t exporter = 0;
  uint32_t importer = 0;
};

struct TenantGraph {
  // From 1.
  uint32_t tenant = 0;
  uint32_t controllers = 0;
  // Those of the catalogue, reached or not, and those of a chain.
  uint32_t vendors = 0;
  std::vector<Edge> edges;

  uint32_t nodes() const { return controllers + vendors; }
  bool IsVendor(uint32_t node) const { return node >= controllers; }
  // 0: a controller.
  uint32_t RankOf(uint32_t node) const { return IsVendor(node) ? node - controllers + 1 : 0; }
};

// Tenants one after another, each forgotten before the next is made. The same options give the same graph.
void ForEachTenant(const GeneratorOptions& options,
                   const std::function<void(const TenantGraph&)>& use);

}  // namespace onward::bench
