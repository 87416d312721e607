#include "tests/bench/generator/compact.h"

#include "tests/bench/generator/records.h"
#include "tests/bench/generator/topology.h"

namespace onward::bench {
namespace {

constexpr uint32_t kUnnamed = UINT32_MAX;

// The number of each node.
std::vector<uint32_t> Number(const TenantGraph& graph, CompactGraph& out) {
  std::vector<uint32_t> numbers(graph.nodes(), kUnnamed);
  for (const Edge& edge : graph.edges) {
    numbers[edge.exporter] = numbers[edge.importer] = 0;
  }
  out.tenants.push_back({out.parties, 0});
  for (uint32_t node = 0; node < graph.nodes(); ++node) {
    if (numbers[node] != kUnnamed) {
      numbers[node] = out.parties++;
      out.ids.push_back(PartyIdOf(graph, node));
      out.tenants.back().controllers += graph.IsVendor(node) ? 0 : 1;
    }
  }
  return numbers;
}

}  // namespace

CompactGraph GenerateCompact(const GeneratorOptions& options) {
  CompactGraph out;
  ForEachTenant(options, [&](const TenantGraph& graph) {
    const Facts facts(options, graph.tenant);
    const std::vector<uint32_t> numbers = Number(graph, out);
    for (const Edge& edge : graph.edges) {
      out.exporters.push_back(numbers[edge.exporter]);
      out.importers.push_back(numbers[edge.importer]);
      out.labels.push_back(facts.LabelsOf(edge));
    }
  });
  return out;
}

}  // namespace onward::bench
