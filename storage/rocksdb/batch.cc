#include "storage/rocksdb/batch.h"

#include <algorithm>
#include <utility>

#include "graph/base/status_macros.h"
#include "storage/commitment.h"
#include "storage/errors.h"
#include "storage/kill_points.h"
#include "storage/record.h"
#include "storage/rocksdb/erase.h"

namespace onward::storage {
namespace {

// The numbers of inventories end before the one whose key range would have no end.
constexpr uint32_t kInventoryNumberMax = UINT32_MAX - 1;

ChangelogEntry EntryOf(const StoredHead& before, const WriteOp& op, const ErasurePlan* erasure) {
  ChangelogEntry entry;
  entry.info = {before.head.revision + 1,
                op.meta.committed_at,
                op.meta.author,
                op.meta.comment,
                op.meta.request_id,
                {},
                op.oldest};
  if (erasure != nullptr) {
    entry.info.erasure = erasure->erasure;
  }
  for (const EncodedWrite& write : op.writes) {
    entry.info.changes.push_back({write.ref, !write.bytes.has_value()});
    entry.digests.push_back(write.bytes ? RecordDigest(write.ref.kind, *write.bytes)
                                        : std::string());
  }
  entry.previous_hash = before.hash;
  entry.hash = HashOf(entry);
  return entry;
}

}  // namespace

absl::StatusOr<StoredHead> Batch::HeadOf(const std::string& inventory) const {
  const auto found = changed_.find(inventory);
  return found != changed_.end() ? found->second : heads_.Get(inventory);
}

absl::StatusOr<Written> Batch::Add(const WriteOp& op) {
  Written written;
  if (!op.create && op.law) {
    ONWARD_ASSIGN_OR_RETURN(written.law, PutLaw(*op.law));
  } else if (!op.create && op.stage) {
    ONWARD_ASSIGN_OR_RETURN(written.head, Stage(*op.stage));
  } else if (!op.create && op.forget) {
    ONWARD_ASSIGN_OR_RETURN(written.head, Forget(op.inventory, *op.forget));
  } else if (!op.create && op.erase) {
    ONWARD_ASSIGN_OR_RETURN(written, Erase(op));
  } else {
    ONWARD_ASSIGN_OR_RETURN(written.head, op.create ? Create(*op.create) : Commit(op));
  }
  return written;
}

absl::StatusOr<LawInfo> Batch::PutLaw(const LawWrite& law) {
  std::vector<LawInfo> laws = laws_ ? *laws_ : published_laws_.List();
  const std::string before = laws.empty() ? LawChainStart(state_.incarnation) : state_.law_hash;
  const LawEntry entry = NextLawEntry(laws.size(), before, law.bytes, law.meta);
  ONWARD_RETURN_IF_ERROR(CheckNextLaw(laws, law.meta, entry.info.digest));
  ONWARD_ASSIGN_OR_RETURN(const std::string bytes, EncodeLawEntry(entry));
  db_.Put(bytes_, Family::kMeta, keys::LawEntry(entry.info.number), bytes);
  db_.Put(bytes_, Family::kMeta, keys::LawBytes(entry.info.digest), law.bytes);
  hashes_.append(entry.hash);
  state_.laws = entry.info.number;
  state_.law_hash = entry.hash;
  laws.push_back(entry.info);
  laws_ = std::move(laws);
  AtKillPoint("write.law-added");
  return entry.info;
}

absl::Status Batch::AddHead(const StoredHead& head) {
  ONWARD_ASSIGN_OR_RETURN(const std::string bytes, EncodeHead(head));
  db_.Put(bytes_, Family::kMeta, keys::Head(head.head.id), bytes);
  hashes_.append(head.hash);
  changed_[head.head.id] = head;
  return absl::OkStatus();
}

absl::StatusOr<StoredHead> Batch::Create(const InventoryHead& head) {
  if (HeadOf(head.id).ok()) {
    return InventoryExists(head.id);
  }
  if (state_.next_inventory > kInventoryNumberMax) {
    return InvalidWrite("no more inventories fit into this store");
  }
  StoredHead stored{head, state_.next_inventory, ChainStart(state_.incarnation, head)};
  ONWARD_RETURN_IF_ERROR(AddHead(stored));
  ++state_.next_inventory;
  AtKillPoint("write.inventory-added");
  return stored;
}

absl::Status Batch::CheckRequest(const StoredHead& head, const CommitMeta& meta) const {
  if (meta.request_id.empty()) {
    return absl::OkStatus();
  }
  const std::string key = keys::InventoryKeys(head.number).Request(meta.request_id);
  if (const auto found = requests_.find(key); found != requests_.end()) {
    return RequestIdReused(meta.request_id, found->second);
  }
  ONWARD_ASSIGN_OR_RETURN(const auto bytes, db_.Get(Family::kRequests, key));
  if (!bytes) {
    return absl::OkStatus();
  }
  ONWARD_ASSIGN_OR_RETURN(const RequestResult used, DecodeRequest(*bytes, meta.request_id));
  return RequestIdReused(meta.request_id, used.revision);
}

void Batch::AddRecord(const keys::InventoryKeys& keys, uint64_t revision,
                      const EncodedWrite& write) {
  db_.Put(bytes_, Family::kHistory, keys.History(write.ref, revision), EncodeVersion(write.bytes));
  if (write.bytes) {
    db_.Put(bytes_, Family::kCurrent, keys.Current(write.ref),
            EncodeCurrent(revision, *write.bytes));
  } else {
    db_.Delete(bytes_, Family::kCurrent, keys.Current(write.ref));
  }
}

void Batch::AddRequest(const StoredHead& head, const CommitMeta& meta) {
  if (meta.request_id.empty()) {
    return;
  }
  const std::string key = keys::InventoryKeys(head.number).Request(meta.request_id);
  db_.Put(bytes_, Family::kRequests, key, EncodeRequest(ResultOf(head.head.revision, meta)));
  requests_[key] = head.head.revision;
}

absl::StatusOr<StoredHead> Batch::Commit(const WriteOp& op) {
  ONWARD_ASSIGN_OR_RETURN(StoredHead before, HeadOf(op.inventory));
  if (before.head.revision != op.expected_head) {
    return HeadMoved(op.inventory, op.expected_head, before.head.revision);
  }
  ONWARD_RETURN_IF_ERROR(CheckRequest(before, op.meta));
  if (op.only_request) {
    AddRequest(before, op.meta);
    return before;
  }
  if (op.oldest > 0) {
    ONWARD_RETURN_IF_ERROR(CheckOldest(before.head, op.oldest));
  }
  return MakeRevision(before, op);
}

absl::StatusOr<Written> Batch::Erase(const WriteOp& op) {
  Written written;
  ONWARD_ASSIGN_OR_RETURN(written.head, HeadOf(op.inventory));
  const InventoryHead& head = written.head.head;
  ONWARD_ASSIGN_OR_RETURN(const StoredHead published, heads_.Get(op.inventory));
  // What is added to this batch cannot be read yet.
  if (head.revision != op.expected_head || published.head.revision != head.revision) {
    return HeadMoved(op.inventory, op.expected_head, head.revision);
  }
  ONWARD_RETURN_IF_ERROR(CheckRequest(written.head, op.meta));
  const uint64_t at = op.erase->at_revision == 0 ? head.revision : op.erase->at_revision;
  ONWARD_RETURN_IF_ERROR(CheckReadable(head, at));
  const keys::InventoryKeys keys(written.head.number);
  ONWARD_ASSIGN_OR_RETURN(
      const std::vector<PartyVersion> versions,
      VersionsOfParty(db_, keys, op.erase->party, head.revision, forgotten_keys_));
  ONWARD_ASSIGN_OR_RETURN(const ErasurePlan plan,
                          PlanErasure(versions, *op.erase, at, head.revision + 1));
  if (plan.erasure.contacts.empty()) {
    AddRequest(written.head, op.meta);
    return written;
  }
  const model::RecordRef ref{model::RecordKind::kParty, op.erase->party};
  WriteOp commit;
  commit.meta = op.meta;
  if (plan.newest) {
    commit.writes.push_back({ref, plan.newest});
  }
  ONWARD_ASSIGN_OR_RETURN(written.head, MakeRevision(written.head, commit, &plan));
  for (const PartyVersion& left : plan.left) {
    db_.Put(bytes_, Family::kHistory, keys.History(ref, left.revision), EncodeVersion(left.bytes));
  }
  written.erasure = plan.erasure;
  return written;
}

absl::StatusOr<StoredHead> Batch::MakeRevision(const StoredHead& before, const WriteOp& op,
                                               const ErasurePlan* erasure) {
  const ChangelogEntry entry = EntryOf(before, op, erasure);
  ONWARD_ASSIGN_OR_RETURN(const std::string entry_bytes, EncodeEntry(entry));
  StoredHead after = before;
  after.head.revision = entry.info.revision;
  after.head.oldest = std::max(before.head.oldest, op.oldest);
  after.hash = entry.hash;
  if (erasure != nullptr) {
    const uint64_t touched = erasure->left.front().revision;
    after.scrub_from = before.scrub == 0 ? touched : std::min(before.scrub_from, touched);
    after.scrub = entry.info.revision;
  }
  ONWARD_RETURN_IF_ERROR(AddHead(after));

  const keys::InventoryKeys keys(before.number);
  for (const EncodedWrite& write : op.writes) {
    AddRecord(keys, entry.info.revision, write);
  }
  db_.Put(bytes_, Family::kChangelog, keys.Changelog(entry.info.revision), entry_bytes);
  AddRequest(after, op.meta);
  AtKillPoint("write.commit-added");
  return after;
}

absl::StatusOr<StoredHead> Batch::Forget(const std::string& inventory, const ForgetWrite& forget) {
  ONWARD_ASSIGN_OR_RETURN(StoredHead head, HeadOf(inventory));
  for (const std::string& key : forget.keys) {
    db_.Put(bytes_, Family::kHistory, key, ForgottenVersion());
    forgotten_keys_.insert(key);
  }
  forgotten_ += forget.keys.size();
  if (forget.before > head.forgotten_before) {
    head.forgotten_before = forget.before;
    ONWARD_RETURN_IF_ERROR(AddHead(head));
  }
  if (forget.scrubbed > 0 && head.scrub == forget.scrubbed) {
    head.scrub = head.scrub_from = 0;
    ONWARD_RETURN_IF_ERROR(AddHead(head));
  }
  return head;
}

absl::StatusOr<StoredHead> Batch::Stage(const StageWrite& stage) {
  StoredHead head;
  ++staged_;
  if (stage.number == 0) {
    if (state_.next_inventory > kInventoryNumberMax) {
      return InvalidWrite("no more inventories fit into this store");
    }
    head.number = state_.next_inventory++;
    return head;
  }
  if (stage.head && HeadOf(stage.head->head.id).ok()) {
    return InventoryExists(stage.head->head.id);
  }
  for (const StageWrite::Entry& entry : stage.entries) {
    if (entry.value) {
      db_.Put(bytes_, entry.family, entry.key, *entry.value);
    } else {
      db_.Delete(bytes_, entry.family, entry.key);
    }
  }
  if (stage.head) {
    head = *stage.head;
    ONWARD_RETURN_IF_ERROR(AddHead(head));
  }
  return head;
}

StoreState Batch::Finish() {
  StoreState next = NextState(state_, hashes_);
  db_.Put(bytes_, Family::kMeta, keys::StoreState(), EncodeState(next));
  return next;
}

}  // namespace onward::storage
