// The port of backups: whole copies of a store in a folder beside it, made while reads and writes go on.
// Memory has none. Errors: storage/errors.h.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/store.h"

namespace onward::storage {

// One backup.
struct BackupInfo {
  // 1 for the first in a folder, +1 each; never used twice.
  uint64_t number = 0;
  Time created_at;
  std::string comment;
  // Of the program that made it.
  std::string release;
  // Of the files that it needs, and of those that no earlier backup had.
  uint64_t bytes = 0;
  uint64_t new_bytes = 0;
  // Store that it was made of, its format, and each inventory's head by id.
  std::string incarnation;
  uint32_t format = 0;
  std::map<std::string, uint64_t> heads;
  friend bool operator==(const BackupInfo&, const BackupInfo&) = default;
};

struct BackupRequest {
  Time created_at;
  // UTF-8, at most 4,096 bytes.
  std::string comment;
  std::string release;
  // Afterwards only so many of the newest are kept; 0: all.
  uint64_t keep = 0;
};

// What reading a backup from end to end found.
struct BackupCheck {
  BackupInfo info;
  uint64_t files = 0;
  uint64_t revisions = 0;
  // Versions of records.
  uint64_t records = 0;
};

// Told now and then what goes on (copy, read, open, check) and how far it is; an error ends the work with
// it.
using Progress = std::function<absl::Status(std::string_view step, uint64_t done, uint64_t total)>;

// Thread-safe. One piece of work at a time, whichever process does it: FolderInUse.
class Backups {
 public:
  Backups() = default;
  Backups(const Backups&) = delete;
  Backups& operator=(const Backups&) = delete;
  virtual ~Backups() = default;

  // Copies what no earlier backup has, reads all of it back and opens it as a store; only then there is a
  // backup. It holds everything that was acknowledged before the call. An error, or an end of the process,
  // leaves the earlier backups as they were; what is left over goes with the next one. InvalidWrite for a
  // comment that cannot be kept.
  virtual absl::StatusOr<BackupCheck> Create(const BackupRequest& request,
                                             const Progress& progress) = 0;
  // Newest first. BackupDamaged where a backup's own description cannot be read; it names the whole ones.
  virtual absl::StatusOr<std::vector<BackupInfo>> List() const = 0;
  // Reads every byte, then the copy as a store that is opened: state, chains, every version of every
  // record. 0: the newest. BackupNotFound; BackupDamaged, naming the file or the place.
  virtual absl::StatusOr<BackupCheck> Verify(uint64_t number, const Progress& progress) const = 0;
};

}  // namespace onward::storage
