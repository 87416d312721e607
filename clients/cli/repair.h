// Plans of what to sign or to stop, in every format.
#pragma once

#include <cstddef>
#include <string>

#include "clients/cli/output.h"
#include "clients/cli/style.h"
#include "onward/v1/repair.pb.h"

namespace onward::cli {

// `width` columns for text.
Answer RepairAnswer(const v1::RepairResponse& response, const Style& style, size_t width);

// The records that say that all steps are done, as manifests for `onward apply -f`; what is deleted stands
// in comments.
std::string RepairManifests(const v1::RepairResponse& response);

}  // namespace onward::cli
