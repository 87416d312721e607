// Reads all that a database holds and tells what does not fit: an opening that leaves nothing out. Knows
// the layout by itself, beside the code that opens and writes.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/rocksdb/db.h"
#include "storage/rocksdb/heads.h"
#include "storage/schema.h"

namespace onward::storage {

// Which store it is, and how far it goes.
struct StoreHeads {
  StoreState state;
  HeadMap heads;
};
absl::StatusOr<StoreHeads> ReadHeadsOf(const Db& db);

struct StoreContents {
  StoreState state;
  HeadMap heads;
  uint64_t revisions = 0;
  // Versions of records, those that compaction forgot left out.
  uint64_t records = 0;
  uint64_t laws = 0;
  // What is wrong, at most one of each inventory; each DATA_LOSS, naming the place.
  std::vector<absl::Status> problems;
};

// Told how many entries of the changelogs were read, of how many; an error ends the work.
using OnEntries = std::function<absl::Status(uint64_t done, uint64_t total)>;

// Damage goes to `problems`, but what leaves nothing to go on with (the state of the store) is an error.
absl::StatusOr<StoreContents> ReadStore(const Db& db, const OnEntries& on_entries);

}  // namespace onward::storage
