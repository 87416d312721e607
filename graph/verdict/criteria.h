// The facts of the three criteria of a transfer, and the records that a verdict rests on. Internal.
#pragma once

#include <optional>
#include <vector>

#include "graph/verdict/territory.h"
#include "graph/verdict/verdict.h"

namespace onward::verdict {

// T1, T2 and T3 in order.
std::vector<CriterionFact> CriteriaOf(const Hop& hop, std::optional<bool> exporter_bound,
                                      const std::vector<DestinationVerdict>& destinations);

// The flow, its parties and their heads, sites, operators with their flows, and whatever the
// candidates rest on; ascending, each once.
std::vector<model::RecordRef> EvidenceOf(const Hop& hop,
                                         const std::vector<DestinationVerdict>& destinations);

}  // namespace onward::verdict
