#include "storage/rocksdb/space.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <system_error>

#include "graph/base/status_macros.h"
#include "rocksdb/env.h"
#include "rocksdb/file_system.h"
#include "storage/kill_points.h"
#include "storage/rocksdb/status.h"

namespace onward::storage {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kProbeBytes = 4096;

rocksdb::FileSystem& FilesOf(const RocksDbOptions& options) {
  return options.env == nullptr ? *rocksdb::FileSystem::Default() : *options.env->GetFileSystem();
}

std::string BallastPath(const std::string& folder) {
  return folder + "/" + std::string(kBallastFile);
}

// Blocks of the volume, whatever the file holds.
bool Reserve(const std::string& path, uint64_t bytes) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) {
    return false;
  }
  const bool reserved = posix_fallocate(fd, 0, static_cast<off_t>(bytes)) == 0;
  close(fd);
  return reserved;
}

rocksdb::IOStatus WriteAndSync(rocksdb::FileSystem& files, const std::string& path) {
  std::unique_ptr<rocksdb::FSWritableFile> file;
  rocksdb::IOStatus status = files.NewWritableFile(path, rocksdb::FileOptions(), &file, nullptr);
  const rocksdb::IOOptions options;
  if (status.ok()) {
    status = file->Append(std::string(kProbeBytes, '\0'), options, nullptr);
  }
  if (status.ok()) {
    status = file->Fsync(options, nullptr);
  }
  if (status.ok()) {
    status = file->Close(options, nullptr);
  }
  return status;
}

}  // namespace

std::optional<uint64_t> FreeBytes(const std::string& folder, const RocksDbOptions& options) {
  uint64_t free = 0;
  const rocksdb::IOStatus status =
      FilesOf(options).GetFreeSpace(folder, rocksdb::IOOptions(), &free, nullptr);
  return status.ok() ? std::make_optional(free) : std::nullopt;
}

uint64_t BytesOf(const std::string& folder) {
  uint64_t bytes = 0;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    std::error_code gone;
    const uint64_t size = it->is_regular_file(gone) ? it->file_size(gone) : 0;
    bytes += gone ? 0 : size;
  }
  return bytes;
}

void DropBallastIfFull(const std::string& folder, const RocksDbOptions& options) {
  const std::optional<uint64_t> free = FreeBytes(folder, options);
  std::error_code error;
  if (free && *free < options.wal_bytes_max && fs::remove(BallastPath(folder), error)) {
    AtKillPoint("space.ballast-dropped");
    spdlog::warn("storage: {} bytes are free: the ballast is given up to open the store", *free);
  }
}

void MakeBallastIfRoom(const std::string& folder, const RocksDbOptions& options) {
  const std::string path = BallastPath(folder);
  std::error_code error;
  const uint64_t bytes = options.ballast_bytes;
  if (bytes == 0 || fs::file_size(path, error) == bytes) {
    return;
  }
  const std::optional<uint64_t> free = FreeBytes(folder, options);
  if (!free || *free < bytes + std::max(options.free_bytes_min, options.wal_bytes_max)) {
    spdlog::warn("storage: there is no room for a ballast of {} bytes", bytes);
    return;
  }
  if (!Reserve(path, bytes)) {
    fs::remove(path, error);
    return;
  }
  AtKillPoint("space.ballast-made");
}

absl::Status ProbeWrite(const std::string& folder, const RocksDbOptions& options) {
  const std::string path = folder + "/ONWARD-PROBE";
  rocksdb::FileSystem& files = FilesOf(options);
  const rocksdb::IOStatus status = WriteAndSync(files, path);
  files.DeleteFile(path, rocksdb::IOOptions(), nullptr).PermitUncheckedError();
  return FromRocksDb(status, folder, path);
}

}  // namespace onward::storage
