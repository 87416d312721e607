#include "services/token_key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"

namespace onward::services {
namespace {

constexpr size_t kKeyBytes = commands::TokenKey::kBytes;
// Not the group: a cluster that mounts a volume for a group opens all its files to it.
constexpr mode_t kEverybody = 007;
constexpr char kWithout[] =
    " (without the file a new key is made, and tokens that clients hold end)";

absl::Status KeyRefused(const std::string& path, const std::string& why) {
  return absl::FailedPreconditionError(absl::StrCat(path, ": ", why, kWithout));
}

// Of the call that failed last.
absl::Status KeyNotMade(const std::string& path) {
  const int error = errno;
  const std::string what =
      absl::StrCat("cannot make ", path, ": ", std::generic_category().message(error));
  return error == ENOSPC || error == EDQUOT ? absl::ResourceExhaustedError(what)
                                            : absl::UnavailableError(what);
}

absl::Status WriteSynced(const std::string& path, std::string_view bytes) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) {
    return KeyNotMade(path);
  }
  const absl::Cleanup close_it = [fd] { close(fd); };
  const bool written =
      write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) && fsync(fd) == 0;
  return written ? absl::OkStatus() : KeyNotMade(path);
}

absl::Status SyncKeyFolder(const std::string& folder) {
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) {
    return KeyNotMade(folder);
  }
  const absl::Cleanup close_it = [fd] { close(fd); };
  return fsync(fd) == 0 ? absl::OkStatus() : KeyNotMade(folder);
}

absl::StatusOr<commands::TokenKeyPtr> MakeTokenKey(const std::string& folder,
                                                   const std::string& path) {
  ONWARD_ASSIGN_OR_RETURN(const std::string bytes, commands::TokenKey::NewBytes());
  const std::string draft = path + ".new";
  ONWARD_RETURN_IF_ERROR(WriteSynced(draft, bytes));
  if (std::rename(draft.c_str(), path.c_str()) != 0) {
    return KeyNotMade(path);
  }
  ONWARD_RETURN_IF_ERROR(SyncKeyFolder(folder));
  return commands::TokenKey::FromBytes(bytes);
}

absl::StatusOr<commands::TokenKeyPtr> ReadTokenKey(const std::string& path, int fd) {
  struct stat info {};
  if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
    return KeyRefused(path, "it is no file");
  }
  if ((info.st_mode & kEverybody) != 0) {
    return KeyRefused(path, "others may read it; run: chmod 600 " + path);
  }
  std::string bytes(kKeyBytes, '\0');
  if (info.st_size != static_cast<off_t>(kKeyBytes) ||
      read(fd, bytes.data(), kKeyBytes) != static_cast<ssize_t>(kKeyBytes)) {
    return absl::DataLossError(
        absl::StrCat(path, ": damaged: ", info.st_size, " bytes, not ", kKeyBytes, kWithout));
  }
  return commands::TokenKey::FromBytes(bytes);
}

}  // namespace

absl::StatusOr<commands::TokenKeyPtr> OpenTokenKey(const std::string& folder) {
  const std::string path = absl::StrCat(folder, "/", kTokenKeyFile);
  const int fd = open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd >= 0) {
    const absl::Cleanup close_it = [fd] { close(fd); };
    return ReadTokenKey(path, fd);
  }
  const int error = errno;
  return error == ENOENT ? MakeTokenKey(folder, path)
                         : KeyRefused(path, std::generic_category().message(error));
}

}  // namespace onward::services
