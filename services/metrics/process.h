// What the kernel says of this process.
#pragma once

#include <vector>

#include "services/metrics/families.h"

namespace onward::metrics {

// process_*; a family has no samples where the kernel does not say.
std::vector<Family> ProcessFamilies();

}  // namespace onward::metrics
