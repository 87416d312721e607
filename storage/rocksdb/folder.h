// The folder of a store: made, locked, and looked at before anything in it is opened.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace onward::storage {

// Holds a folder for this process alone as long as it lives.
class FolderLock {
 public:
  // Makes the folder if it is missing. FolderInUse if somebody holds it.
  static absl::StatusOr<std::unique_ptr<FolderLock>> Take(const std::string& folder);

  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  ~FolderLock();

 private:
  explicit FolderLock(int fd) : fd_(fd) {}
  int fd_;
};

// What a folder holds.
enum class FolderContent {
  kNothing,
  // With a head anchor.
  kStore,
  // Files of a database, without a head anchor.
  kDatabaseOnly,
  kSomethingElse
};
absl::StatusOr<FolderContent> ContentOf(const std::string& folder);

// Names of what is in the folder, in order. IoFailed.
absl::StatusOr<std::vector<std::string>> NamesIn(const std::string& folder);
// Names of the files with this ending (.log: write-ahead logs, .sst: tables), oldest first.
std::vector<std::string> FilesEnding(const std::string& folder, std::string_view ending);
bool FileExists(const std::string& folder, const std::string& name);

// Makes new and renamed files of the folder durable.
absl::Status SyncFolder(const std::string& folder);

}  // namespace onward::storage
