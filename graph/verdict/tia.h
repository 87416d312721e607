// The transfer impact assessment that a safeguard asks for. Internal.
#pragma once

#include "graph/verdict/conditions.h"
#include "graph/verdict/destinations.h"

namespace onward::verdict {

// Checks the assessments of `agreement` for the destination: the newest one that was performed by
// the day and names it decides.
void CheckTia(const law::TiaRule& rule, const model::Agreement& agreement,
              const Destination& destination, const Hop& hop, const StatementScope& scope,
              Findings& findings);

}  // namespace onward::verdict
