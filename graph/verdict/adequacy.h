// Adequacy decisions for a destination, declared or not. Internal.
#pragma once

#include <vector>

#include "graph/verdict/attempt.h"
#include "graph/verdict/destinations.h"

namespace onward::verdict {

// The in-scope decision of `code` that is in force on the day, as known: country-wide before
// scheme. Null: none.
const law::Decision* DecisionInForce(std::string_view code, const Hop& hop);

// Every decision that names the destination and was known by law_known_at: country-wide ones
// always, those of a scheme where they are in force or a certificate is on file. `agreements` bind
// the two on that day: they may state recipient conditions.
std::vector<Attempt> TryAdequacy(const Hop& hop, const Destination& destination, const Roles& roles,
                                 const std::vector<const model::Agreement*>& agreements);

}  // namespace onward::verdict
