#include "storage/rocksdb/assembled.h"

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "storage/errors.h"
#include "storage/rocksdb/check_store.h"
#include "storage/rocksdb/db.h"

namespace onward::storage {
namespace {

namespace fs = std::filesystem;

// A folder for this process alone, removed with the object.
class ScratchFolder {
 public:
  static absl::StatusOr<std::unique_ptr<ScratchFolder>> Make() {
    std::error_code error;
    std::string path = (fs::temp_directory_path(error) / "onward-verify-XXXXXX").string();
    if (error || mkdtemp(path.data()) == nullptr) {
      return IoFailed("no temporary folder can be made in " +
                      fs::path(path).parent_path().string());
    }
    return std::unique_ptr<ScratchFolder>(new ScratchFolder(std::move(path)));
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    std::error_code error;
    fs::remove_all(path_, error);
  }

  const std::string& path() const { return path_; }

 private:
  explicit ScratchFolder(std::string path) : path_(std::move(path)) {}
  const std::string path_;
};

absl::Status LinkFiles(const BackupFolder& folder, const BackupManifest& manifest,
                       const std::string& to) {
  std::error_code error;
  for (const BackupFile& file : manifest.files) {
    fs::create_symlink(fs::absolute(folder.PathOf(file.digest)), to + "/" + file.name, error);
    if (error) {
      return IoFailed(absl::StrCat(to, ": link ", file.name, ": ", error.message()));
    }
  }
  return absl::OkStatus();
}

// Damage of the store that a backup holds is damage of the backup.
absl::Status AsBackup(const BackupManifest& manifest, const absl::Status& status) {
  if (!absl::IsDataLoss(status)) {
    return status;
  }
  const absl::string_view text = status.message();
  return BackupDamaged(BackupFolder::ManifestName(manifest.info.number),
                       std::string_view(text.data(), text.size()));
}

// The store is the one that the manifest names, at that batch.
absl::Status CheckAnchorOf(const BackupManifest& manifest, const StoreContents& contents) {
  const StoreState& state = contents.state;
  std::map<std::string, uint64_t> heads;
  for (const auto& [id, head] : contents.heads) {
    heads[id] = head.head.revision;
  }
  const bool same = IncarnationOf(state) == manifest.info.incarnation &&
                    state.format == manifest.info.format && state.sequence == manifest.sequence &&
                    state.root == manifest.root && heads == manifest.info.heads;
  return same
             ? absl::OkStatus()
             : Corrupted("state of the store", "it is not the one that was backed up: batch " +
                                                   std::to_string(state.sequence) + " instead of " +
                                                   std::to_string(manifest.sequence));
}

absl::StatusOr<StoreContents> ReadContents(const BackupFolder& folder,
                                           const BackupManifest& manifest,
                                           const RocksDbOptions& options,
                                           const Progress& progress) {
  ONWARD_ASSIGN_OR_RETURN(const std::unique_ptr<ScratchFolder> scratch, ScratchFolder::Make());
  ONWARD_RETURN_IF_ERROR(LinkFiles(folder, manifest, scratch->path()));
  ONWARD_RETURN_IF_ERROR(progress("open", 0, 1));
  ONWARD_ASSIGN_OR_RETURN(const std::unique_ptr<Db> db,
                          Db::Open(scratch->path(), options, Db::Mode::kReadOnly));
  ONWARD_ASSIGN_OR_RETURN(StoreContents contents,
                          ReadStore(*db, [&progress](uint64_t done, uint64_t total) {
                            return progress("check", done, total);
                          }));
  if (!contents.problems.empty()) {
    return contents.problems.front();
  }
  ONWARD_RETURN_IF_ERROR(CheckAnchorOf(manifest, contents));
  return contents;
}

}  // namespace

absl::StatusOr<BackupCheck> CheckBackupAsStore(const BackupFolder& folder,
                                               const BackupManifest& manifest,
                                               const RocksDbOptions& options,
                                               const Progress& progress) {
  ONWARD_RETURN_IF_ERROR(CheckFormat(folder.path(), manifest.info.format));
  const absl::StatusOr<StoreContents> contents = ReadContents(folder, manifest, options, progress);
  if (!contents.ok()) {
    return AsBackup(manifest, contents.status());
  }
  return BackupCheck{manifest.info, manifest.files.size(), contents->revisions, contents->records};
}

absl::StatusOr<BackupCheck> CheckBackup(const BackupFolder& folder, const BackupManifest& manifest,
                                        const RocksDbOptions& options, const Progress& progress) {
  uint64_t done = 0;
  for (const BackupFile& file : manifest.files) {
    ONWARD_RETURN_IF_ERROR(folder.CheckFile(file, [&](uint64_t bytes) {
      done += bytes;
      return progress("read", done, manifest.info.bytes);
    }));
  }
  return CheckBackupAsStore(folder, manifest, options, progress);
}

}  // namespace onward::storage
