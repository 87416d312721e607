#include "storage/memory/inventory.h"

#include <algorithm>
#include <utility>

#include "graph/base/status_macros.h"
#include "storage/commitment.h"
#include "storage/errors.h"
#include "storage/record.h"

namespace onward::storage {

const Version* VersionAt(const Versions& versions, uint64_t revision) {
  const auto later = std::upper_bound(
      versions.begin(), versions.end(), revision,
      [](uint64_t wanted, const Version& version) { return wanted < version.revision; });
  return later == versions.begin() ? nullptr : &*std::prev(later);
}

namespace {

// A copy of an inventory.
class MemoryAudit final : public AuditSource {
 public:
  explicit MemoryAudit(MemoryInventory in)
      : in_(std::move(in)),
        chain_{in_.head, in_.changelog.empty() ? in_.start : in_.changelog.back().hash, in_.start,
               in_.origin_incarnation, in_.origin_inventory} {}

  const Chain& chain() const override { return chain_; }

  absl::Status VisitEntries(uint64_t after, const VisitEntry& visit) const override {
    for (uint64_t i = after; i < in_.changelog.size(); ++i) {
      ONWARD_ASSIGN_OR_RETURN(const bool more, visit(i + 1, in_.changelog[i]));
      if (!more) {
        break;
      }
    }
    return absl::OkStatus();
  }

  absl::StatusOr<KeptVersion> VersionOf(const model::RecordRef& ref,
                                        uint64_t revision) const override {
    const auto found = in_.records.find(ref);
    const Version* const version =
        found == in_.records.end() ? nullptr : VersionAt(found->second, revision);
    if (version != nullptr && version->revision == revision) {
      return Kept(*version);
    }
    if (revision == 0 || revision >= in_.head.oldest) {
      return KeptVersion();
    }
    for (const RevisionInfo::Item& change : in_.changelog[revision - 1].info.changes) {
      if (change.ref == ref) {
        return KeptVersion{
            change.deleted ? KeptVersion::State::kDeleted : KeptVersion::State::kForgotten, ""};
      }
    }
    return KeptVersion();
  }

  absl::StatusOr<std::string> ValueOf(const model::RecordRef& ref,
                                      uint64_t revision) const override {
    ONWARD_ASSIGN_OR_RETURN(const KeptVersion kept, VersionOf(ref, revision));
    switch (kept.state) {
      case KeptVersion::State::kMissing:
        return Corrupted(model::ToString(ref), "its version is missing");
      case KeptVersion::State::kForgotten:
        return ForgottenVersion();
      case KeptVersion::State::kDeleted:
        return EncodeVersion(std::nullopt);
      case KeptVersion::State::kRecord:
        break;
    }
    ONWARD_ASSIGN_OR_RETURN(std::string bytes,
                            EncodeRecord(*VersionAt(in_.records.at(ref), revision)->record));
    return EncodeVersion(std::move(bytes));
  }

  absl::Status VisitRequests(const VisitRequest& visit) const override {
    for (const auto& [id, result] : in_.requests) {
      ONWARD_ASSIGN_OR_RETURN(const bool more, visit(id, result));
      if (!more) {
        break;
      }
    }
    return absl::OkStatus();
  }

  // Those that were forgotten too: the changelog knows them all.
  absl::Status VisitVersions(const VisitVersion& visit) const override {
    std::map<model::RecordRef, std::vector<uint64_t>> revisions;
    for (const ChangelogEntry& entry : in_.changelog) {
      for (const RevisionInfo::Item& change : entry.info.changes) {
        revisions[change.ref].push_back(entry.info.revision);
      }
    }
    for (const auto& [ref, all] : revisions) {
      for (auto revision = all.rbegin(); revision != all.rend(); ++revision) {
        ONWARD_ASSIGN_OR_RETURN(const KeptVersion version, VersionOf(ref, *revision));
        ONWARD_ASSIGN_OR_RETURN(
            const bool more, visit(ref, *revision, version.state == KeptVersion::State::kRecord));
        if (!more) {
          return absl::OkStatus();
        }
      }
    }
    return absl::OkStatus();
  }

  absl::Status VisitCurrent(const VisitRecord& visit) const override {
    for (const auto& [ref, versions] : in_.records) {
      if (versions.empty() || versions.back().record == nullptr) {
        continue;
      }
      ONWARD_ASSIGN_OR_RETURN(const KeptVersion kept, Kept(versions.back()));
      ONWARD_ASSIGN_OR_RETURN(const bool more, visit(ref, versions.back().revision, kept.digest));
      if (!more) {
        break;
      }
    }
    return absl::OkStatus();
  }

 private:
  static absl::StatusOr<KeptVersion> Kept(const Version& version) {
    if (version.record == nullptr) {
      return KeptVersion{KeptVersion::State::kDeleted, ""};
    }
    ONWARD_ASSIGN_OR_RETURN(const std::string bytes, EncodeRecord(*version.record));
    const model::RecordKind kind = model::KindOf(*version.record);
    return KeptVersion{KeptVersion::State::kRecord, RecordDigest(kind, bytes),
                       ErasedIn(kind, bytes)};
  }

  const MemoryInventory in_;
  const Chain chain_;
};

class MemoryImport final : public InventoryImport {
 public:
  MemoryImport(const StoredHead& head, std::function<absl::Status(MemoryInventory)> finish)
      : finish_(std::move(finish)) {
    in_.head = head.head;
    in_.start = ChainStartOf("", head);
    in_.origin_incarnation = head.origin_incarnation;
    in_.origin_inventory = head.origin_inventory;
  }

  absl::Status AddEntry(const ChangelogEntry& entry) override {
    in_.changelog.push_back(entry);
    return absl::OkStatus();
  }

  absl::Status AddVersion(const model::RecordRef& ref, uint64_t revision,
                          std::string_view value) override {
    if (value == ForgottenVersion()) {
      return absl::OkStatus();
    }
    ONWARD_ASSIGN_OR_RETURN(auto record, DecodeVersion(value, ref));
    in_.records[ref].push_back(
        {revision, record ? std::make_shared<model::Record>(*std::move(record)) : nullptr});
    return absl::OkStatus();
  }

  absl::Status AddRequest(const std::string& id, const RequestResult& result) override {
    in_.requests[id] = result;
    return absl::OkStatus();
  }

  absl::StatusOr<InventoryHead> Finish() override {
    InventoryHead head = in_.head;
    ONWARD_RETURN_IF_ERROR(finish_(std::move(in_)));
    return head;
  }

 private:
  const std::function<absl::Status(MemoryInventory)> finish_;
  MemoryInventory in_;
};

}  // namespace

ChangelogEntry EntryOf(const MemoryInventory& in, const std::vector<EncodedWrite>& writes,
                       const CommitMeta& meta, uint64_t oldest, std::optional<Erasure> erasure) {
  ChangelogEntry entry;
  entry.info = {in.head.revision + 1, meta.committed_at, meta.author,
                meta.comment,         meta.request_id,   {}};
  entry.info.oldest = oldest;
  entry.info.erasure = std::move(erasure);
  for (const EncodedWrite& write : writes) {
    entry.info.changes.push_back({write.ref, !write.bytes.has_value()});
    entry.digests.push_back(write.bytes ? RecordDigest(write.ref.kind, *write.bytes)
                                        : std::string());
  }
  entry.previous_hash = in.changelog.empty() ? in.start : in.changelog.back().hash;
  entry.hash = HashOf(entry);
  return entry;
}

absl::StatusOr<ErasurePlan> PlanErasureOf(const MemoryInventory& in, const ErasureOrder& order) {
  const uint64_t at = order.at_revision == 0 ? in.head.revision : order.at_revision;
  ONWARD_RETURN_IF_ERROR(CheckReadable(in.head, at));
  std::vector<PartyVersion> versions;
  if (const auto found = in.records.find({model::RecordKind::kParty, order.party});
      found != in.records.end()) {
    for (const Version& version : found->second) {
      versions.push_back({version.revision, std::nullopt});
      if (version.record != nullptr) {
        ONWARD_ASSIGN_OR_RETURN(versions.back().bytes, EncodeRecord(*version.record));
      }
    }
  }
  return PlanErasure(versions, order, at, in.head.revision + 1);
}

absl::Status EraseFrom(MemoryInventory& in, const ErasurePlan& plan, const CommitMeta& meta) {
  const model::RecordRef ref{model::RecordKind::kParty, plan.erasure.party};
  std::vector<EncodedWrite> writes;
  if (plan.newest) {
    writes.push_back({ref, plan.newest});
  }
  in.changelog.push_back(EntryOf(in, writes, meta, 0, plan.erasure));
  ++in.head.revision;
  Versions& versions = in.records[ref];
  for (const PartyVersion& left : plan.left) {
    ONWARD_ASSIGN_OR_RETURN(model::Record record, DecodeRecord(*left.bytes, ref));
    const auto version = std::find_if(versions.begin(), versions.end(), [&left](const Version& v) {
      return v.revision == left.revision;
    });
    version->record = std::make_shared<model::Record>(std::move(record));
  }
  if (plan.newest) {
    versions.push_back({in.head.revision, versions.back().record});
  }
  for (auto& [id, result] : in.requests) {
    if (result.revision >= plan.left.front().revision) {
      result.payload_digest.clear();
    }
  }
  return absl::OkStatus();
}

std::unique_ptr<AuditSource> AuditMemory(MemoryInventory inventory) {
  return std::make_unique<MemoryAudit>(std::move(inventory));
}

std::unique_ptr<InventoryImport> ImportToMemory(
    const StoredHead& head, std::function<absl::Status(MemoryInventory)> finish) {
  return std::make_unique<MemoryImport>(head, std::move(finish));
}

}  // namespace onward::storage
