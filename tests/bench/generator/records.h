// A generated graph as the records of an inventory.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "graph/model/record.h"
#include "tests/bench/generator/options.h"
#include "tests/bench/generator/topology.h"

namespace onward::bench {

// t3-c0 or t3-v1 (a vendor by its rank).
std::string PartyIdOf(const TenantGraph& graph, uint32_t node);
// t3-f0000000: by place in TenantGraph::edges.
std::string FlowIdOf(const TenantGraph& graph, size_t edge);

// Each record once, one tenant after another, a party before what names it. All tenants make one inventory:
// ids begin with the tenant's number. Controllers are established in the EEA and disclose to processors, those
// to sub-processors. Keeps one tenant in memory at a time.
void ForEachRecord(const GeneratorOptions& options, const std::function<void(model::Record)>& use);

// Of one graph.
void ForEachRecordOf(const GeneratorOptions& options, const TenantGraph& graph,
                     const std::function<void(model::Record)>& use);

// The same as a list.
std::vector<model::Record> GenerateRecords(const GeneratorOptions& options);

}  // namespace onward::bench
