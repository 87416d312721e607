// rocksdb::Status to ours: the only place that knows both.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "rocksdb/status.h"

namespace onward::storage {

// Corruption and missing files: Corrupted, naming the file that the text of the error names, else
// `fallback`. A lock held by somebody: FolderInUse. No space: DiskFull. The rest: IoFailed.
absl::Status FromRocksDb(const rocksdb::Status& status, std::string_view folder,
                         std::string_view fallback);

// The first name of a file of a RocksDB folder in a text (000012.sst, CURRENT ...); empty if there is none.
// A missing table file, which RocksDB also looks for under its old ending .ldb, is named .sst.
std::string FileNamedIn(std::string_view text);

}  // namespace onward::storage
