// Small files for their owner alone.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace onward::identity {

// Makes the file, or replaces it: it is whole, or as it was, whatever happens meanwhile. RESOURCE_EXHAUSTED: the volume is full.
// UNAVAILABLE.
absl::Status WritePrivateFile(const std::string& path, std::string_view bytes);
// NOT_FOUND: there is none. FAILED_PRECONDITION: it is no regular file, has more than `bytes_max` bytes, or everybody may read it (a
// group may: a cluster that mounts a volume for a group opens all its files to it).
absl::StatusOr<std::string> ReadPrivateFile(const std::string& path, size_t bytes_max);

}  // namespace onward::identity
