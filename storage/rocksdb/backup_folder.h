// A folder of backups:
//
//   ONWARD-BACKUPS         says what it is, and the number of the next backup
//   000001.backup          manifest of backup 1 (storage/rocksdb/backup_manifest.h)
//   files/<sha256>         a file of one or more backups, once
//   *.new                  left over from work that was cut
//
// A backup is there once its manifest is; manifests are written last, and renamed into place.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/rocksdb/backup_manifest.h"
#include "storage/rocksdb/file_io.h"
#include "storage/rocksdb/folder.h"

namespace onward::storage {

// Not thread-safe; changes need the lock of the folder (FolderLock).
class BackupFolder {
 public:
  // Makes the folder, where it is missing or empty. NotAStore where it holds something else.
  static absl::StatusOr<BackupFolder> Make(const std::string& path);
  // BackupNotFound where there is no such folder.
  static absl::StatusOr<BackupFolder> Open(const std::string& path);

  const std::string& path() const { return path_; }
  // Numbers of all backups, oldest first; whether they are whole is not looked at.
  absl::StatusOr<std::vector<uint64_t>> Numbers() const;
  // BackupNotFound; BackupDamaged. 0: the newest.
  absl::StatusOr<BackupManifest> Read(uint64_t number) const;
  // All of them, oldest first. BackupDamaged names the first that cannot be read and the whole ones.
  absl::StatusOr<std::vector<BackupManifest>> ReadAll() const;

  static std::string ManifestName(uint64_t number);
  // Where a file's contents are kept.
  std::string PathOf(const std::string& digest) const;
  // Reads a file of a backup. BackupDamaged, naming it, unless it is what the manifest says.
  absl::Status CheckFile(const BackupFile& file, const OnBytes& on_bytes) const;

  // A number for a new backup, never given before. Durable.
  absl::StatusOr<uint64_t> TakeNumber();
  // Keeps the file's contents, unless they are there and whole, and reads them back. `added`: bytes that were
  // not there.
  absl::StatusOr<BackupFile> Keep(const std::string& path, const std::string& name,
                                  const OnBytes& on_bytes, uint64_t& added);
  absl::Status Add(const BackupManifest& manifest);
  // Gives up all but the newest `keep` (0: none), then what no backup needs. Where a manifest cannot be read,
  // nothing is deleted: what it needs is not known.
  absl::Status Prune(uint64_t keep);

 private:
  explicit BackupFolder(std::string path) : path_(std::move(path)) {}
  absl::StatusOr<uint64_t> NextNumber() const;
  absl::Status RemoveUnused(const std::vector<BackupManifest>& kept) const;

  std::string path_;
};

}  // namespace onward::storage
