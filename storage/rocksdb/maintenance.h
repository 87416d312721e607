// What an operator does to the folder of a store that no server has open.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/backup.h"
#include "storage/rocksdb/rocksdb_store.h"

namespace onward::storage {

struct StoreReport {
  // What the folder has, and what this release writes.
  uint32_t format = 0;
  uint32_t newest_format = 0;
  // The id in tokens, and the batch that the head anchor names.
  std::string incarnation;
  uint64_t sequence = 0;
  std::map<std::string, uint64_t> heads;
  uint64_t revisions = 0;
  // Versions of records.
  uint64_t records = 0;
  uint64_t laws = 0;
  // What is wrong, each naming the file or the place; at most one of each inventory.
  std::vector<absl::Status> problems;
};

// Looks at the folder as an opening does, then reads all of it: every block, every entry of every chain,
// every version of every record. Changes nothing. NotAStore, FolderInUse, FormatTooNew, IoFailed.
absl::StatusOr<StoreReport> CheckStoreFolder(const std::string& folder,
                                             const RocksDbOptions& options,
                                             const Progress& progress);

struct Migration {
  uint32_t from = 0;
  uint32_t to = 0;
};

// Raises the folder to the format of this release, as its first write would. Reads all of it before
// (CheckStoreFolder), and changes nothing where something is wrong: the first problem. `dry_run`: nothing
// is changed in any case.
absl::StatusOr<Migration> MigrateStoreFolder(const std::string& folder,
                                             const RocksDbOptions& options, bool dry_run,
                                             const Progress& progress);

}  // namespace onward::storage
