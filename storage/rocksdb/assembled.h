// A backup put together as a folder that can be opened, without a copy of a byte.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "storage/backup.h"
#include "storage/rocksdb/backup_folder.h"
#include "storage/rocksdb/rocksdb_store.h"

namespace onward::storage {

// Reads every byte of the backup, then opens it and reads all that it holds; changes nothing.
// BackupDamaged, naming the file or the place. FormatTooNew.
absl::StatusOr<BackupCheck> CheckBackup(const BackupFolder& folder, const BackupManifest& manifest,
                                        const RocksDbOptions& options, const Progress& progress);
// The second half alone, for files that were just read.
absl::StatusOr<BackupCheck> CheckBackupAsStore(const BackupFolder& folder,
                                               const BackupManifest& manifest,
                                               const RocksDbOptions& options,
                                               const Progress& progress);

}  // namespace onward::storage
