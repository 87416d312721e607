// An import, written under the number of an inventory that has no head yet.
#pragma once

#include <atomic>
#include <memory>

#include "absl/status/statusor.h"
#include "storage/import.h"
#include "storage/rocksdb/db.h"
#include "storage/rocksdb/heads.h"
#include "storage/rocksdb/writer.h"

namespace onward::storage {

// `under_way` is set as long as what it returns lives: ImportUnderWay where it is set already. First forgets
// what imports that were killed have left. All must outlive it.
absl::StatusOr<std::unique_ptr<InventoryImport>> ImportToRocksDb(const Db& db, const Heads& heads,
                                                                 Writer& writer,
                                                                 std::atomic<bool>& under_way,
                                                                 const StoredHead& head);

}  // namespace onward::storage
