#include "storage/rocksdb/anchor.h"

#include <optional>
#include <utility>

#include "graph/base/status_macros.h"
#include "rocksdb/file_system.h"
#include "storage/digest.h"
#include "storage/errors.h"
#include "storage/keys.h"
#include "storage/kill_points.h"

namespace onward::storage {
namespace {

constexpr size_t kSlotBytes = 4096;
constexpr std::string_view kMagic = "ONWDHEAD";
constexpr size_t kIncarnationBytes = 32;
constexpr size_t kBodyBytes = 8 + 8 + 8 + kIncarnationBytes + kDigestBytes;

std::string EncodeSlot(const StoreState& state) {
  std::string slot(kMagic);
  keys::AppendU64(static_cast<uint64_t>(state.format) << 32, slot);
  keys::AppendU64(state.sequence, slot);
  slot.append(state.incarnation);
  slot.append(state.root);
  slot.resize(kBodyBytes);
  slot.append(Sha256(slot));
  slot.resize(kSlotBytes);
  return slot;
}

std::optional<StoreState> DecodeSlot(std::string_view slot) {
  if (slot.size() != kSlotBytes || !slot.starts_with(kMagic) ||
      slot.substr(kBodyBytes, kDigestBytes) != Sha256(slot.substr(0, kBodyBytes))) {
    return std::nullopt;
  }
  StoreState state;
  state.format = static_cast<uint32_t>(keys::ReadU64(slot.substr(8)) >> 32);
  state.sequence = keys::ReadU64(slot.substr(16));
  state.incarnation = std::string(slot.substr(24, kIncarnationBytes));
  state.root = std::string(slot.substr(24 + kIncarnationBytes, kDigestBytes));
  return state;
}

absl::Status Checked(const rocksdb::IOStatus& status, const char* what) {
  if (status.ok()) {
    return absl::OkStatus();
  }
  const std::string text = std::string(kAnchorFile) + ": " + what + ": " + status.ToString();
  return status.IsNoSpace() ? DiskFull(text) : IoFailed(text);
}

rocksdb::FileSystem& FilesOr(rocksdb::FileSystem* files) {
  return files == nullptr ? *rocksdb::FileSystem::Default() : *files;
}

std::string PathIn(const std::string& folder) { return folder + "/" + std::string(kAnchorFile); }

// Writes and syncs a new file.
absl::Status WriteDraft(rocksdb::FileSystem& files, const std::string& path,
                        const std::string& bytes) {
  std::unique_ptr<rocksdb::FSWritableFile> file;
  ONWARD_RETURN_IF_ERROR(
      Checked(files.NewWritableFile(path, rocksdb::FileOptions(), &file, nullptr), "create"));
  const rocksdb::IOOptions options;
  ONWARD_RETURN_IF_ERROR(Checked(file->Append(bytes, options, nullptr), "write"));
  AtKillPoint("create.anchor-drafted");
  ONWARD_RETURN_IF_ERROR(Checked(file->Fsync(options, nullptr), "sync"));
  AtKillPoint("create.anchor-synced");
  return Checked(file->Close(options, nullptr), "close");
}

absl::Status SyncFolderIn(rocksdb::FileSystem& files, const std::string& folder) {
  std::unique_ptr<rocksdb::FSDirectory> directory;
  const rocksdb::IOOptions options;
  ONWARD_RETURN_IF_ERROR(
      Checked(files.NewDirectory(folder, options, &directory, nullptr), "open its folder"));
  return Checked(directory->FsyncWithDirOptions(options, nullptr, rocksdb::DirFsyncOptions()),
                 "sync its folder");
}

}  // namespace

Anchor::Anchor(std::unique_ptr<rocksdb::FSRandomRWFile> file) : file_(std::move(file)) {}

Anchor::~Anchor() = default;

absl::Status Anchor::Create(const std::string& folder, const StoreState& state,
                            rocksdb::FileSystem* files) {
  rocksdb::FileSystem& on = FilesOr(files);
  const std::string path = PathIn(folder);
  const std::string draft = path + ".new";
  const std::string slot = EncodeSlot(state);
  ONWARD_RETURN_IF_ERROR(WriteDraft(on, draft, slot + slot));
  ONWARD_RETURN_IF_ERROR(
      Checked(on.RenameFile(draft, path, rocksdb::IOOptions(), nullptr), "rename"));
  AtKillPoint("create.anchor-renamed");
  return SyncFolderIn(on, folder);
}

absl::StatusOr<std::unique_ptr<Anchor>> Anchor::Open(const std::string& folder,
                                                     rocksdb::FileSystem* files) {
  std::unique_ptr<rocksdb::FSRandomRWFile> file;
  const rocksdb::IOStatus opened =
      FilesOr(files).NewRandomRWFile(PathIn(folder), rocksdb::FileOptions(), &file, nullptr);
  if (opened.IsPathNotFound() || opened.IsNotFound()) {
    return Corrupted(kAnchorFile, "the head anchor of store folder " + folder + " is missing");
  }
  ONWARD_RETURN_IF_ERROR(Checked(opened, "open"));
  std::unique_ptr<Anchor> anchor(new Anchor(std::move(file)));
  ONWARD_RETURN_IF_ERROR(anchor->Read());
  return anchor;
}

absl::Status Anchor::Read() {
  bool any = false;
  for (uint64_t slot = 0; slot < 2; ++slot) {
    std::string scratch(kSlotBytes, '\0');
    rocksdb::Slice bytes;
    ONWARD_RETURN_IF_ERROR(Checked(file_->Read(slot * kSlotBytes, kSlotBytes, rocksdb::IOOptions(),
                                               &bytes, scratch.data(), nullptr),
                                   "read"));
    const std::optional<StoreState> state = DecodeSlot(bytes.ToStringView());
    if (!state) {
      continue;
    }
    if (any && state->incarnation != found_.incarnation) {
      return Corrupted(kAnchorFile, "its slots belong to different stores");
    }
    if (!any || state->sequence > found_.sequence) {
      found_ = *state;
    }
    any = true;
  }
  return any ? absl::OkStatus() : Corrupted(kAnchorFile, "no slot of the head anchor can be read");
}

absl::Status Anchor::Write(const StoreState& state) {
  const uint64_t slot = state.sequence % 2;
  ONWARD_RETURN_IF_ERROR(WriteSlot(state, slot));
  if (slot == 0) {
    AtKillPoint("write.slot-0-written");
  } else {
    AtKillPoint("write.slot-1-written");
  }
  return Sync();
}

absl::Status Anchor::WriteBoth(const StoreState& state) {
  ONWARD_RETURN_IF_ERROR(WriteSlot(state, state.sequence % 2));
  AtKillPoint("open.slot-written");
  ONWARD_RETURN_IF_ERROR(Sync());
  AtKillPoint("open.slot-synced");
  ONWARD_RETURN_IF_ERROR(WriteSlot(state, 1 - state.sequence % 2));
  return Sync();
}

absl::Status Anchor::WriteSlot(const StoreState& state, uint64_t slot) const {
  return Checked(file_->Write(slot * kSlotBytes, EncodeSlot(state), rocksdb::IOOptions(), nullptr),
                 "write");
}

absl::Status Anchor::Sync() const {
  return Checked(file_->Sync(rocksdb::IOOptions(), nullptr), "sync");
}

}  // namespace onward::storage
