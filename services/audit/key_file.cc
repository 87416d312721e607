#include "services/audit/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"

namespace onward::audit {
namespace {

constexpr size_t kKeyBytesMax = 16'384;
constexpr mode_t kOthers = 077;
constexpr mode_t kOwnerOnly = 0600;
constexpr mode_t kAll = 0644;

std::string LastError() { return std::generic_category().message(errno); }

absl::Status Unreadable(const std::string& path, const std::string& why) {
  return absl::InvalidArgumentError(absl::StrCat("key file ", path, ": ", why));
}

// `secret`: refused where others may read it.
absl::StatusOr<std::string> ReadSmallFile(const std::string& path, bool secret) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return Unreadable(path, LastError());
  }
  const absl::Cleanup close_it = [fd] { close(fd); };
  struct stat info {};
  if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
    return Unreadable(path, "it is no file");
  }
  if (secret && (info.st_mode & kOthers) != 0) {
    return Unreadable(path, "others may read it; run: chmod 600 " + path);
  }
  std::string text(kKeyBytesMax, '\0');
  const ssize_t size = read(fd, text.data(), text.size());
  if (size < 0) {
    return Unreadable(path, LastError());
  }
  text.resize(static_cast<size_t>(size));
  return text;
}

absl::Status WriteNewFile(const std::string& path, std::string_view text, mode_t mode) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (fd < 0) {
    const std::string what = absl::StrCat("cannot make ", path, ": ", LastError());
    return errno == EEXIST ? absl::AlreadyExistsError(what) : absl::InvalidArgumentError(what);
  }
  const absl::Cleanup close_it = [fd] { close(fd); };
  if (write(fd, text.data(), text.size()) != static_cast<ssize_t>(text.size()) || fsync(fd) != 0) {
    return absl::UnavailableError(absl::StrCat("cannot write ", path, ": ", LastError()));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<SigningKey> ReadKeyFile(const std::string& path) {
  ONWARD_ASSIGN_OR_RETURN(const std::string pem, ReadSmallFile(path, true));
  absl::StatusOr<SigningKey> key = SigningKey::FromPem(pem);
  return key.ok() ? key : Unreadable(path, std::string(key.status().message()));
}

absl::StatusOr<std::string> ReadPublicKeyFile(const std::string& path) {
  ONWARD_ASSIGN_OR_RETURN(const std::string pem, ReadSmallFile(path, false));
  absl::StatusOr<std::string> key = PublicKeyFromPem(pem);
  return key.ok() ? key : Unreadable(path, std::string(key.status().message()));
}

absl::StatusOr<std::string> WriteNewKey(const std::string& path) {
  ONWARD_ASSIGN_OR_RETURN(const SigningKey key, SigningKey::Generate());
  ONWARD_ASSIGN_OR_RETURN(const std::string pem, key.Pem());
  ONWARD_ASSIGN_OR_RETURN(const std::string public_pem, PublicKeyPem(key.public_key()));
  ONWARD_RETURN_IF_ERROR(WriteNewFile(path, pem, kOwnerOnly));
  ONWARD_RETURN_IF_ERROR(WriteNewFile(path + ".pub", public_pem, kAll));
  return key.public_key();
}

}  // namespace onward::audit
