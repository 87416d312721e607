#include "storage/memory/memory_store.h"

#include <algorithm>
#include <map>
#include <utility>

#include "graph/base/mutex.h"
#include "graph/base/status_macros.h"
#include "storage/checks.h"
#include "storage/digest.h"
#include "storage/errors.h"
#include "storage/law_log.h"
#include "storage/schema.h"

namespace onward::storage {
namespace {

using RecordPtr = std::shared_ptr<const model::Record>;

// A record from a revision on; null: deleted.
struct Version {
  uint64_t revision = 0;
  RecordPtr record;
};
// Oldest first.
using Versions = std::vector<Version>;

struct Inventory {
  InventoryHead head;
  std::map<model::RecordRef, Versions> records;
  // Entry of revision n at n - 1.
  std::vector<RevisionInfo> changelog;
  std::map<std::string, RequestResult> requests;
};

// The version that is valid at a revision; null if there is none.
const Version* VersionAt(const Versions& versions, uint64_t revision) {
  const auto later = std::upper_bound(
      versions.begin(), versions.end(), revision,
      [](uint64_t wanted, const Version& version) { return wanted < version.revision; });
  return later == versions.begin() ? nullptr : &*std::prev(later);
}

bool Changes(const RevisionInfo& entry, const model::RecordRef& ref) {
  return std::any_of(entry.changes.begin(), entry.changes.end(),
                     [&ref](const RevisionInfo::Item& item) { return item.ref == ref; });
}

RevisionInfo EntryOf(uint64_t revision, const std::vector<RecordWrite>& writes,
                     const CommitMeta& meta) {
  RevisionInfo entry{revision, meta.committed_at, meta.author, meta.comment, meta.request_id, {}};
  for (const RecordWrite& write : writes) {
    entry.changes.push_back({write.ref, !write.record.has_value()});
  }
  return entry;
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
    ONWARD_RETURN_IF_ERROR(EncodeWrites(writes).status());
    ONWARD_RETURN_IF_ERROR(CheckMeta(meta));
    const MutexLock lock(mutex_);
    const auto found = inventories_.find(inventory);
    if (found == inventories_.end()) {
      return InventoryNotFound(inventory);
    }
    Inventory& in = found->second;
    if (in.head.revision != expected_head) {
      return HeadMoved(inventory, expected_head, in.head.revision);
    }
    if (const auto used = in.requests.find(meta.request_id); used != in.requests.end()) {
      return RequestIdReused(meta.request_id, used->second.revision);
    }
    const uint64_t revision = ++in.head.revision;
    for (const RecordWrite& write : writes) {
      in.records[write.ref].push_back(
          {revision, write.record ? std::make_shared<model::Record>(*write.record) : nullptr});
    }
    in.changelog.push_back(EntryOf(revision, writes, meta));
    if (!meta.request_id.empty()) {
      in.requests[meta.request_id] = {revision,     meta.payload_digest, meta.created,
                                      meta.updated, meta.unchanged,      meta.deleted};
    }
    return revision;
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
      const RevisionInfo& entry = in->changelog[revision - 1];
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

  std::string incarnation() const override { return incarnation_; }
  std::string_view backend() const override { return "memory"; }
  absl::Status Writable() const override { return absl::OkStatus(); }

 private:
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
    if (revision > in->head.revision) {
      return RevisionInFuture(id, revision, in->head.revision);
    }
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
