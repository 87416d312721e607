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
#include "storage/rocksdb/laws.h"
#include "storage/schema.h"

namespace onward::storage {

// A law register to put.
struct LawWrite {
  std::string bytes;
  LawMeta meta;
};

// What a write made: a head, or an entry in the log of law registers.
struct Written {
  StoredHead head;
  LawInfo law;
};

// One caller's write: a new inventory, a law register, or a commit to an inventory.
struct WriteOp {
  // Set: make this inventory; the rest is not looked at.
  std::optional<InventoryHead> create;
  // Set: put this register; what follows is not looked at.
  std::optional<LawWrite> law;
  std::string inventory;
  uint64_t expected_head = 0;
  std::vector<EncodedWrite> writes;
  CommitMeta meta;
  absl::StatusOr<Written> result = absl::UnknownError("not run");
};

// Collects the writes of a group. Each sees those added before it.
class Batch {
 public:
  Batch(const Db& db, const Heads& heads, const Laws& laws, const StoreState& state)
      : db_(db), heads_(heads), published_laws_(laws), state_(state) {}

  // What the write makes. On an error nothing of it was added.
  absl::StatusOr<Written> Add(const WriteOp& op);

  // Whether nothing was added.
  bool empty() const { return changed_.empty() && !laws_; }
  // The heads that change.
  const HeadMap& changed() const { return changed_; }
  // The log of law registers after the batch; nullopt: as before.
  const std::optional<std::vector<LawInfo>>& laws() const { return laws_; }
  // Adds the store's next state and returns it. Call last.
  StoreState Finish();
  DbBatch& bytes() { return bytes_; }

 private:
  absl::StatusOr<StoredHead> HeadOf(const std::string& inventory) const;
  absl::Status CheckRequest(const StoredHead& head, const CommitMeta& meta) const;
  absl::StatusOr<StoredHead> Create(const InventoryHead& head);
  absl::StatusOr<StoredHead> Commit(const WriteOp& op);
  absl::StatusOr<LawInfo> PutLaw(const LawWrite& law);
  void AddRecord(const keys::InventoryKeys& keys, uint64_t revision, const EncodedWrite& write);
  absl::Status AddHead(const StoredHead& head);

  const Db& db_;
  const Heads& heads_;
  const Laws& published_laws_;
  StoreState state_;
  DbBatch bytes_;
  HeadMap changed_;
  std::optional<std::vector<LawInfo>> laws_;
  // Keys of the request ids added, which the database does not know yet.
  std::map<std::string, uint64_t> requests_;
  // Hashes of the entries and chain starts added, one after the other.
  std::string hashes_;
};

}  // namespace onward::storage
