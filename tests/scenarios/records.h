// The records of a case.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "onward/v1/record.pb.h"
#include "tests/scenarios/case_file.h"

namespace onward::scenarios {

// Included manifests first. INVALID_ARGUMENT lists every problem with its place.
absl::StatusOr<std::vector<v1::Record>> RecordsOf(const Case& scenario);

}  // namespace onward::scenarios
