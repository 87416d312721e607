// The way back from a backup to a store (storage/rocksdb/backup.h).
#include <filesystem>
#include <memory>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "storage/errors.h"
#include "storage/rocksdb/anchor.h"
#include "storage/rocksdb/assembled.h"
#include "storage/rocksdb/backup.h"
#include "storage/rocksdb/backup_folder.h"
#include "storage/rocksdb/check_store.h"
#include "storage/rocksdb/db.h"

namespace onward::storage {
namespace {

namespace fs = std::filesystem;

// In a folder that is being filled: written before anything else. The anchor is written last.
constexpr char kRestoringFile[] = "ONWARD-RESTORING";
// What is left of it where not even that could be written: the power went, or the volume is full.
constexpr char kRestoringDraft[] = "ONWARD-RESTORING.new";

// Empties a folder whose filling was cut short; NotEmpty for any other.
absl::Status MakeRoom(const std::string& data) {
  std::error_code error;
  const bool ours = FileExists(data, kRestoringFile) && !FileExists(data, std::string(kAnchorFile));
  for (fs::directory_iterator it(data, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (name == "lost+found" || name == kRestoringFile || name == kRestoringDraft) {
      continue;
    }
    if (!ours) {
      return NotEmpty(data);
    }
    fs::remove_all(it->path(), error);
  }
  if (error) {
    return IoFailed("folder " + data + ": " + error.message());
  }
  return ReplaceFile(data, kRestoringFile, "a backup is being restored here\n");
}

absl::Status CopyAll(const BackupFolder& folder, const BackupManifest& manifest,
                     const std::string& data, const Progress& progress) {
  uint64_t done = 0;
  for (const BackupFile& file : manifest.files) {
    const std::string from = folder.PathOf(file.digest);
    ONWARD_ASSIGN_OR_RETURN(const FileDigest copied,
                            CopyFile(from, data + "/" + file.name, [&](uint64_t bytes) {
                              done += bytes;
                              return progress("restore", done, manifest.info.bytes);
                            }));
    if (copied.digest != file.digest) {
      return BackupDamaged(from, "it changed while it was read");
    }
  }
  return SyncFolder(data);
}

// Gives the store an id of its own. The batch is in the database; the anchor that names it is not there yet.
absl::StatusOr<StoreState> StartIncarnation(const std::string& data,
                                            const RocksDbOptions& options) {
  ONWARD_ASSIGN_OR_RETURN(const std::unique_ptr<Db> db,
                          Db::Open(data, options, Db::Mode::kExisting));
  ONWARD_ASSIGN_OR_RETURN(const StoreHeads found, ReadHeadsOf(*db));
  StoreState next = NextState(found.state, "");
  next.restored_as = NewIncarnation();
  DbBatch batch;
  db->Put(batch, Family::kMeta, keys::StoreState(), EncodeState(next));
  ONWARD_RETURN_IF_ERROR(db->Write(batch));
  return next;
}

}  // namespace

absl::StatusOr<Restored> RestoreBackup(const std::string& folder, uint64_t number,
                                       const std::string& data, const RocksDbOptions& options,
                                       const Progress& progress) {
  ONWARD_ASSIGN_OR_RETURN(const BackupFolder backups, BackupFolder::Open(folder));
  ONWARD_ASSIGN_OR_RETURN(const BackupManifest manifest, backups.Read(number));
  ONWARD_RETURN_IF_ERROR(CheckBackup(backups, manifest, options, progress).status());
  ONWARD_ASSIGN_OR_RETURN(const auto lock, FolderLock::Take(data));
  ONWARD_RETURN_IF_ERROR(MakeRoom(data));
  ONWARD_RETURN_IF_ERROR(CopyAll(backups, manifest, data, progress));
  ONWARD_ASSIGN_OR_RETURN(const StoreState state, StartIncarnation(data, options));
  ONWARD_RETURN_IF_ERROR(progress("anchor", 0, 1));
  // From here on the folder is a store, which nobody may empty again.
  ONWARD_RETURN_IF_ERROR(Anchor::Create(data, state));
  std::error_code error;
  fs::remove(data + "/" + kRestoringFile, error);
  if (error) {
    return IoFailed("folder " + data + ": " + error.message());
  }
  return Restored{manifest.info, IncarnationOf(state)};
}

}  // namespace onward::storage
