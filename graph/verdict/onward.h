// What is left for a hop of an exporter that is not bound: the rules of its own adequate country.
// Internal.
#pragma once

#include <optional>
#include <vector>

#include "graph/verdict/decide.h"

namespace onward::verdict {

// Where nothing carries the hop and all restricted data came to the exporter under adequacy of its
// country: adds that decision to `outcome` as the deciding attempt, naming the law to check and the
// evidence for it. Only for an exporter that is known not to be bound.
void TryLocalRules(const Hop& hop, std::optional<bool> exporter_bound,
                   const std::vector<const model::Agreement*>& agreements, Outcome& outcome);

}  // namespace onward::verdict
