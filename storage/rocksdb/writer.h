// The one way in for writes: groups of commits, each synced and anchored before anybody hears of
// it, until the first storage error seals it and until the store is opened again.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "graph/base/mutex.h"
#include "storage/rocksdb/anchor.h"
#include "storage/rocksdb/batch.h"
#include "storage/rocksdb/db.h"
#include "storage/rocksdb/group_queue.h"
#include "storage/rocksdb/heads.h"

namespace onward::storage {

// Thread-safe. `db`, `heads` and `laws` must outlive it.
class Writer {
 public:
  Writer(Db& db, Heads& heads, Laws& laws, std::unique_ptr<Anchor> anchor, StoreState state,
         const std::string& folder, const RocksDbOptions& options);

  // What the write made, once it is durable.
  absl::StatusOr<Written> Run(WriteOp op);
  // StoreFull where the volume has less free space than it should; Sealed with the cause after the first
  // storage error.
  absl::Status Writable() const;

  // Whether a storage error that may pass has sealed the writes.
  bool MayHeal() const;
  // Closes the database and opens it again, as a start does. Once this is OK, what was acknowledged is there
  // and writes are accepted. Else they stay sealed and reads of the store fail until it is tried again
  // successfully. Errors: as OpenRocksDb.
  absl::Status OpenAgain();

 private:
  void RunGroup(const std::vector<WriteOp*>& group);
  void RunWrites(const std::vector<WriteOp*>& group);
  absl::Status OpenAgainAlone();
  absl::Status CheckSpace() const;
  absl::Status MakeDurable(DbBatch& bytes, const StoreState& next);
  absl::Status Step(std::string_view step) const;
  absl::Status Seal(const absl::Status& cause);

  Db& db_;
  Heads& heads_;
  Laws& laws_;
  const std::string folder_;
  const RocksDbOptions options_;
  // Touched by the group at work alone.
  std::unique_ptr<Anchor> anchor_;
  StoreState state_;
  GroupQueue<WriteOp> queue_;
  mutable Mutex mutex_;
  absl::Status sealed_ ONWARD_GUARDED_BY(mutex_);
  // What sealed them.
  absl::Status cause_ ONWARD_GUARDED_BY(mutex_);
};

}  // namespace onward::storage
