// Measures of a generated graph, to compare with those of published lists.
#pragma once

#include <cstdint>

#include "tests/bench/generator/compact.h"

namespace onward::bench {

struct Summary {
  uint64_t tenants = 0;
  uint64_t parties = 0;
  uint64_t controllers = 0;
  uint64_t flows = 0;
  uint64_t largest_tenant_flows = 0;
  double out_degree_mean = 0;
  uint32_t out_degree_median = 0;
  uint32_t out_degree_p90 = 0;
  uint32_t in_degree_max = 0;
  // Of recipients: named by one flow.
  double named_once = 0;
  // Maximum likelihood of a power law's exponent, of in-degrees from 5 on.
  double in_degree_exponent = 0;
  uint32_t largest_component = 0;
  // Over a sample of controllers: parties reached, and the hops to the farthest of them.
  uint32_t reachable_median = 0;
  uint32_t eccentricity_median = 0;
  double labelled = 0;
  double all_received = 0;
};

// Linear but for the sample: at most `sample` searches.
Summary Summarise(const CompactGraph& graph, size_t sample = 200);

}  // namespace onward::bench
