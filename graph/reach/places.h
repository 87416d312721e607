// Where a flow, or a copy that it left, is: for questions about places.
#pragma once

#include <string_view>
#include <vector>

#include "graph/reach/day_graph.h"

namespace onward::reach {

// Outside the territory where data flow freely, or not known to be inside: an unsettled code, a region such as GLOBAL, an
// organisation, UNKNOWN.
bool IsOutside(std::string_view code, const law::Register& law, Date day);

// The destinations of a flow, in order of code. A copy that is still held is where its flow took it on its last day; it has no
// verdict.
std::vector<query::DestinationOutcome> PlacesOf(const DayGraph& graph, uint32_t edge);

}  // namespace onward::reach
