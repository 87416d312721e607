// The database as this backend uses it: column families by enum, errors as ours, and no iterator
// without bounds and without a look at its status.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "graph/base/mutex.h"
#include "rocksdb/db.h"
#include "rocksdb/write_batch.h"
#include "storage/keys.h"
#include "storage/rocksdb/logger.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "storage/schema.h"

namespace onward::storage {

// Writes that go in together. `status` is the first error of collecting them; it fails the batch.
struct DbBatch {
  rocksdb::WriteBatch bytes;
  rocksdb::Status status;
};

// Thread-safe, but for Write, Close and TakeOver: one call at a time. Between Close and TakeOver every call
// fails with IoFailed.
class Db {
 public:
  enum class Mode {
    // Replays the write-ahead log in memory; changes no file.
    kReadOnly,
    // Makes what is missing.
    kCreate,
    kExisting
  };
  static absl::StatusOr<std::unique_ptr<Db>> Open(const std::string& folder,
                                                  const RocksDbOptions& options, Mode mode);
  Db(const Db&) = delete;
  Db& operator=(const Db&) = delete;
  ~Db() = default;

  // Lets the files go, once calls under way have ended; a scan ends with an error. False where that takes
  // longer than a second: then the database stays open.
  bool Close();
  // Goes on with the database that another holds, which is closed then.
  void TakeOver(Db& other);

  // One state of the database, as long as it lives: Close waits for it. Null where the database is closed.
  using Snapshot =
      std::unique_ptr<const rocksdb::Snapshot, std::function<void(const rocksdb::Snapshot*)>>;
  Snapshot TakeSnapshot() const;

  // Null snapshot: the newest state.
  absl::StatusOr<std::optional<std::string>> Get(Family family, const std::string& key,
                                                 const Snapshot& snapshot = nullptr) const;
  // Visits the entries of a range in order of key until `visit` answers false or an error. Damage
  // on the way ends it with Corrupted.
  using Visit = std::function<absl::StatusOr<bool>(std::string_view key, std::string_view value)>;
  absl::Status Scan(Family family, const keys::Range& range, const Snapshot& snapshot,
                    const Visit& visit) const {
    return Scan(family, range, snapshot, Caching::kBlocks, visit);
  }
  enum class Caching {
    kBlocks,
    // For scans of so much that it would drive all else out of the cache.
    kNothing
  };
  absl::Status Scan(Family family, const keys::Range& range, const Snapshot& snapshot,
                    Caching caching, const Visit& visit) const;

  // Cuts a range into at most so many, in order of key, of about as many bytes; one where there are few.
  absl::StatusOr<std::vector<keys::Range>> Split(Family family, const keys::Range& range,
                                                 size_t parts) const;

  void Put(DbBatch& batch, Family family, const std::string& key, std::string_view value) const;
  void Delete(DbBatch& batch, Family family, const std::string& key) const;
  // Whole and synced on return, or an error after which nothing is known but that it is not in
  // part.
  absl::Status Write(DbBatch& batch);

  // Drops, from the files, what was written over or deleted in a range, and makes one table of those in it, unless they are too
  // large. IoFailed soon after `stop` is set, where there is one. A table that RocksDB makes or moves meanwhile may be left as it is.
  absl::Status Rewrite(Family family, const keys::Range& range, std::atomic<bool>* stop = nullptr);

  // A table file, by its size and the first and last key in it.
  struct Table {
    uint64_t bytes = 0;
    std::string first_key;
    std::string last_key;
  };
  // The levels of a family below the first, in which tables do not overlap and stand in order of key.
  absl::StatusOr<std::vector<std::vector<Table>>> Levels(Family family) const;

  // Whether a snapshot of an earlier state is held, for which Rewrite keeps what was written over.
  absl::StatusOr<bool> HoldsOldState() const;
  // Writes what is in memory to tables, of all families; what comes next goes to a new log.
  absl::Status Flush();
  // Deletes files that are not in use any more, unless a checkpoint is being made.
  absl::Status DropUnused();

  const std::string& folder() const { return folder_; }
  // Makes the folder `to`, which must not exist, with the files of one moment: a database of its own. Table
  // files are hard links where the volume has them. Writes go on.
  absl::Status Checkpoint(const std::string& to) const;

  // Reads every block of every table file and compares checksums, if they hold at most `bytes_max`.
  absl::Status VerifyBlocks(uint64_t bytes_max) const;
  // Names of the table files that belong to the database.
  std::set<std::string> LiveTables() const;
  // Of those, the ones of a family that may hold keys of a range.
  absl::StatusOr<std::set<std::string>> TablesWith(Family family, const keys::Range& range) const;
  // See ForwardingLogger.
  std::string damaged_wal() const { return logger_->damaged_wal(); }

 private:
  // The open files. What uses them holds a pin; the last one to go closes them.
  class Opened;
  using Pin = std::shared_ptr<Opened>;

  Db(std::string folder, std::shared_ptr<ForwardingLogger> logger)
      : folder_(std::move(folder)), logger_(std::move(logger)) {}
  // IoFailed while closed.
  absl::StatusOr<Pin> Use() const ONWARD_EXCLUDES(mutex_);
  Pin Exchange(Pin next) ONWARD_EXCLUDES(mutex_);
  absl::Status Translate(const rocksdb::Status& status) const;

  const std::string folder_;
  const std::shared_ptr<ForwardingLogger> logger_;
  mutable Mutex mutex_;
  Pin opened_ ONWARD_GUARDED_BY(mutex_);
};

}  // namespace onward::storage
