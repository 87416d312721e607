// Opens the store again once the cause of a storage error is over.
#pragma once

#include <condition_variable>
#include <string>
#include <thread>

#include "graph/base/mutex.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "storage/rocksdb/writer.h"

namespace onward::storage {

// Looks every RocksDbOptions::heal_every_ms whether writes are sealed, the volume has room and takes writes:
// then the writer opens the store again. Damage is never healed. Its end waits for its thread; `writer` must
// outlive it.
class Healer {
 public:
  Healer(Writer& writer, const std::string& folder, const RocksDbOptions& options);
  ~Healer();
  Healer(const Healer&) = delete;
  Healer& operator=(const Healer&) = delete;

 private:
  void Run() ONWARD_EXCLUDES(mutex_);
  // False at the end.
  bool WaitForTurn() ONWARD_EXCLUDES(mutex_);
  bool HasRoom() const;
  void TryOnce();

  Writer& writer_;
  const std::string folder_;
  const RocksDbOptions options_;
  // What was logged last: the same is not logged again.
  std::string last_error_;
  Mutex mutex_;
  std::condition_variable stop_;
  bool stopped_ ONWARD_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace onward::storage
