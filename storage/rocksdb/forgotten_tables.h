// RocksDB takes a MANIFEST that was cut for one whose last lines were never written, and forgets the table
// files that they name. Files that a crash left unfinished are forgotten rightly: what they hold is still
// in the write-ahead log or in other tables. This tells the two apart.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "storage/rocksdb/db.h"
#include "storage/rocksdb/heads.h"

namespace onward::storage {

// Corrupted, naming the MANIFEST, where a table file in the folder does not belong to the database but
// holds something that the database lacks. Reads those files whole; there are none but after a crash.
absl::Status CheckForgottenTables(const Db& db, const std::string& folder, const HeadMap& heads,
                                  const RocksDbOptions& options);

// `current` holds the newest version of each record in `history`, and nothing else.
absl::Status CheckCurrent(const Db& db, const StoredHead& head);

}  // namespace onward::storage
