// Reading an inventory's newest records on several threads.
#pragma once

#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/keys.h"
#include "storage/load.h"
#include "storage/rocksdb/db.h"

namespace onward::storage {

// Store::Load of the head, in a state of the database in which `head` is the newest revision.
absl::StatusOr<bool> LoadCurrent(const Db& db, const keys::InventoryKeys& keys,
                                 const Db::Snapshot& snapshot, uint64_t head,
                                 const std::vector<LoadSink*>& sinks,
                                 const std::function<bool()>& stop);

}  // namespace onward::storage
