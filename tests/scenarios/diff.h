// What a case says under two law registers.
#pragma once

#include <string>

#include "graph/law/register.h"
#include "tests/scenarios/prepared.h"

namespace onward::scenarios {

// Every flow and destination whose verdict, reason or mechanism differs, each with the days in a row on
// which it does and what became what. Asked are the moments of the case and every day on which a verdict may
// change under either register. Empty: no difference.
std::string DifferencesBetween(const law::RegisterPtr& base, const law::RegisterPtr& other,
                               const Prepared& prepared);

}  // namespace onward::scenarios
