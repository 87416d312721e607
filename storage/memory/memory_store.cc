#include "storage/memory/memory_store.h"

#include <algorithm>
#include <map>
#include <utility>

#include "graph/base/mutex.h"
#include "graph/base/status_macros.h"
#include "storage/audit_source.h"
#include "storage/changelog.h"
#include "storage/checks.h"
#include "storage/digest.h"
#include "storage/errors.h"
#include "storage/law_log.h"
#include "storage/memory/inventory.h"
#include "storage/record.h"
#include "storage/schema.h"

namespace onward::storage {
namespace {

using Inventory = MemoryInventory;

// How many versions hold a record that only revisions before `oldest` could read; they come first, with
// deletions among them.
size_t UnreadableIn(const Versions& versions, uint64_t oldest, size_t& records) {
  const Version* valid = VersionAt(versions, oldest);
  const size_t before = valid == nullptr ? 0 : static_cast<size_t>(valid - versions.data());
  records = static_cast<size_t>(
      std::count_if(versions.begin(), versions.begin() + static_cast<ptrdiff_t>(before),
                    [](const Version& version) { return version.record != nullptr; }));
  return before;
}

bool Changes(const RevisionInfo& entry, const model::RecordRef& ref) {
  return std::any_of(entry.changes.begin(), entry.changes.end(),
                     [&ref](const RevisionInfo::Item& item) { return item.ref == ref; });
}

class MemoryStore final : public Store {
 public:
  absl::StatusOr<InventoryHead> CreateInventory(const std::string& id,
                                                const std::string& display_name,
                                                Time created_at) override {
    ONWARD_RETURN_IF_ERROR(CheckInventory(id, display_name));
    const MutexLock lock(mutex_);
    if (inventories_.count(id) > 0) {
      return InventoryExists(id);
    }
    const InventoryHead head{id, display_name, 0, created_at};
    inventories_[id].head = head;
    inventories_[id].start = ChainStart(incarnation_, head);
    inventories_[id].origin_incarnation = incarnation_;
    inventories_[id].origin_inventory = id;
    return head;
  }

  absl::StatusOr<std::vector<InventoryHead>> ListInventories() const override {
    const MutexLock lock(mutex_);
    std::vector<InventoryHead> heads;
    for (const auto& [id, inventory] : inventories_) {
      heads.push_back(inventory.head);
    }
    return heads;
  }

  absl::StatusOr<InventoryHead> GetHead(const std::string& inventory) const override {
    const MutexLock lock(mutex_);
    ONWARD_ASSIGN_OR_RETURN(const Inventory* found, Find(inventory));
    return found->head;
  }

  absl::StatusOr<uint64_t> Commit(const std::string& inventory, uint64_t expected_head,
                                  const std::vector<RecordWrite>& writes,
                                  const CommitMeta& meta) override {
    ONWARD_ASSIGN_OR_RETURN(const std::vector<EncodedWrite> encoded, EncodeWrites(writes));
    ONWARD_RETURN_IF_ERROR(CheckMeta(meta));
    const MutexLock lock(mutex_);
    ONWARD_ASSIGN_OR_RETURN(Inventory* const in, FindForWrite(inventory, expected_head, meta));
    in->changelog.push_back(EntryOf(*in, encoded, meta, 0));
    const uint64_t revision = ++in->head.revision;
    for (const RecordWrite& write : writes) {
      in->records[write.ref].push_back(
          {revision, write.record ? std::make_shared<model::Record>(*write.record) : nullptr});
    }
    KeepId(*in, meta);
    return revision;
  }

  absl::Status KeepRequest(const std::string& inventory, uint64_t head,
                           const CommitMeta& meta) override {
    ONWARD_RETURN_IF_ERROR(CheckRequestId(meta.request_id));
    ONWARD_RETURN_IF_ERROR(CheckMeta(meta));
    const MutexLock lock(mutex_);
    ONWARD_ASSIGN_OR_RETURN(Inventory* const in, FindForWrite(inventory, head, meta));
    KeepId(*in, meta);
    return absl::OkStatus();
  }

  absl::StatusOr<uint64_t> Compact(const std::string& inventory, uint64_t expected_head,
                                   uint64_t oldest, const CommitMeta& meta) override {
    ONWARD_RETURN_IF_ERROR(CheckMeta(meta));
    const MutexLock lock(mutex_);
    ONWARD_ASSIGN_OR_RETURN(Inventory* const in, FindForWrite(inventory, expected_head, meta));
    ONWARD_RETURN_IF_ERROR(CheckOldest(in->head, oldest));
    in->head.oldest = oldest;
    in->changelog.push_back(EntryOf(*in, {}, meta, oldest));
    ++in->head.revision;
    KeepId(*in, meta);
    return in->head.revision;
  }

  absl::StatusOr<ErasureResult> EraseContacts(const std::string& inventory, uint64_t expected_head,
                                              const ErasureOrder& order,
                                              const CommitMeta& meta) override {
    ONWARD_RETURN_IF_ERROR(CheckMeta(meta));
    const MutexLock lock(mutex_);
    ONWARD_ASSIGN_OR_RETURN(Inventory* const in, FindForWrite(inventory, expected_head, meta));
    ONWARD_ASSIGN_OR_RETURN(ErasurePlan plan, PlanErasureOf(*in, order));
    if (!plan.erasure.contacts.empty()) {
      ONWARD_RETURN_IF_ERROR(EraseFrom(*in, plan, meta));
    }
    KeepId(*in, meta);
    return ErasureResult{in->head.revision, std::move(plan.erasure)};
  }

  absl::StatusOr<Erasure> PreviewErasure(const std::string& inventory,
                                         const ErasureOrder& order) const override {
    const MutexLock lock(mutex_);
    ONWARD_ASSIGN_OR_RETURN(const Inventory* in, Find(inventory));
    ONWARD_ASSIGN_OR_RETURN(ErasurePlan plan, PlanErasureOf(*in, order));
    return std::move(plan.erasure);
  }

  // There are no files.
  absl::StatusOr<bool> Scrub(const std::string& inventory,
                             const std::function<bool()>& /*stop*/) override {
    const MutexLock lock(mutex_);
    ONWARD_RETURN_IF_ERROR(Find(inventory).status());
    return true;
  }

  absl::StatusOr<uint64_t> CountUnreadable(const std::string& inventory, uint64_t oldest,
                                           const std::function<bool()>& stop) const override {
    const MutexLock lock(mutex_);
    ONWARD_ASSIGN_OR_RETURN(const Inventory* in, Find(inventory));
    if (oldest > in->head.revision) {
      return RevisionInFuture(inventory, oldest, in->head.revision);
    }
    uint64_t count = 0;
    for (const auto& [ref, versions] : in->records) {
      size_t records = 0;
      UnreadableIn(versions, oldest, records);
      count += records;
      if (stop && stop()) {
        break;
      }
    }
    return count;
  }

  absl::StatusOr<uint64_t> Forget(const std::string& inventory,
                                  const std::function<bool()>& stop) override {
    const MutexLock lock(mutex_);
    const auto found = inventories_.find(inventory);
    if (found == inventories_.end()) {
      return InventoryNotFound(inventory);
    }
    uint64_t count = 0;
    for (auto& [ref, versions] : found->second.records) {
      size_t records = 0;
      const size_t before = UnreadableIn(versions, found->second.head.oldest, records);
      versions.erase(versions.begin(), versions.begin() + static_cast<ptrdiff_t>(before));
      count += records;
      if (stop && stop()) {
        break;
      }
    }
    return count;
  }

  absl::StatusOr<std::optional<RequestResult>> FindRequest(
      const std::string& inventory, const std::string& request_id) const override {
    const MutexLock lock(mutex_);
    ONWARD_ASSIGN_OR_RETURN(const Inventory* in, Find(inventory));
    const auto found = in->requests.find(request_id);
    return found == in->requests.end() ? std::nullopt : std::make_optional(found->second);
  }

  absl::StatusOr<std::optional<StoredRecord>> Get(const std::string& inventory,
                                                  const model::RecordRef& ref,
                                                  uint64_t at_revision) const override {
    const MutexLock lock(mutex_);
    ONWARD_ASSIGN_OR_RETURN(const Inventory* in, FindAt(inventory, at_revision));
    const auto found = in->records.find(ref);
    const Version* version =
        found == in->records.end() ? nullptr : VersionAt(found->second, at_revision);
    if (version == nullptr || version->record == nullptr) {
      return std::optional<StoredRecord>();
    }
    return std::optional<StoredRecord>({*version->record, version->revision});
  }

  absl::Status Scan(const std::string& inventory, uint64_t at_revision,
                    const std::function<bool(StoredRecord)>& visit) const override {
    ONWARD_ASSIGN_OR_RETURN(const Versions all, AllAt(inventory, at_revision));
    for (const Version& version : all) {
      if (!visit({*version.record, version.revision})) {
        break;
      }
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<RevisionInfo>> History(const std::string& inventory,
                                                    const std::optional<model::RecordRef>& ref,
                                                    uint64_t before, size_t limit) const override {
    const MutexLock lock(mutex_);
    ONWARD_ASSIGN_OR_RETURN(const Inventory* in, Find(inventory));
    std::vector<RevisionInfo> entries;
    uint64_t revision = in->head.revision;
    if (before > 0) {
      revision = std::min(revision, before - 1);
    }
    for (; revision > 0 && entries.size() < limit; --revision) {
      const RevisionInfo& entry = in->changelog[revision - 1].info;
      if (!ref || Changes(entry, *ref)) {
        entries.push_back(entry);
      }
    }
    return entries;
  }

  absl::StatusOr<LawInfo> PutLaw(const std::string& bytes, const LawMeta& meta) override {
    ONWARD_RETURN_IF_ERROR(CheckLaw(bytes, meta));
    const std::string digest = Sha256(bytes);
    const MutexLock lock(mutex_);
    ONWARD_RETURN_IF_ERROR(CheckNextLaw(laws_, meta, digest));
    laws_.push_back({laws_.size() + 1, meta, digest});
    law_bytes_[digest] = bytes;
    return laws_.back();
  }

  absl::StatusOr<std::vector<LawInfo>> ListLaws() const override {
    const MutexLock lock(mutex_);
    return std::vector<LawInfo>(laws_.rbegin(), laws_.rend());
  }

  absl::StatusOr<StoredLaw> GetLaw(const std::string& version) const override {
    const MutexLock lock(mutex_);
    const LawInfo* const found = FindLaw(laws_, version);
    if (found == nullptr) {
      return RegisterVersionNotFound(version);
    }
    return StoredLaw{*found, law_bytes_.at(found->digest)};
  }

  absl::StatusOr<std::unique_ptr<AuditSource>> Audit(const std::string& inventory) const override {
    const MutexLock lock(mutex_);
    ONWARD_ASSIGN_OR_RETURN(const Inventory* in, Find(inventory));
    return AuditMemory(*in);
  }

  absl::StatusOr<std::unique_ptr<InventoryImport>> BeginImport(const StoredHead& head) override {
    ONWARD_RETURN_IF_ERROR(CheckInventory(head.head.id, head.head.display_name));
    const MutexLock lock(mutex_);
    if (inventories_.count(head.head.id) > 0) {
      return InventoryExists(head.head.id);
    }
    return ImportToMemory(head, [this](MemoryInventory in) { return Add(std::move(in)); });
  }

  std::string incarnation() const override { return incarnation_; }
  std::string_view backend() const override { return "memory"; }
  absl::Status Writable() const override { return absl::OkStatus(); }

 private:
  absl::Status Add(Inventory in) {
    const MutexLock lock(mutex_);
    const std::string id = in.head.id;
    return inventories_.emplace(id, std::move(in)).second ? absl::OkStatus() : InventoryExists(id);
  }

  // Where a write to this inventory goes; the errors of Commit.
  absl::StatusOr<Inventory*> FindForWrite(const std::string& id, uint64_t expected_head,
                                          const CommitMeta& meta) ONWARD_REQUIRES(mutex_) {
    const auto found = inventories_.find(id);
    if (found == inventories_.end()) {
      return InventoryNotFound(id);
    }
    Inventory& in = found->second;
    if (in.head.revision != expected_head) {
      return HeadMoved(id, expected_head, in.head.revision);
    }
    if (const auto used = in.requests.find(meta.request_id); used != in.requests.end()) {
      return RequestIdReused(meta.request_id, used->second.revision);
    }
    return &in;
  }

  // With the head as its revision.
  static void KeepId(Inventory& in, const CommitMeta& meta) {
    if (!meta.request_id.empty()) {
      in.requests[meta.request_id] = ResultOf(in.head.revision, meta);
    }
  }

  absl::StatusOr<const Inventory*> Find(const std::string& id) const ONWARD_REQUIRES(mutex_) {
    const auto found = inventories_.find(id);
    if (found == inventories_.end()) {
      return InventoryNotFound(id);
    }
    return &found->second;
  }

  absl::StatusOr<const Inventory*> FindAt(const std::string& id, uint64_t revision) const
      ONWARD_REQUIRES(mutex_) {
    ONWARD_ASSIGN_OR_RETURN(const Inventory* in, Find(id));
    ONWARD_RETURN_IF_ERROR(CheckReadable(in->head, revision));
    return in;
  }

  // The records of a revision, so that they can be visited without the lock.
  absl::StatusOr<Versions> AllAt(const std::string& inventory, uint64_t at_revision) const {
    const MutexLock lock(mutex_);
    ONWARD_ASSIGN_OR_RETURN(const Inventory* in, FindAt(inventory, at_revision));
    Versions all;
    for (const auto& [ref, versions] : in->records) {
      const Version* version = VersionAt(versions, at_revision);
      if (version != nullptr && version->record != nullptr) {
        all.push_back(*version);
      }
    }
    return all;
  }

  const std::string incarnation_ = NewIncarnation();
  mutable Mutex mutex_;
  std::map<std::string, Inventory> inventories_ ONWARD_GUARDED_BY(mutex_);
  // Oldest first.
  std::vector<LawInfo> laws_ ONWARD_GUARDED_BY(mutex_);
  // By digest.
  std::map<std::string, std::string> law_bytes_ ONWARD_GUARDED_BY(mutex_);
};

}  // namespace

std::unique_ptr<Store> NewMemoryStore() { return std::make_unique<MemoryStore>(); }

}  // namespace onward::storage
