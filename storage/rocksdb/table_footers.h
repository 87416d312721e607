// What RocksDB reads of each table file before it compares a checksum: the last bytes, which say which checksums
// the blocks have and where they lie, and the properties.
//
// Where these are damaged, RocksDB reads what is no block; Debian's is built with assertions and then ends the
// process.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace onward::storage {

// What every table of a store is written with.
inline constexpr uint8_t kTableChecksum = 4;  // XXH3
inline constexpr uint32_t kTableFormat = 5;

// Corrupted, naming the file, for a table of the folder that says otherwise, whose blocks do not lie in it or
// whose properties are not laid out as such. A file that does not end as a table does is not looked at: a crash
// may have left it unfinished. Changes nothing.
absl::Status CheckTableFooters(const std::string& folder);

}  // namespace onward::storage
