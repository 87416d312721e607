// Forgetting versions of records that nobody can read any more since a compaction.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/rocksdb/db.h"
#include "storage/rocksdb/writer.h"

namespace onward::storage {

// Finds the entries of `history` whose records only revisions before `oldest` could read, a few thousand at
// a time. Nothing of the database is held between two parts. Not thread-safe.
class UnreadableScan {
 public:
  // `db` and `stop` must outlive it. `stop`, where it is set, is asked now and then.
  UnreadableScan(const Db& db, const keys::InventoryKeys& keys, uint64_t oldest,
                 const std::function<bool()>& stop);

  // The keys of the next part, in order. None: the end, or `stop` said so.
  absl::StatusOr<std::vector<std::string>> Next();
  bool stopped() const { return stopped_; }

 private:
  bool IsUnreadable(const keys::InventoryKeys::Version& version, std::string_view value);

  const Db& db_;
  const keys::InventoryKeys keys_;
  const uint64_t oldest_;
  const std::function<bool()>& stop_;
  // What is left of the scan.
  keys::Range range_;
  // The record whose version that is valid at `oldest` was met: what follows of it is older.
  std::optional<model::RecordRef> valid_;
  uint64_t entries_ = 0;
  bool stopped_ = false;
};

// Forgets them up to the head's oldest revision, a few thousand in each write, and has the files
// rewritten without them. Returns how many. Whatever `stop` or an error leaves is found again by another
// call.
absl::StatusOr<uint64_t> ForgetUnreadable(Db& db, Writer& writer, const StoredHead& head,
                                          const std::function<bool()>& stop);

}  // namespace onward::storage
