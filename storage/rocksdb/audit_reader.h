// The entries and versions of one inventory in a database.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "storage/audit_source.h"
#include "storage/rocksdb/db.h"

namespace onward::storage {

// `db` must outlive it. InventoryNotFound; Corrupted where state or head cannot be read. Null snapshot: the
// newest state at each read.
absl::StatusOr<std::unique_ptr<AuditSource>> AuditInventory(const Db& db, Db::Snapshot snapshot,
                                                            const std::string& inventory);

}  // namespace onward::storage
