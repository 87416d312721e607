#include "tests/bench/generator/summary.h"

#include <algorithm>
#include <cmath>

#include "tests/bench/reach/csr.h"

namespace onward::bench {
namespace {

template <class T>
T Quantile(std::vector<T> values, double share) {
  if (values.empty()) {
    return {};
  }
  const auto at = static_cast<ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<size_t>(at)];
}

void MeasureDegrees(const CompactGraph& graph, Summary& out) {
  std::vector<uint32_t> outs(graph.parties);
  std::vector<uint32_t> ins(graph.parties);
  for (size_t i = 0; i < graph.exporters.size(); ++i) {
    ++outs[graph.exporters[i]];
    ++ins[graph.importers[i]];
  }
  std::erase(outs, 0);
  std::erase(ins, 0);
  out.out_degree_mean = static_cast<double>(out.flows) / static_cast<double>(outs.size());
  out.out_degree_median = Quantile(outs, .5);
  out.out_degree_p90 = Quantile(outs, .9);
  out.in_degree_max = *std::max_element(ins.begin(), ins.end());
  out.named_once =
      static_cast<double>(std::count(ins.begin(), ins.end(), 1U)) / static_cast<double>(ins.size());
  constexpr double kTail = 5;
  double logs = 0;
  double tail = 0;
  for (const uint32_t in : ins) {
    if (in >= kTail) {
      logs += std::log(in / (kTail - 0.5));
      ++tail;
    }
  }
  out.in_degree_exponent = logs > 0 ? 1 + tail / logs : 0;
}

void MeasureReach(const CompactGraph& graph, const Csr& csr, size_t sample, Summary& out) {
  std::vector<uint32_t> controllers;
  for (const CompactGraph::Tenant& tenant : graph.tenants) {
    for (uint32_t i = 0; i < tenant.controllers; ++i) {
      controllers.push_back(tenant.first + i);
    }
  }
  out.controllers = controllers.size();
  std::vector<uint32_t> reached;
  std::vector<uint32_t> farthest;
  Bfs search(csr);
  const size_t step = std::max<size_t>(1, controllers.size() / std::max<size_t>(1, sample));
  for (size_t i = 0; i < controllers.size(); i += step) {
    search.Run(controllers[i]);
    reached.push_back(static_cast<uint32_t>(search.order().size()) - 1);
    farthest.push_back(search.Depth());
  }
  out.reachable_median = Quantile(reached, .5);
  out.eccentricity_median = Quantile(farthest, .5);
}

}  // namespace

Summary Summarise(const CompactGraph& graph, size_t sample) {
  Summary out;
  out.tenants = graph.tenants.size();
  out.parties = graph.parties;
  out.flows = graph.exporters.size();
  if (out.flows == 0) {
    return out;
  }
  MeasureDegrees(graph, out);
  const Csr csr = MakeCsr(graph);
  MeasureReach(graph, csr, sample, out);
  out.largest_component = LargestComponent(csr);
  for (size_t tenant = 0; tenant < graph.tenants.size(); ++tenant) {
    const uint32_t first = graph.tenants[tenant].first;
    const uint32_t end =
        tenant + 1 < graph.tenants.size() ? graph.tenants[tenant + 1].first : graph.parties;
    out.largest_tenant_flows =
        std::max<uint64_t>(out.largest_tenant_flows, csr.begin[end] - csr.begin[first]);
  }
  const auto share = [&](auto is) {
    return static_cast<double>(std::count_if(graph.labels.begin(), graph.labels.end(), is)) /
           static_cast<double>(out.flows);
  };
  out.all_received = share([](LabelMask mask) { return mask == kAllReceivedMask; });
  out.labelled = share([](LabelMask mask) { return mask != 0 && mask != kAllReceivedMask; });
  return out;
}

}  // namespace onward::bench
