// The last bytes of each table file: which checksums its blocks have, and how they are to be read.
//
// They have no checksum of their own. Where they are damaged so that blocks count as unchecked, or as laid out
// otherwise, RocksDB reads what is no block; Debian's is built with assertions and then ends the process.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace onward::storage {

// What every table of a store is written with.
inline constexpr uint8_t kTableChecksum = 4;  // XXH3
inline constexpr uint32_t kTableFormat = 5;

// Corrupted, naming the file, for a table of the folder that says otherwise. A file that does not end as a
// table does is not looked at: a crash may have left it unfinished. Changes nothing.
absl::Status CheckTableFooters(const std::string& folder);

}  // namespace onward::storage
