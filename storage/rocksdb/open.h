// Opening a folder: locked, its format known, its content compared with the head anchor, and only
// then opened for writing.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "storage/rocksdb/anchor.h"
#include "storage/rocksdb/db.h"
#include "storage/rocksdb/folder.h"
#include "storage/rocksdb/heads.h"
#include "storage/rocksdb/laws.h"
#include "storage/schema.h"

namespace onward::storage {

// Everything that an open store holds. Destroyed from the bottom up: the lock goes last.
struct OpenFolder {
  std::unique_ptr<FolderLock> lock;
  std::unique_ptr<Db> db;
  std::unique_ptr<Anchor> anchor;
  StoreState state;
  HeadMap heads;
  // Oldest first.
  std::vector<LawInfo> laws;
};

// Errors: as OpenRocksDb.
absl::StatusOr<OpenFolder> Open(const std::string& folder, const RocksDbOptions& options);
// The same for a folder that holds a store and that the caller has locked; without the lock.
absl::StatusOr<OpenFolder> OpenLocked(const std::string& folder, const RocksDbOptions& options);

}  // namespace onward::storage
