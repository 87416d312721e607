#include "storage/rocksdb/folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "graph/base/status_macros.h"
#include "storage/errors.h"
#include "storage/rocksdb/anchor.h"
#include "storage/rocksdb/space.h"

namespace onward::storage {
namespace {

namespace fs = std::filesystem;

absl::Status Failed(const std::string& folder, const char* what, const std::error_code& error) {
  return IoFailed("folder " + folder + ": " + what + ": " + error.message());
}

std::error_code LastError() { return {errno, std::generic_category()}; }

// Left behind by file systems and by a first start that was cut short.
bool MayBeInAnEmptyFolder(const std::string& name) {
  return name == "lost+found" || name == std::string(kAnchorFile) + ".new" || name == kBallastFile;
}

}  // namespace

absl::StatusOr<std::unique_ptr<FolderLock>> FolderLock::Take(const std::string& folder) {
  std::error_code error;
  const bool made = fs::create_directories(folder, error);
  if (error) {
    return Failed(folder, "create", error);
  }
  if (made) {
    const fs::path parent = fs::absolute(folder).lexically_normal().parent_path();
    ONWARD_RETURN_IF_ERROR(SyncFolder(parent.string()));
  }
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) {
    return Failed(folder, "open", LastError());
  }
  std::unique_ptr<FolderLock> lock(new FolderLock(fd));
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    return errno == EWOULDBLOCK ? FolderInUse(folder) : Failed(folder, "lock", LastError());
  }
  return lock;
}

FolderLock::~FolderLock() { close(fd_); }

absl::StatusOr<FolderContent> ContentOf(const std::string& folder) {
  ONWARD_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(folder));
  const auto holds = [&names](const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  if (holds(std::string(kAnchorFile))) {
    return FolderContent::kStore;
  }
  if (std::all_of(names.begin(), names.end(), MayBeInAnEmptyFolder)) {
    return FolderContent::kNothing;
  }
  const bool database = holds("CURRENT") || std::any_of(names.begin(), names.end(), [](auto& name) {
                          return name.starts_with("MANIFEST-");
                        });
  return database ? FolderContent::kDatabaseOnly : FolderContent::kSomethingElse;
}

absl::StatusOr<std::vector<std::string>> NamesIn(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    names.push_back(it->path().filename().string());
  }
  if (error) {
    return Failed(folder, "list", error);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> FilesEnding(const std::string& folder, std::string_view ending) {
  std::vector<std::string> found;
  const absl::StatusOr<std::vector<std::string>> names = NamesIn(folder);
  if (names.ok()) {
    std::copy_if(names->begin(), names->end(), std::back_inserter(found),
                 [ending](const std::string& name) { return name.ends_with(ending); });
  }
  return found;
}

bool FileExists(const std::string& folder, const std::string& name) {
  std::error_code error;
  return fs::exists(folder + "/" + name, error);
}

absl::Status SyncFolder(const std::string& folder) {
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) {
    return Failed(folder, "open", LastError());
  }
  const bool synced = fsync(fd) == 0;
  const std::error_code error = LastError();
  close(fd);
  return synced ? absl::OkStatus() : Failed(folder, "sync", error);
}

}  // namespace onward::storage
