// Backups of RocksDB stores, and the way back. RocksDB's own BackupEngine is not used: ARCHITECTURE.md says
// why.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/backup.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "storage/store.h"

namespace onward::storage {

// What a store offers to those who copy it.
class CheckpointSource {
 public:
  // Makes a folder inside the store's own with the files of one moment, by hard links where they do not
  // change any more, and returns its path. The caller removes it; so does the next call. One at a time.
  virtual absl::StatusOr<std::string> Checkpoint() = 0;

 protected:
  CheckpointSource() = default;
  CheckpointSource(const CheckpointSource&) = default;
  CheckpointSource& operator=(const CheckpointSource&) = default;
  ~CheckpointSource() = default;
};

// Inside the store's folder.
inline constexpr std::string_view kCheckpointFolder = "backup-draft";

// Backups of `store` in `folder`, which is made with the first one. The store is one of OpenRocksDb and
// outlives them; null: to list and verify only. InvalidWrite for a store of another backend.
absl::StatusOr<std::unique_ptr<Backups>> OpenBackups(Store* store, const std::string& folder);

struct Restored {
  BackupInfo backup;
  // The new store's; tokens of the old one are refused.
  std::string incarnation;
};

// Verifies a backup (0: the newest), then makes a store of it in `data`, which is missing or empty: else
// NotEmpty. Whatever is wrong with the backup, nothing is made. A folder whose making was cut short is
// not opened as a store, and may be given again.
absl::StatusOr<Restored> RestoreBackup(const std::string& folder, uint64_t number,
                                       const std::string& data, const RocksDbOptions& options,
                                       const Progress& progress);

}  // namespace onward::storage
