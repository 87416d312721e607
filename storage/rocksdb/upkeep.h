// What a store does by itself now and then: it is opened again once the cause of a storage error is over, and its small tables
// are merged.
#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "graph/base/periodic_thread.h"
#include "storage/rocksdb/db.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "storage/rocksdb/writer.h"

namespace onward::storage {

// Every RocksDbOptions::upkeep_every_ms, on a thread of its own. Where writes are sealed, the volume has room and takes writes, the
// writer opens the store again; damage is never healed. Where they are not, MergeSmallTables. Its end stops both and waits; `db`
// and `writer` must outlive it.
class Upkeep {
 public:
  Upkeep(Db& db, Writer& writer, const std::string& folder, const RocksDbOptions& options);

 private:
  void Turn(std::atomic<bool>& stopping);
  bool HasRoom(uint64_t bytes) const;
  void Heal();
  void Merge(std::atomic<bool>& stopping);
  // What was said last of the same matter is not said again.
  static void Tell(const char* what, const absl::Status& status, std::string& last);

  Db& db_;
  Writer& writer_;
  const std::string folder_;
  const RocksDbOptions options_;
  std::string heal_error_;
  std::string merge_error_;
  std::optional<PeriodicThread> thread_;
};

}  // namespace onward::storage
