#include "storage/rocksdb/file_io.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "graph/base/status_macros.h"
#include "storage/digest.h"
#include "storage/errors.h"
#include "storage/rocksdb/folder.h"

namespace onward::storage {
namespace {

constexpr size_t kPartBytes = size_t{1} << 18;

absl::Status Failed(const std::string& path, const char* what) {
  const int error = errno;
  const std::string text = path + ": " + what + ": " + std::generic_category().message(error);
  return error == ENOSPC || error == EDQUOT ? DiskFull(text) : IoFailed(text);
}

// An open file; closed with the object.
class File {
 public:
  File(std::string path, int flags)
      : path_(std::move(path)), fd_(open(path_.c_str(), flags | O_CLOEXEC, 0600)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd_ >= 0) {
      close(fd_);
    }
  }

  absl::Status Opened() const { return fd_ >= 0 ? absl::OkStatus() : Failed(path_, "open"); }

  // Fewer bytes than asked for: the end; none: nothing is left.
  absl::StatusOr<std::string_view> Read(std::vector<char>& buffer) const {
    ssize_t done = -1;
    do {
      done = read(fd_, buffer.data(), buffer.size());
    } while (done < 0 && errno == EINTR);
    if (done < 0) {
      return Failed(path_, "read");
    }
    return std::string_view(buffer.data(), static_cast<size_t>(done));
  }

  absl::Status Write(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t done = write(fd_, bytes.data(), bytes.size());
      if (done < 0 && errno == EINTR) {
        continue;
      }
      if (done <= 0) {
        return Failed(path_, "write");
      }
      bytes.remove_prefix(static_cast<size_t>(done));
    }
    return absl::OkStatus();
  }

  absl::Status Sync() const { return fsync(fd_) == 0 ? absl::OkStatus() : Failed(path_, "sync"); }

 private:
  const std::string path_;
  const int fd_;
};

// Hands each part of the file to `take`.
absl::Status ReadParts(const File& file,
                       const std::function<absl::Status(std::string_view)>& take) {
  std::vector<char> buffer(kPartBytes);
  while (true) {
    ONWARD_ASSIGN_OR_RETURN(const std::string_view part, file.Read(buffer));
    if (part.empty()) {
      return absl::OkStatus();
    }
    ONWARD_RETURN_IF_ERROR(take(part));
  }
}

}  // namespace

absl::StatusOr<FileDigest> DigestOfFile(const std::string& path, const OnBytes& on_bytes) {
  const File file(path, O_RDONLY);
  ONWARD_RETURN_IF_ERROR(file.Opened());
  Sha256Stream digest;
  FileDigest found;
  ONWARD_RETURN_IF_ERROR(ReadParts(file, [&](std::string_view part) {
    digest.Add(part);
    found.bytes += part.size();
    return on_bytes(part.size());
  }));
  found.digest = absl::BytesToHexString(digest.Digest());
  return found;
}

absl::StatusOr<FileDigest> CopyFile(const std::string& from, const std::string& to,
                                    const OnBytes& on_bytes) {
  const File in(from, O_RDONLY);
  ONWARD_RETURN_IF_ERROR(in.Opened());
  const File out(to, O_WRONLY | O_CREAT | O_TRUNC);
  ONWARD_RETURN_IF_ERROR(out.Opened());
  Sha256Stream digest;
  FileDigest copied;
  ONWARD_RETURN_IF_ERROR(ReadParts(in, [&](std::string_view part) {
    digest.Add(part);
    copied.bytes += part.size();
    const absl::Status written = out.Write(part);
    return written.ok() ? on_bytes(part.size()) : written;
  }));
  copied.digest = absl::BytesToHexString(digest.Digest());
  ONWARD_RETURN_IF_ERROR(out.Sync());
  return copied;
}

absl::Status ReplaceFile(const std::string& folder, const std::string& name,
                         std::string_view bytes) {
  const std::string path = folder + "/" + name;
  const std::string draft = path + ".new";
  {
    const File out(draft, O_WRONLY | O_CREAT | O_TRUNC);
    ONWARD_RETURN_IF_ERROR(out.Opened());
    ONWARD_RETURN_IF_ERROR(out.Write(bytes));
    ONWARD_RETURN_IF_ERROR(out.Sync());
  }
  if (std::rename(draft.c_str(), path.c_str()) != 0) {
    return Failed(path, "rename");
  }
  return SyncFolder(folder);
}

absl::StatusOr<std::string> ReadWholeFile(const std::string& path, size_t bytes_max) {
  if (access(path.c_str(), F_OK) != 0 && errno == ENOENT) {
    return absl::NotFoundError(path + " is missing");
  }
  const File file(path, O_RDONLY);
  ONWARD_RETURN_IF_ERROR(file.Opened());
  std::string bytes;
  ONWARD_RETURN_IF_ERROR(ReadParts(file, [&](std::string_view part) {
    bytes.append(part);
    return bytes.size() <= bytes_max ? absl::OkStatus() : IoFailed(path + " is too large");
  }));
  return bytes;
}

}  // namespace onward::storage
