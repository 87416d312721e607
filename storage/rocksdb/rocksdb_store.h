// The default backend: one RocksDB database in a folder of its own, with a head anchor beside it.
//
// When Commit returns, the write is in the synced write-ahead log and the anchor names it. Opening
// compares the two: a folder that has lost something acknowledged, whatever was cut, damaged or
// deleted, is refused with Corrupted naming the file, and is left as it was found. Waiting commits
// share one sync.
//
// The first storage error seals writes. While the store is opened again in place, reads that need it answer
// IoFailed; the heads are those from before until it is open.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/store.h"

namespace rocksdb {
class Env;
}  // namespace rocksdb

namespace onward::storage {

struct RocksDbOptions {
  // Memory for writes before they go to a table file, for each of the five column families.
  uint64_t write_buffer_bytes = 16ULL << 20;
  // Write-ahead log kept at most; also what opening needs as free space.
  uint64_t wal_bytes_max = 64ULL << 20;
  // Cache of blocks read from table files.
  uint64_t block_cache_bytes = 64ULL << 20;
  // Table files that are open at a time, with their indexes and filters in memory; others are opened as they are read. RocksDB takes
  // 20 for less, and opens up to 64 where it is told fewer.
  uint32_t tables_open_max = 512;
  // Every block is checked at opening while the table files hold at most this; larger stores are
  // checked block by block as they are read.
  uint64_t verify_at_open_bytes_max = 256ULL << 20;
  // Commits that share a sync: at most so many, and at most so many bytes.
  uint64_t group_commits_max = 256;
  uint64_t group_bytes_max = 4ULL << 20;

  // Writes wait with StoreFull while the volume has fewer free bytes; 0: it is not looked at.
  uint64_t free_bytes_min = 0;
  // Size of a file that reserves room for opening the store again once the volume was full: at least
  // wal_bytes_max; 0: there is none.
  uint64_t ballast_bytes = 0;
  // This often is looked whether small tables of the store can be merged, and after a storage error that may pass, whether the
  // volume takes writes again; then the store is opened again in place. 0: neither; writes stay sealed until the store is opened anew.
  uint64_t upkeep_every_ms = 0;

  // For tests. Not owned; null: the system's files.
  rocksdb::Env* env = nullptr;
  // For tests: called before each step of a group of commits (wal, anchor, publish); an error fails
  // it.
  std::function<absl::Status(std::string_view step)> before_step;
};

// Opens the folder, and makes it with an empty store in it if it is missing or empty. Errors:
// FolderInUse, NotAStore, FormatTooNew, Corrupted, DiskFull, IoFailed (storage/errors.h).
absl::StatusOr<std::unique_ptr<Store>> OpenRocksDb(const std::string& folder,
                                                   const RocksDbOptions& options);

}  // namespace onward::storage
