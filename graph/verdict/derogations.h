// The derogation that a flow states (GDPR Art. 49; Directive 95/46/EC Art. 26(1)). Internal.
#pragma once

#include <optional>

#include "graph/verdict/attempt.h"

namespace onward::verdict {

// Tries the stated derogation. Nullopt: none is stated.
std::optional<Attempt> TryDerogation(const Hop& hop, const Roles& roles);

}  // namespace onward::verdict
