// The one table of all metrics: what is exported, METRICS.md and what a dashboard may ask come from it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/metrics/families.h"

namespace onward::metrics {

// In the order in which they are exported; those of the HTTP library last.
const std::vector<Metric>& Catalogue();

// The entry of that name. It must be there: a name is written where it is exported, and once in the table.
const Metric& MetricOf(std::string_view name);

// services/metrics/METRICS.md.
std::string CataloguePage();

}  // namespace onward::metrics
