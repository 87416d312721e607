// Small tables that lie side by side become one.
//
// RocksDB merges tables whose keys overlap. Where keys only grow, as in the changelog, none do: each flush, which a backup, a
// start and an erasure make, would leave a table for ever, and with it an open file.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "storage/keys.h"
#include "storage/rocksdb/db.h"

namespace onward::storage {

// As many tables in a row are merged, if they hold no more together than RocksDB puts into one. So a level of a family has fewer
// than kTablesInARow for each kMergedBytesMax that it holds, and kTablesInARow more, however they came to be.
inline constexpr size_t kTablesInARow = 8;
inline constexpr uint64_t kMergedBytesMax = 64ULL << 20;

// The keys of those to merge; `tables` are one level in order of key.
std::vector<keys::Range> RangesToMerge(const std::vector<Db::Table>& tables);

// Merges those of all families. Reads and writes go on; `stop` ends it early and is no error.
absl::Status MergeSmallTables(Db& db, std::atomic<bool>& stop);

}  // namespace onward::storage
