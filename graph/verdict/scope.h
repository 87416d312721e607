// What an agreement carries: categories, data subjects, purposes. Internal.
#pragma once

#include "graph/verdict/attempt.h"

namespace onward::verdict {

// What an agreement does not list is not carried: data of the flow outside its lists fail; purposes
// or data subjects that the flow does not state stay open where the agreement limits them.
void CheckScope(const model::Agreement& agreement, const Hop& hop, Findings& findings);

}  // namespace onward::verdict
