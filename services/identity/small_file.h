// Reading a file that is small by nature.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace onward::identity {

// INVALID_ARGUMENT names the file: it cannot be read, or has more than `bytes_max` bytes.
absl::StatusOr<std::string> ReadSmallFile(const std::string& path, size_t bytes_max);

}  // namespace onward::identity
