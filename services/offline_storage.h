// Stores and backups on folders, without a server: for operators and the command line.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "onward/v1/admin_service.pb.h"

namespace onward::services {

// Told how far the work is; may be empty.
using ToldProgress = std::function<void(std::string_view step, uint64_t done, uint64_t total)>;

// The backups in a folder, newest first. Errors here and below: storage/errors.h.
absl::StatusOr<std::vector<v1::BackupInfo>> ListBackupFolder(const std::string& folder);
// 0: the newest. BACKUP_DAMAGED, BACKUP_NOT_FOUND.
absl::StatusOr<v1::VerifyBackupResponse> VerifyBackupFolder(const std::string& folder,
                                                            uint64_t number,
                                                            const ToldProgress& progress);

struct RestoredStore {
  v1::BackupInfo backup;
  // Of the new store: tokens of the old one are refused.
  std::string incarnation;
};
// Verifies, then makes a store in `data`, which is missing or empty.
absl::StatusOr<RestoredStore> RestoreBackupFolder(const std::string& folder, uint64_t number,
                                                  const std::string& data,
                                                  const ToldProgress& progress);

// Reads an exported inventory to its end; changes nothing. NOT_FOUND, INVALID_ARGUMENT for what is none,
// BACKUP_DAMAGED.
absl::StatusOr<v1::InventoryFileInfo> CheckInventoryFile(const std::string& path,
                                                         const ToldProgress& progress);

struct StorageReport {
  // What the folder has, and what this release writes.
  uint32_t format = 0;
  uint32_t newest_format = 0;
  std::string incarnation;
  std::map<std::string, uint64_t> heads;
  uint64_t revisions = 0;
  uint64_t records = 0;
  uint64_t laws = 0;
  // What is wrong.
  std::vector<absl::Status> problems;
};
// Reads all of it; changes nothing.
absl::StatusOr<StorageReport> CheckStorage(const std::string& data, const ToldProgress& progress);

struct StorageMigration {
  uint32_t from = 0;
  uint32_t to = 0;
};
// Checks, then raises the folder to the format of this release, unless `dry_run`.
absl::StatusOr<StorageMigration> MigrateStorage(const std::string& data, bool dry_run,
                                                const ToldProgress& progress);

}  // namespace onward::services
