#include "services/identity/private_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"

namespace onward::identity {
namespace {

constexpr mode_t kOwnerOnly = 0600;
constexpr mode_t kEverybody = 007;

absl::Status FileRefused(const std::string& path, const std::string& why) {
  return absl::FailedPreconditionError(absl::StrCat(path, ": ", why));
}

// Of the call that failed last.
absl::Status NotMade(const std::string& path) {
  const int error = errno;
  const std::string what =
      absl::StrCat("cannot make ", path, ": ", std::generic_category().message(error));
  return error == ENOSPC || error == EDQUOT ? absl::ResourceExhaustedError(what)
                                            : absl::UnavailableError(what);
}

absl::Status WriteSynced(const std::string& path, std::string_view bytes) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kOwnerOnly);
  if (fd < 0) {
    return NotMade(path);
  }
  const absl::Cleanup close_it = [fd] { close(fd); };
  const bool written =
      write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) && fsync(fd) == 0;
  return written ? absl::OkStatus() : NotMade(path);
}

absl::Status SyncFolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) {
    return NotMade(path);
  }
  const absl::Cleanup close_it = [fd] { close(fd); };
  return fsync(fd) == 0 ? absl::OkStatus() : NotMade(path);
}

}  // namespace

absl::Status WritePrivateFile(const std::string& path, std::string_view bytes) {
  const std::string draft = path + ".new";
  ONWARD_RETURN_IF_ERROR(WriteSynced(draft, bytes));
  if (std::rename(draft.c_str(), path.c_str()) != 0) {
    return NotMade(path);
  }
  return SyncFolderOf(path);
}

absl::StatusOr<std::string> ReadPrivateFile(const std::string& path, size_t bytes_max) {
  const int fd = open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) {
    const std::string why = std::generic_category().message(errno);
    return errno == ENOENT ? absl::NotFoundError(absl::StrCat(path, ": ", why))
                           : FileRefused(path, why);
  }
  const absl::Cleanup close_it = [fd] { close(fd); };
  struct stat info {};
  if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
    return FileRefused(path, "it is no file");
  }
  if ((info.st_mode & kEverybody) != 0) {
    return FileRefused(path, "others may read it; run: chmod 600 " + path);
  }
  std::string bytes(bytes_max + 1, '\0');
  const ssize_t size = read(fd, bytes.data(), bytes.size());
  if (size < 0 || static_cast<size_t>(size) > bytes_max) {
    return FileRefused(path,
                       absl::StrCat("it cannot be read, or has more than ", bytes_max, " bytes"));
  }
  bytes.resize(static_cast<size_t>(size));
  return bytes;
}

}  // namespace onward::identity
