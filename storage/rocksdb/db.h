// The database as this backend uses it: column families by enum, errors as ours, and no iterator
// without bounds and without a look at its status.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
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

// Thread-safe, but for Write: one call at a time.
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
  ~Db();

  // One state of the database, as long as it lives; not longer than the Db.
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
                    const Visit& visit) const;

  void Put(DbBatch& batch, Family family, const std::string& key, std::string_view value) const;
  void Delete(DbBatch& batch, Family family, const std::string& key) const;
  // Whole and synced on return, or an error after which nothing is known but that it is not in
  // part.
  absl::Status Write(DbBatch& batch);

  // Drops, from the files, what was written over or deleted in a range.
  absl::Status Rewrite(Family family, const keys::Range& range);

  // Reads every block of every table file and compares checksums, if they hold at most `bytes_max`.
  absl::Status VerifyBlocks(uint64_t bytes_max) const;
  // Names of the table files that belong to the database.
  std::vector<std::string> LiveTables() const;
  // See ForwardingLogger.
  std::string damaged_wal() const { return logger_->damaged_wal(); }

 private:
  Db(std::string folder, std::shared_ptr<ForwardingLogger> logger)
      : folder_(std::move(folder)), logger_(std::move(logger)) {}
  rocksdb::ColumnFamilyHandle* Handle(Family family) const {
    return handles_.at(static_cast<size_t>(family));
  }
  absl::Status Translate(const rocksdb::Status& status) const;

  const std::string folder_;
  const std::shared_ptr<ForwardingLogger> logger_;
  std::unique_ptr<rocksdb::DB> db_;
  std::array<rocksdb::ColumnFamilyHandle*, kFamilyNames.size()> handles_{};
  rocksdb::ColumnFamilyHandle* default_handle_ = nullptr;
};

}  // namespace onward::storage
