// Finds what carries a hop into one destination. Internal.
#pragma once

#include <optional>

#include "graph/verdict/destinations.h"
#include "graph/verdict/verdict.h"

namespace onward::verdict {

// Judges a destination outside the territory to which `hop` is a transfer or, where the exporter is
// not bound, an onward transfer: tries adequacy, safeguards and the stated derogation under each
// possible pair of roles, then local rules on onward hops.
DestinationVerdict FindMechanism(const Hop& hop, const Destination& destination,
                                 std::optional<bool> exporter_bound);

}  // namespace onward::verdict
