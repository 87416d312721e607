#include "storage/rocksdb/rocksdb_store.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <system_error>
#include <utility>

#include "graph/base/status_macros.h"
#include "storage/errors.h"
#include "storage/record.h"
#include "storage/rocksdb/audit_reader.h"
#include "storage/rocksdb/backup.h"
#include "storage/rocksdb/erase.h"
#include "storage/rocksdb/forget.h"
#include "storage/rocksdb/import.h"
#include "storage/rocksdb/load_current.h"
#include "storage/rocksdb/open.h"
#include "storage/rocksdb/space.h"
#include "storage/rocksdb/upkeep.h"
#include "storage/rocksdb/writer.h"

namespace onward::storage {
namespace {

using keys::InventoryKeys;

class RocksDbStore final : public Store, public CheckpointSource {
 public:
  RocksDbStore(OpenFolder open, const std::string& folder, const RocksDbOptions& options)
      : folder_(folder),
        options_(options),
        lock_(std::move(open.lock)),
        db_(std::move(open.db)),
        incarnation_(IncarnationOf(open.state)),
        writer_(*db_, heads_, laws_, std::move(open.anchor), open.state, folder, options),
        upkeep_(*db_, writer_, folder, options) {
    heads_.Publish(open.heads);
    laws_.Publish(std::move(open.laws));
  }

  absl::StatusOr<InventoryHead> CreateInventory(const std::string& id,
                                                const std::string& display_name,
                                                Time created_at) override {
    ONWARD_RETURN_IF_ERROR(CheckInventory(id, display_name));
    WriteOp op;
    op.create = InventoryHead{id, display_name, 0, created_at};
    ONWARD_ASSIGN_OR_RETURN(const Written written, writer_.Run(std::move(op)));
    return written.head.head;
  }

  absl::StatusOr<std::vector<InventoryHead>> ListInventories() const override {
    return heads_.List();
  }

  absl::StatusOr<InventoryHead> GetHead(const std::string& inventory) const override {
    ONWARD_ASSIGN_OR_RETURN(const StoredHead head, heads_.Get(inventory));
    return head.head;
  }

  absl::StatusOr<uint64_t> Commit(const std::string& inventory, uint64_t expected_head,
                                  const std::vector<RecordWrite>& writes,
                                  const CommitMeta& meta) override {
    WriteOp op;
    ONWARD_ASSIGN_OR_RETURN(op.writes, EncodeWrites(writes));
    ONWARD_RETURN_IF_ERROR(CheckMeta(meta));
    op.inventory = inventory;
    op.expected_head = expected_head;
    op.meta = meta;
    ONWARD_ASSIGN_OR_RETURN(const Written written, writer_.Run(std::move(op)));
    return written.head.head.revision;
  }

  absl::Status KeepRequest(const std::string& inventory, uint64_t head,
                           const CommitMeta& meta) override {
    ONWARD_RETURN_IF_ERROR(CheckRequestId(meta.request_id));
    ONWARD_RETURN_IF_ERROR(CheckMeta(meta));
    WriteOp op;
    op.inventory = inventory;
    op.expected_head = head;
    op.only_request = true;
    op.meta = meta;
    return writer_.Run(std::move(op)).status();
  }
  absl::StatusOr<uint64_t> Compact(const std::string& inventory, uint64_t expected_head,
                                   uint64_t oldest, const CommitMeta& meta) override {
    ONWARD_RETURN_IF_ERROR(CheckMeta(meta));
    WriteOp op;
    op.inventory = inventory;
    op.expected_head = expected_head;
    // 0 is the oldest of nothing.
    op.oldest = std::max<uint64_t>(oldest, 1);
    op.meta = meta;
    ONWARD_ASSIGN_OR_RETURN(const Written written, writer_.Run(std::move(op)));
    return written.head.head.revision;
  }
  absl::StatusOr<ErasureResult> EraseContacts(const std::string& inventory, uint64_t expected_head,
                                              const ErasureOrder& order,
                                              const CommitMeta& meta) override {
    ONWARD_RETURN_IF_ERROR(CheckMeta(meta));
    WriteOp op;
    op.inventory = inventory;
    op.expected_head = expected_head;
    op.erase = order;
    op.meta = meta;
    ONWARD_ASSIGN_OR_RETURN(Written written, writer_.Run(std::move(op)));
    return ErasureResult{written.head.head.revision, std::move(written.erasure)};
  }
  absl::StatusOr<Erasure> PreviewErasure(const std::string& inventory,
                                         const ErasureOrder& order) const override {
    ONWARD_ASSIGN_OR_RETURN(const StoredHead head, heads_.Get(inventory));
    return ErasureOf(*db_, head, order);
  }
  absl::StatusOr<bool> Scrub(const std::string& inventory,
                             const std::function<bool()>& stop) override {
    ONWARD_ASSIGN_OR_RETURN(const StoredHead head, heads_.Get(inventory));
    return ScrubErased(*db_, writer_, head, stop);
  }
  absl::StatusOr<uint64_t> CountUnreadable(const std::string& inventory, uint64_t oldest,
                                           const std::function<bool()>& stop) const override;
  absl::StatusOr<uint64_t> Forget(const std::string& inventory,
                                  const std::function<bool()>& stop) override;

  absl::StatusOr<std::optional<RequestResult>> FindRequest(
      const std::string& inventory, const std::string& request_id) const override;
  absl::StatusOr<std::optional<StoredRecord>> Get(const std::string& inventory,
                                                  const model::RecordRef& ref,
                                                  uint64_t at_revision) const override;
  absl::Status Scan(const std::string& inventory, uint64_t at_revision,
                    const std::function<bool(StoredRecord)>& visit) const override;
  absl::StatusOr<bool> Load(const std::string& inventory, uint64_t at_revision,
                            const std::vector<LoadSink*>& sinks,
                            const std::function<bool()>& stop) const override;
  absl::StatusOr<std::vector<RevisionInfo>> History(const std::string& inventory,
                                                    const std::optional<model::RecordRef>& ref,
                                                    uint64_t before, size_t limit) const override;

  absl::StatusOr<std::unique_ptr<AuditSource>> Audit(const std::string& inventory) const override {
    ONWARD_RETURN_IF_ERROR(heads_.Get(inventory).status());
    return AuditInventory(*db_, db_->TakeSnapshot(), inventory);
  }

  absl::StatusOr<LawInfo> PutLaw(const std::string& bytes, const LawMeta& meta) override {
    ONWARD_RETURN_IF_ERROR(CheckLaw(bytes, meta));
    WriteOp op;
    op.law = LawWrite{bytes, meta};
    ONWARD_ASSIGN_OR_RETURN(const Written written, writer_.Run(std::move(op)));
    return written.law;
  }
  absl::StatusOr<std::vector<LawInfo>> ListLaws() const override {
    std::vector<LawInfo> laws = laws_.List();
    std::reverse(laws.begin(), laws.end());
    return laws;
  }
  absl::StatusOr<StoredLaw> GetLaw(const std::string& version) const override;

  absl::StatusOr<std::unique_ptr<InventoryImport>> BeginImport(const StoredHead& head) override {
    return ImportToRocksDb(*db_, heads_, writer_, importing_, head);
  }

  std::string incarnation() const override { return incarnation_; }
  std::string_view backend() const override { return "rocksdb"; }
  absl::Status Writable() const override { return writer_.Writable(); }
  absl::StatusOr<std::string> Checkpoint() override;
  StoreSpace Space() const override {
    return {FreeBytes(folder_, options_).value_or(0), options_.free_bytes_min, BytesOf(folder_)};
  }

 private:
  absl::StatusOr<std::optional<StoredRecord>> GetFromHistory(const InventoryKeys& keys,
                                                             const std::string& inventory,
                                                             const model::RecordRef& ref,
                                                             uint64_t at_revision) const;
  // At that moment. An error where it cannot be read at the revision.
  absl::StatusOr<InventoryHead> ReadableHead(const std::string& inventory, uint64_t at_revision,
                                             const Db::Snapshot& snapshot) const;
  absl::Status ScanCurrent(const InventoryKeys& keys, uint64_t at_revision,
                           const Db::Snapshot& snapshot,
                           const std::function<bool(StoredRecord)>& visit) const;
  absl::Status ScanHistory(const InventoryKeys& keys, uint64_t at_revision,
                           const Db::Snapshot& snapshot,
                           const std::function<bool(StoredRecord)>& visit) const;
  absl::StatusOr<std::vector<uint64_t>> RevisionsOf(const InventoryKeys& keys,
                                                    const model::RecordRef& ref, uint64_t newest,
                                                    size_t limit) const;
  absl::StatusOr<RevisionInfo> EntryAt(const InventoryKeys& keys, const std::string& inventory,
                                       uint64_t revision) const;

  const std::string folder_;
  const RocksDbOptions options_;
  // In this order: the database is closed before the lock is let go.
  const std::unique_ptr<FolderLock> lock_;
  const std::unique_ptr<Db> db_;
  const std::string incarnation_;
  Heads heads_;
  Laws laws_;
  Writer writer_;
  std::atomic<bool> importing_{false};
  Upkeep upkeep_;
};

absl::StatusOr<std::string> RocksDbStore::Checkpoint() {
  const std::string draft = db_->folder() + "/" + std::string(kCheckpointFolder);
  std::error_code error;
  std::filesystem::remove_all(draft, error);
  if (error) {
    return IoFailed("folder " + draft + ": remove: " + error.message());
  }
  ONWARD_RETURN_IF_ERROR(db_->Checkpoint(draft));
  return draft;
}

absl::StatusOr<StoredLaw> RocksDbStore::GetLaw(const std::string& version) const {
  const std::vector<LawInfo> laws = laws_.List();
  const LawInfo* const found = FindLaw(laws, version);
  if (found == nullptr) {
    return RegisterVersionNotFound(version);
  }
  ONWARD_ASSIGN_OR_RETURN(auto bytes, db_->Get(Family::kMeta, keys::LawBytes(found->digest)));
  ONWARD_RETURN_IF_ERROR(CheckLawBytes(*found, bytes.value_or("")));
  return StoredLaw{*found, *std::move(bytes)};
}

absl::StatusOr<uint64_t> RocksDbStore::CountUnreadable(const std::string& inventory,
                                                       uint64_t oldest,
                                                       const std::function<bool()>& stop) const {
  ONWARD_ASSIGN_OR_RETURN(const StoredHead head, heads_.Get(inventory));
  if (oldest > head.head.revision) {
    return RevisionInFuture(inventory, oldest, head.head.revision);
  }
  UnreadableScan scan(*db_, InventoryKeys(head.number), oldest, stop);
  uint64_t count = 0;
  while (true) {
    ONWARD_ASSIGN_OR_RETURN(const std::vector<std::string> part, scan.Next());
    if (part.empty()) {
      break;
    }
    count += part.size();
  }
  return count;
}

absl::StatusOr<uint64_t> RocksDbStore::Forget(const std::string& inventory,
                                              const std::function<bool()>& stop) {
  ONWARD_ASSIGN_OR_RETURN(const StoredHead head, heads_.Get(inventory));
  return head.forgotten_before == head.head.oldest ? 0
                                                   : ForgetUnreadable(*db_, writer_, head, stop);
}

absl::StatusOr<std::optional<RequestResult>> RocksDbStore::FindRequest(
    const std::string& inventory, const std::string& request_id) const {
  ONWARD_ASSIGN_OR_RETURN(const StoredHead head, heads_.Get(inventory));
  ONWARD_ASSIGN_OR_RETURN(
      const auto bytes,
      db_->Get(Family::kRequests, InventoryKeys(head.number).Request(request_id)));
  if (!bytes || request_id.empty()) {
    return std::optional<RequestResult>();
  }
  ONWARD_ASSIGN_OR_RETURN(const RequestResult result, DecodeRequest(*bytes, request_id));
  // Not acknowledged yet: not known yet.
  return result.revision > head.head.revision ? std::nullopt : std::make_optional(result);
}

// `current` holds the newest version; if that is not too new, it is the one that was valid then. A
// commit under way may have put one there that nobody may see yet: history has the version before
// it.
absl::StatusOr<std::optional<StoredRecord>> RocksDbStore::Get(const std::string& inventory,
                                                              const model::RecordRef& ref,
                                                              uint64_t at_revision) const {
  ONWARD_ASSIGN_OR_RETURN(const StoredHead head, heads_.GetAt(inventory, at_revision));
  if (!keys::IsStorableId(ref.id)) {
    return std::optional<StoredRecord>();
  }
  const InventoryKeys keys(head.number);
  ONWARD_ASSIGN_OR_RETURN(const auto bytes, db_->Get(Family::kCurrent, keys.Current(ref)));
  if (bytes) {
    ONWARD_ASSIGN_OR_RETURN(StoredRecord newest, DecodeCurrent(*bytes, ref));
    if (newest.last_changed_at <= at_revision) {
      return std::optional<StoredRecord>(std::move(newest));
    }
  }
  return GetFromHistory(keys, inventory, ref, at_revision);
}

absl::StatusOr<std::optional<StoredRecord>> RocksDbStore::GetFromHistory(
    const InventoryKeys& keys, const std::string& inventory, const model::RecordRef& ref,
    uint64_t at_revision) const {
  std::optional<StoredRecord> found;
  ONWARD_RETURN_IF_ERROR(
      db_->Scan(Family::kHistory, keys.HistoryOf(ref, at_revision), nullptr,
                [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
                  const auto version = keys.ParseHistory(key);
                  if (!version) {
                    return Corrupted("history of " + model::ToString(ref), "its key is damaged");
                  }
                  if (value == ForgottenVersion()) {
                    // A compaction came in between.
                    const auto readable = heads_.GetAt(inventory, at_revision);
                    if (!readable.ok()) {
                      return readable.status();
                    }
                  }
                  ONWARD_ASSIGN_OR_RETURN(auto record, DecodeVersion(value, ref));
                  if (record) {
                    found = StoredRecord{*std::move(record), version->revision};
                  }
                  return false;
                }));
  return found;
}

absl::StatusOr<InventoryHead> RocksDbStore::ReadableHead(const std::string& inventory,
                                                         uint64_t at_revision,
                                                         const Db::Snapshot& snapshot) const {
  ONWARD_ASSIGN_OR_RETURN(const auto bytes,
                          db_->Get(Family::kMeta, keys::Head(inventory), snapshot));
  if (!bytes) {
    return Corrupted("head of inventory " + inventory, "it is missing");
  }
  ONWARD_ASSIGN_OR_RETURN(StoredHead head, DecodeHead(*bytes));
  // A compaction may have come in between.
  ONWARD_RETURN_IF_ERROR(CheckReadable(head.head, at_revision));
  return std::move(head.head);
}

absl::Status RocksDbStore::Scan(const std::string& inventory, uint64_t at_revision,
                                const std::function<bool(StoredRecord)>& visit) const {
  ONWARD_ASSIGN_OR_RETURN(const StoredHead published, heads_.GetAt(inventory, at_revision));
  const InventoryKeys keys(published.number);
  const Db::Snapshot snapshot = db_->TakeSnapshot();
  ONWARD_ASSIGN_OR_RETURN(const InventoryHead head, ReadableHead(inventory, at_revision, snapshot));
  return head.revision == at_revision ? ScanCurrent(keys, at_revision, snapshot, visit)
                                      : ScanHistory(keys, at_revision, snapshot, visit);
}

absl::StatusOr<bool> RocksDbStore::Load(const std::string& inventory, uint64_t at_revision,
                                        const std::vector<LoadSink*>& sinks,
                                        const std::function<bool()>& stop) const {
  ONWARD_ASSIGN_OR_RETURN(const StoredHead published, heads_.GetAt(inventory, at_revision));
  const Db::Snapshot snapshot = db_->TakeSnapshot();
  ONWARD_ASSIGN_OR_RETURN(const InventoryHead head, ReadableHead(inventory, at_revision, snapshot));
  if (head.revision != at_revision) {
    return Store::Load(inventory, at_revision, sinks, stop);
  }
  return LoadCurrent(*db_, InventoryKeys(published.number), snapshot, at_revision, sinks, stop);
}

absl::Status RocksDbStore::ScanCurrent(const InventoryKeys& keys, uint64_t at_revision,
                                       const Db::Snapshot& snapshot,
                                       const std::function<bool(StoredRecord)>& visit) const {
  return db_->Scan(Family::kCurrent, keys.All(), snapshot,
                   [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
                     const auto ref = keys.ParseCurrent(key);
                     if (!ref) {
                       return Corrupted("current records", "a key is damaged");
                     }
                     ONWARD_ASSIGN_OR_RETURN(StoredRecord record, DecodeCurrent(value, *ref));
                     if (record.last_changed_at > at_revision) {
                       return Corrupted(model::ToString(*ref), "it is newer than the head");
                     }
                     return visit(std::move(record));
                   });
}

// Versions of one record stand together, newest first: the first that is not too new counts.
absl::Status RocksDbStore::ScanHistory(const InventoryKeys& keys, uint64_t at_revision,
                                       const Db::Snapshot& snapshot,
                                       const std::function<bool(StoredRecord)>& visit) const {
  std::optional<model::RecordRef> decided;
  return db_->Scan(Family::kHistory, keys.All(), snapshot,
                   [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
                     const auto version = keys.ParseHistory(key);
                     if (!version) {
                       return Corrupted("history of records", "a key is damaged");
                     }
                     if (version->revision > at_revision || decided == version->ref) {
                       return true;
                     }
                     decided = version->ref;
                     ONWARD_ASSIGN_OR_RETURN(auto record, DecodeVersion(value, version->ref));
                     return !record || visit({*std::move(record), version->revision});
                   });
}

absl::StatusOr<std::vector<uint64_t>> RocksDbStore::RevisionsOf(const InventoryKeys& keys,
                                                                const model::RecordRef& ref,
                                                                uint64_t newest,
                                                                size_t limit) const {
  std::vector<uint64_t> revisions;
  ONWARD_RETURN_IF_ERROR(
      db_->Scan(Family::kHistory, keys.HistoryOf(ref, newest), nullptr,
                [&](std::string_view key, std::string_view /*value*/) -> absl::StatusOr<bool> {
                  const auto version = keys.ParseHistory(key);
                  if (!version) {
                    return Corrupted("history of " + model::ToString(ref), "its key is damaged");
                  }
                  revisions.push_back(version->revision);
                  return revisions.size() < limit;
                }));
  return revisions;
}

absl::StatusOr<RevisionInfo> RocksDbStore::EntryAt(const InventoryKeys& keys,
                                                   const std::string& inventory,
                                                   uint64_t revision) const {
  ONWARD_ASSIGN_OR_RETURN(const auto bytes, db_->Get(Family::kChangelog, keys.Changelog(revision)));
  if (!bytes) {
    return Corrupted("changelog of " + inventory,
                     "revision " + std::to_string(revision) + " is missing");
  }
  ONWARD_ASSIGN_OR_RETURN(ChangelogEntry entry, DecodeEntry(*bytes, inventory, revision));
  return std::move(entry.info);
}

absl::StatusOr<std::vector<RevisionInfo>> RocksDbStore::History(
    const std::string& inventory, const std::optional<model::RecordRef>& ref, uint64_t before,
    size_t limit) const {
  ONWARD_ASSIGN_OR_RETURN(const StoredHead head, heads_.Get(inventory));
  const InventoryKeys keys(head.number);
  const uint64_t newest =
      before == 0 ? head.head.revision : std::min(head.head.revision, before - 1);
  std::vector<uint64_t> revisions;
  if (limit == 0 || (ref && !keys::IsStorableId(ref->id))) {
    return std::vector<RevisionInfo>();
  }
  if (ref) {
    ONWARD_ASSIGN_OR_RETURN(revisions, RevisionsOf(keys, *ref, newest, limit));
  } else {
    for (uint64_t r = newest; r > 0 && revisions.size() < limit; --r) {
      revisions.push_back(r);
    }
  }
  std::vector<RevisionInfo> entries;
  for (const uint64_t revision : revisions) {
    ONWARD_ASSIGN_OR_RETURN(RevisionInfo entry, EntryAt(keys, inventory, revision));
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenRocksDb(const std::string& folder,
                                                   const RocksDbOptions& options) {
  ONWARD_ASSIGN_OR_RETURN(OpenFolder open, Open(folder, options));
  // What a backup left that was killed; it may link files that hold what was erased.
  std::error_code error;
  std::filesystem::remove_all(folder + "/" + std::string(kCheckpointFolder), error);
  return std::unique_ptr<Store>(std::make_unique<RocksDbStore>(std::move(open), folder, options));
}

}  // namespace onward::storage
