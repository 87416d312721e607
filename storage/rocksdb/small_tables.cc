#include "storage/rocksdb/small_tables.h"

#include "graph/base/status_macros.h"
#include "storage/schema.h"

namespace onward::storage {

std::vector<keys::Range> RangesToMerge(const std::vector<Db::Table>& tables) {
  std::vector<keys::Range> ranges;
  for (size_t first = 0; first < tables.size();) {
    size_t end = first;
    uint64_t bytes = 0;
    while (end < tables.size() && bytes + tables[end].bytes <= kMergedBytesMax) {
      bytes += tables[end++].bytes;
    }
    if (end - first < kTablesInARow) {
      ++first;
      continue;
    }
    ranges.push_back({tables[first].first_key, tables[end - 1].last_key + '\0'});
    first = end;
  }
  return ranges;
}

absl::Status MergeSmallTables(Db& db, std::atomic<bool>& stop) {
  for (size_t i = 0; i < kFamilyNames.size(); ++i) {
    const auto family = static_cast<Family>(i);
    ONWARD_ASSIGN_OR_RETURN(const auto levels, db.Levels(family));
    for (const std::vector<Db::Table>& level : levels) {
      for (const keys::Range& range : RangesToMerge(level)) {
        const absl::Status status = db.Rewrite(family, range, &stop);
        if (stop) {
          return absl::OkStatus();
        }
        ONWARD_RETURN_IF_ERROR(status);
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace onward::storage
