// A group of commits as one write to the database.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/changelog.h"
#include "storage/checks.h"
#include "storage/erasure.h"
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
  // Of an erasure.
  Erasure erasure{};
};

// Versions that nobody can read any more.
struct ForgetWrite {
  // Of `history`.
  std::vector<std::string> keys;
  // Not 0: these are the last of those that only revisions before this one could read.
  uint64_t before = 0;
  // Not 0: what was erased up to this erasure is out of the files.
  uint64_t scrubbed = 0;
};

// Parts of an inventory that is being imported, which nobody sees before its head is there.
struct StageWrite {
  struct Entry {
    Family family = Family::kMeta;
    std::string key;
    // nullopt: deleted.
    std::optional<std::string> value;
  };
  // 0: only takes the number of the next inventory.
  uint32_t number = 0;
  std::vector<Entry> entries;
  // Set: the inventory is whole.
  std::optional<StoredHead> head;
};

// One caller's write: a new inventory, a law register, or something on an inventory.
struct WriteOp {
  // Set: called with no group at work, in place of a write; the rest is not looked at.
  std::function<absl::Status()> alone;
  // Set: make this inventory; the rest is not looked at.
  std::optional<InventoryHead> create;
  // Set: put this register; what follows is not looked at.
  std::optional<LawWrite> law;
  // Set: part of an import; what follows is not looked at.
  std::optional<StageWrite> stage;
  std::string inventory;
  // Set: forget these; what follows is not looked at.
  std::optional<ForgetWrite> forget;
  uint64_t expected_head = 0;
  // Keep the request_id alone; no revision.
  bool only_request = false;
  // The commit is a compaction: the oldest revision from then on. 0: it is none.
  uint64_t oldest = 0;
  // Set: the commit is an erasure; its writes follow from it.
  std::optional<ErasureOrder> erase;
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
  bool empty() const {
    return changed_.empty() && !laws_ && requests_.empty() && forgotten_ == 0 && staged_ == 0;
  }
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
  absl::StatusOr<StoredHead> MakeRevision(const StoredHead& before, const WriteOp& op,
                                          const ErasurePlan* erasure = nullptr);
  absl::StatusOr<Written> Erase(const WriteOp& op);
  absl::StatusOr<StoredHead> Forget(const std::string& inventory, const ForgetWrite& forget);
  absl::StatusOr<StoredHead> Stage(const StageWrite& stage);
  absl::StatusOr<LawInfo> PutLaw(const LawWrite& law);
  void AddRecord(const keys::InventoryKeys& keys, uint64_t revision, const EncodedWrite& write);
  void AddRequest(const StoredHead& head, const CommitMeta& meta);
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
  // How many versions are forgotten, and the keys of their entries.
  size_t forgotten_ = 0;
  std::set<std::string> forgotten_keys_;
  // How many parts of imports were added.
  size_t staged_ = 0;
  // Hashes of the entries and chain starts added, one after the other.
  std::string hashes_;
};

}  // namespace onward::storage
