// A group of commits as one write to the database.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/changelog.h"
#include "storage/checks.h"
#include "storage/rocksdb/db.h"
#include "storage/rocksdb/heads.h"
#include "storage/schema.h"

namespace onward::storage {

// One caller's write: a new inventory, or a commit to one.
struct WriteOp {
  // Set: make this inventory; the rest is not looked at.
  std::optional<InventoryHead> create;
  std::string inventory;
  uint64_t expected_head = 0;
  std::vector<EncodedWrite> writes;
  CommitMeta meta;
  // The head after it.
  absl::StatusOr<StoredHead> result = absl::UnknownError("not run");
};

// Collects the writes of a group. Each sees those added before it.
class Batch {
 public:
  Batch(const Db& db, const Heads& heads, const StoreState& state)
      : db_(db), heads_(heads), state_(state) {}

  // The head after the write. On an error nothing of it was added.
  absl::StatusOr<StoredHead> Add(const WriteOp& op);

  // Whether nothing was added.
  bool empty() const { return changed_.empty(); }
  // The heads that change.
  const HeadMap& changed() const { return changed_; }
  // Adds the store's next state and returns it. Call last.
  StoreState Finish();
  DbBatch& bytes() { return bytes_; }

 private:
  absl::StatusOr<StoredHead> HeadOf(const std::string& inventory) const;
  absl::Status CheckRequest(const StoredHead& head, const CommitMeta& meta) const;
  absl::StatusOr<StoredHead> Create(const InventoryHead& head);
  absl::StatusOr<StoredHead> Commit(const WriteOp& op);
  void AddRecord(const keys::InventoryKeys& keys, uint64_t revision, const EncodedWrite& write);
  absl::Status AddHead(const StoredHead& head);

  const Db& db_;
  const Heads& heads_;
  StoreState state_;
  DbBatch bytes_;
  HeadMap changed_;
  // Keys of the request ids added, which the database does not know yet.
  std::map<std::string, uint64_t> requests_;
  // Hashes of the entries and chain starts added, one after the other.
  std::string hashes_;
};

}  // namespace onward::storage
