#include "storage/rocksdb/anchor.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <optional>
#include <system_error>

#include "graph/base/status_macros.h"
#include "storage/digest.h"
#include "storage/errors.h"
#include "storage/keys.h"
#include "storage/rocksdb/folder.h"

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

absl::Status Failed(const char* what) {
  const int error = errno;
  const std::string text =
      std::string(kAnchorFile) + ": " + what + ": " + std::generic_category().message(error);
  return error == ENOSPC ? DiskFull(text) : IoFailed(text);
}

bool WriteFully(int fd, std::string_view bytes, uint64_t offset) {
  while (!bytes.empty()) {
    const ssize_t done = pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (done < 0 && errno == EINTR) {
      continue;
    }
    if (done <= 0) {
      return false;
    }
    bytes.remove_prefix(static_cast<size_t>(done));
    offset += static_cast<uint64_t>(done);
  }
  return true;
}

// Bytes of a slot; shorter at the end of the file.
std::optional<std::string> ReadSlot(int fd, uint64_t slot) {
  std::string bytes(kSlotBytes, '\0');
  size_t have = 0;
  while (have < kSlotBytes) {
    const ssize_t done = pread(fd, bytes.data() + have, kSlotBytes - have,
                               static_cast<off_t>(slot * kSlotBytes + have));
    if (done < 0 && errno == EINTR) {
      continue;
    }
    if (done < 0) {
      return std::nullopt;
    }
    if (done == 0) {
      break;
    }
    have += static_cast<size_t>(done);
  }
  bytes.resize(have);
  return bytes;
}

}  // namespace

absl::Status Anchor::Create(const std::string& folder, const StoreState& state) {
  const std::string path = folder + "/" + std::string(kAnchorFile);
  const std::string draft = path + ".new";
  const int fd = open(draft.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) {
    return Failed("create");
  }
  {
    Anchor anchor(fd);
    ONWARD_RETURN_IF_ERROR(anchor.WriteBoth(state));
    if (fsync(fd) != 0) {
      return Failed("sync");
    }
  }
  if (std::rename(draft.c_str(), path.c_str()) != 0) {
    return Failed("rename");
  }
  return SyncFolder(folder);
}

absl::StatusOr<std::unique_ptr<Anchor>> Anchor::Open(const std::string& folder) {
  const std::string path = folder + "/" + std::string(kAnchorFile);
  const int fd = open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT) {
    return Corrupted(kAnchorFile, "the head anchor of store folder " + folder + " is missing");
  }
  if (fd < 0) {
    return Failed("open");
  }
  std::unique_ptr<Anchor> anchor(new Anchor(fd));
  ONWARD_RETURN_IF_ERROR(anchor->Read());
  return anchor;
}

Anchor::~Anchor() { close(fd_); }

absl::Status Anchor::Read() {
  bool any = false;
  for (uint64_t slot = 0; slot < 2; ++slot) {
    const std::optional<std::string> bytes = ReadSlot(fd_, slot);
    if (!bytes) {
      return Failed("read");
    }
    const std::optional<StoreState> state = DecodeSlot(*bytes);
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
  ONWARD_RETURN_IF_ERROR(WriteSlot(state, state.sequence % 2));
  return Sync();
}

absl::Status Anchor::WriteBoth(const StoreState& state) {
  ONWARD_RETURN_IF_ERROR(Write(state));
  ONWARD_RETURN_IF_ERROR(WriteSlot(state, 1 - state.sequence % 2));
  return Sync();
}

absl::Status Anchor::WriteSlot(const StoreState& state, uint64_t slot) const {
  return WriteFully(fd_, EncodeSlot(state), slot * kSlotBytes) ? absl::OkStatus() : Failed("write");
}

absl::Status Anchor::Sync() const {
  return fdatasync(fd_) == 0 ? absl::OkStatus() : Failed("sync");
}

}  // namespace onward::storage
