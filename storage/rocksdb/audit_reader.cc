#include "storage/rocksdb/audit_reader.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "graph/base/status_macros.h"
#include "storage/commitment.h"
#include "storage/errors.h"
#include "storage/keys.h"
#include "storage/record.h"
#include "storage/schema.h"

namespace onward::storage {
namespace {

constexpr size_t kRevisionBytes = 8;

class RocksDbAudit final : public AuditSource {
 public:
  RocksDbAudit(const Db& db, Db::Snapshot snapshot, const StoredHead& head,
               const std::string& incarnation)
      : db_(db),
        snapshot_(std::move(snapshot)),
        keys_(head.number),
        chain_{head.head, head.hash, ChainStartOf(incarnation, head),
               head.origin_incarnation.empty() ? incarnation : head.origin_incarnation,
               head.origin_incarnation.empty() ? head.head.id : head.origin_inventory} {}

  const Chain& chain() const override { return chain_; }

  absl::Status VisitEntries(uint64_t after, const VisitEntry& visit) const override {
    keys::Range range = keys_.All();
    range.from = keys_.Changelog(after + 1);
    return db_.Scan(Family::kChangelog, range, snapshot_,
                    [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
                      const auto place = keys_.ParseChangelog(key);
                      if (!place) {
                        return Corrupted("changelog of " + chain_.head.id, "a key is damaged");
                      }
                      return visit(*place, DecodeEntry(value, chain_.head.id, *place));
                    });
  }

  absl::StatusOr<KeptVersion> VersionOf(const model::RecordRef& ref,
                                        uint64_t revision) const override {
    ONWARD_ASSIGN_OR_RETURN(const auto value,
                            db_.Get(Family::kHistory, keys_.History(ref, revision), snapshot_));
    if (!value) {
      return KeptVersion();
    }
    if (*value == ForgottenVersion()) {
      return KeptVersion{KeptVersion::State::kForgotten, ""};
    }
    const auto bytes = VersionBytes(*value, ref);
    if (!bytes.ok()) {
      // Has no digest that any entry could name.
      return KeptVersion{KeptVersion::State::kRecord, ""};
    }
    return *bytes ? KeptVersion{KeptVersion::State::kRecord, RecordDigest(ref.kind, **bytes),
                                ErasedIn(ref.kind, **bytes)}
                  : KeptVersion{KeptVersion::State::kDeleted, ""};
  }

  absl::StatusOr<std::string> ValueOf(const model::RecordRef& ref,
                                      uint64_t revision) const override {
    ONWARD_ASSIGN_OR_RETURN(auto value,
                            db_.Get(Family::kHistory, keys_.History(ref, revision), snapshot_));
    if (!value) {
      return Corrupted(
          absl::StrCat(model::ToString(ref), " of ", chain_.head.id, " in revision ", revision),
          "it is missing");
    }
    return *std::move(value);
  }

  absl::Status VisitRequests(const VisitRequest& visit) const override {
    return db_.Scan(Family::kRequests, keys_.All(), snapshot_,
                    [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
                      const std::string id(key.substr(keys::InventoryKeys(0).Request("").size()));
                      ONWARD_ASSIGN_OR_RETURN(const RequestResult result, DecodeRequest(value, id));
                      return visit(id, result);
                    });
  }

  absl::Status VisitVersions(const VisitVersion& visit) const override {
    return db_.Scan(Family::kHistory, keys_.All(), snapshot_,
                    [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
                      const auto version = keys_.ParseHistory(key);
                      if (!version) {
                        return Corrupted("history of " + chain_.head.id, "a key is damaged");
                      }
                      return visit(version->ref, version->revision, HoldsRecord(value));
                    });
  }

  absl::Status VisitCurrent(const VisitRecord& visit) const override {
    return db_.Scan(Family::kCurrent, keys_.All(), snapshot_,
                    [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
                      const auto ref = keys_.ParseCurrent(key);
                      if (!ref || value.size() < kRevisionBytes) {
                        return Corrupted("current records of " + chain_.head.id,
                                         "a key or value is damaged");
                      }
                      return visit(*ref, keys::ReadU64(value),
                                   RecordDigest(ref->kind, value.substr(kRevisionBytes)));
                    });
  }

 private:
  const Db& db_;
  const Db::Snapshot snapshot_;
  const keys::InventoryKeys keys_;
  const Chain chain_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<AuditSource>> AuditInventory(const Db& db, Db::Snapshot snapshot,
                                                            const std::string& inventory) {
  ONWARD_ASSIGN_OR_RETURN(const auto state_bytes,
                          db.Get(Family::kMeta, keys::StoreState(), snapshot));
  if (!state_bytes) {
    return Corrupted("state of the store", "it is missing");
  }
  ONWARD_ASSIGN_OR_RETURN(const StoreState state, DecodeState(*state_bytes));
  ONWARD_ASSIGN_OR_RETURN(const auto head_bytes,
                          db.Get(Family::kMeta, keys::Head(inventory), snapshot));
  if (!head_bytes) {
    return InventoryNotFound(inventory);
  }
  ONWARD_ASSIGN_OR_RETURN(const StoredHead head, DecodeHead(*head_bytes));
  if (head.head.id != inventory) {
    return Corrupted("head of inventory " + inventory, "another one stands in its place");
  }
  return std::unique_ptr<AuditSource>(
      std::make_unique<RocksDbAudit>(db, std::move(snapshot), head, state.incarnation));
}

}  // namespace onward::storage
