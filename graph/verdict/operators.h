// Sites that somebody else may run: the operator decides. Internal.
#pragma once

#include <optional>
#include <vector>

#include "graph/verdict/destinations.h"
#include "graph/verdict/territory.h"
#include "graph/verdict/verdict.h"

namespace onward::verdict {

// The importer's own flows, of this hop's data, to who runs a site; on `day` or, without one, ever.
std::vector<model::FlowView> OperatorFlows(const Hop& hop, std::string_view operator_party,
                                           std::optional<Date> day);

// The operator's flow as far as this site goes: what is judged in place of the site.
model::Flow AtThisSite(const model::FlowView& operator_flow, const Destination& destination);

// Judges a site whose operator decides: a site outside of an importer inside the territory, or of
// an importer that is the exporter's own entity. Nullopt: the operator does not matter, judge it as
// any destination. The operator's own sites are not followed further.
std::optional<DestinationVerdict> JudgeByOperator(const Hop& hop, const Destination& destination,
                                                  const Reading& reading);

}  // namespace onward::verdict
