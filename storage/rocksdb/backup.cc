#include "storage/rocksdb/backup.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "graph/base/status_macros.h"
#include "storage/checks.h"
#include "storage/errors.h"
#include "storage/rocksdb/assembled.h"
#include "storage/rocksdb/backup_folder.h"
#include "storage/rocksdb/check_store.h"
#include "storage/rocksdb/db.h"

namespace onward::storage {
namespace {

namespace fs = std::filesystem;

constexpr size_t kCommentBytesMax = 4096;

// The files of a checkpoint, removed with the object.
class Draft {
 public:
  explicit Draft(std::string path) : path_(std::move(path)) {}
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  ~Draft() {
    std::error_code error;
    fs::remove_all(path_, error);
  }

  const std::string& path() const { return path_; }

  struct Entry {
    std::string name;
    uint64_t bytes = 0;
  };
  // In order of name.
  absl::StatusOr<std::vector<Entry>> Files() const {
    std::vector<Entry> files;
    std::error_code error;
    for (fs::directory_iterator it(path_, error), end; !error && it != end; it.increment(error)) {
      files.push_back({it->path().filename().string(), it->file_size(error)});
    }
    std::sort(files.begin(), files.end(),
              [](const Entry& a, const Entry& b) { return a.name < b.name; });
    if (error) {
      return IoFailed("folder " + path_ + ": " + error.message());
    }
    return files;
  }

 private:
  const std::string path_;
};

absl::Status CheckRequest(const BackupRequest& request) {
  CommitMeta meta;
  meta.comment = request.comment;
  if (request.comment.size() > kCommentBytesMax) {
    return InvalidWrite("a comment has at most 4,096 bytes");
  }
  return CheckMeta(meta);
}

class RocksDbBackups final : public Backups {
 public:
  RocksDbBackups(Store* store, CheckpointSource* source, std::string folder)
      : store_(store), source_(source), folder_(std::move(folder)) {}

  absl::StatusOr<BackupCheck> Create(const BackupRequest& request,
                                     const Progress& progress) override {
    ONWARD_RETURN_IF_ERROR(CheckRequest(request));
    if (source_ == nullptr) {
      return NoBackupFolder();
    }
    ONWARD_ASSIGN_OR_RETURN(const auto folder_lock, FolderLock::Take(folder_));
    ONWARD_ASSIGN_OR_RETURN(BackupFolder folder, BackupFolder::Make(folder_));
    ONWARD_RETURN_IF_ERROR(folder.Prune(0));
    BackupManifest manifest;
    manifest.info.comment = request.comment;
    manifest.info.created_at = request.created_at;
    manifest.info.release = request.release;
    ONWARD_RETURN_IF_ERROR(Copy(folder, manifest, progress));
    ONWARD_ASSIGN_OR_RETURN(BackupCheck check,
                            CheckBackupAsStore(folder, manifest, options_, progress));
    ONWARD_RETURN_IF_ERROR(folder.Add(manifest));
    ONWARD_RETURN_IF_ERROR(progress("done", 1, 1));
    if (request.keep > 0) {
      ONWARD_RETURN_IF_ERROR(folder.Prune(request.keep));
    }
    return check;
  }

  absl::StatusOr<std::vector<BackupInfo>> List() const override {
    const auto folder = BackupFolder::Open(folder_);
    if (!folder.ok()) {
      return absl::IsNotFound(folder.status())
                 ? absl::StatusOr<std::vector<BackupInfo>>(std::vector<BackupInfo>())
                 : folder.status();
    }
    ONWARD_ASSIGN_OR_RETURN(const std::vector<BackupManifest> manifests, folder->ReadAll());
    std::vector<BackupInfo> infos;
    for (auto it = manifests.rbegin(); it != manifests.rend(); ++it) {
      infos.push_back(it->info);
    }
    return infos;
  }

  absl::StatusOr<BackupCheck> Verify(uint64_t number, const Progress& progress) const override {
    ONWARD_ASSIGN_OR_RETURN(const BackupFolder folder, BackupFolder::Open(folder_));
    ONWARD_ASSIGN_OR_RETURN(const auto folder_lock, FolderLock::Take(folder_));
    ONWARD_ASSIGN_OR_RETURN(const BackupManifest manifest, folder.Read(number));
    return CheckBackup(folder, manifest, options_, progress);
  }

 private:
  // Fills the manifest; when it returns, all that it names is in the folder.
  absl::Status Copy(BackupFolder& folder, BackupManifest& manifest, const Progress& progress) {
    ONWARD_ASSIGN_OR_RETURN(const std::vector<InventoryHead> before, store_->ListInventories());
    ONWARD_ASSIGN_OR_RETURN(const std::string path, source_->Checkpoint());
    const Draft draft(path);
    ONWARD_RETURN_IF_ERROR(progress("checkpoint", 1, 1));
    ONWARD_RETURN_IF_ERROR(Describe(draft, before, manifest));
    ONWARD_ASSIGN_OR_RETURN(const std::vector<Draft::Entry> files, draft.Files());
    uint64_t total = 0;
    for (const Draft::Entry& file : files) {
      total += file.bytes;
    }
    uint64_t done = 0;
    for (const Draft::Entry& file : files) {
      const auto on_bytes = [&](uint64_t /*bytes*/) { return progress("copy", done, total); };
      ONWARD_ASSIGN_OR_RETURN(BackupFile kept,
                              folder.Keep(draft.path() + "/" + file.name, file.name, on_bytes,
                                          manifest.info.new_bytes));
      done += kept.bytes;
      manifest.info.bytes += kept.bytes;
      manifest.files.push_back(std::move(kept));
    }
    ONWARD_ASSIGN_OR_RETURN(manifest.info.number, folder.TakeNumber());
    return absl::OkStatus();
  }

  // Which store it is, at which batch: the head anchor of that very state.
  absl::Status Describe(const Draft& draft, const std::vector<InventoryHead>& before,
                        BackupManifest& manifest) const {
    ONWARD_ASSIGN_OR_RETURN(const std::unique_ptr<Db> db,
                            Db::Open(draft.path(), options_, Db::Mode::kReadOnly));
    ONWARD_ASSIGN_OR_RETURN(const StoreHeads found, ReadHeadsOf(*db));
    manifest.info.incarnation = IncarnationOf(found.state);
    manifest.info.format = found.state.format;
    manifest.sequence = found.state.sequence;
    manifest.root = found.state.root;
    for (const auto& [id, head] : found.heads) {
      manifest.info.heads[id] = head.head.revision;
    }
    if (IncarnationOf(found.state) != store_->incarnation()) {
      return Corrupted(draft.path(), "it is a copy of another store");
    }
    for (const InventoryHead& head : before) {
      const auto copied = manifest.info.heads.find(head.id);
      if (copied == manifest.info.heads.end() || copied->second < head.revision) {
        return Corrupted(draft.path(), "it lacks acknowledged writes of inventory " + head.id);
      }
    }
    return absl::OkStatus();
  }

  Store* const store_;
  CheckpointSource* const source_;
  const std::string folder_;
  const RocksDbOptions options_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Backups>> OpenBackups(Store* store, const std::string& folder) {
  auto* const source = dynamic_cast<CheckpointSource*>(store);
  if (store != nullptr && source == nullptr) {
    return InvalidWrite("a store of this backend has no backups");
  }
  return std::unique_ptr<Backups>(std::make_unique<RocksDbBackups>(store, source, folder));
}

}  // namespace onward::storage
