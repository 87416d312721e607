#include "storage/rocksdb/check_store.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "storage/changelog.h"
#include "storage/commitment.h"
#include "storage/erasure_ledger.h"
#include "storage/errors.h"
#include "storage/law_log.h"
#include "storage/record.h"
#include "storage/rocksdb/forgotten_tables.h"

namespace onward::storage {
namespace {

using keys::InventoryKeys;

// One inventory's chain and records.
class InventoryCheck {
 public:
  InventoryCheck(const Db& db, const StoreState& state, const StoredHead& head)
      : db_(db), state_(state), head_(head), keys_(head.number) {}

  absl::Status Run(const std::function<absl::Status()>& on_entry, StoreContents& contents) {
    ONWARD_RETURN_IF_ERROR(CheckChain(on_entry));
    ONWARD_RETURN_IF_ERROR(CheckVersions());
    ONWARD_RETURN_IF_ERROR(CheckCurrent(db_, head_));
    ONWARD_RETURN_IF_ERROR(CheckRequests());
    contents.revisions += head_.head.revision;
    contents.records += records_;
    return absl::OkStatus();
  }

 private:
  absl::Status Damaged(uint64_t revision, std::string_view what) const {
    return Corrupted(absl::StrCat("changelog of ", head_.head.id, ", revision ", revision), what);
  }

  // Every entry from the first to the head's, each following the one before.
  absl::Status CheckChain(const std::function<absl::Status()>& on_entry) {
    uint64_t revision = 0;
    std::string hash = ChainStartOf(state_.incarnation, head_);
    const absl::Status scanned =
        db_.Scan(Family::kChangelog, keys_.All(), nullptr,
                 [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
                   ++revision;
                   if (key != keys_.Changelog(revision)) {
                     return Damaged(revision, "the entry is missing");
                   }
                   ONWARD_ASSIGN_OR_RETURN(const ChangelogEntry entry,
                                           DecodeEntry(value, head_.head.id, revision));
                   if (entry.previous_hash != hash) {
                     return Damaged(revision, "it does not follow the entry before it");
                   }
                   hash = entry.hash;
                   ONWARD_RETURN_IF_ERROR(CheckEntry(entry));
                   ONWARD_RETURN_IF_ERROR(on_entry());
                   return true;
                 });
    ONWARD_RETURN_IF_ERROR(scanned);
    if (const auto gap = ledger_.Unaccounted()) {
      return Corrupted(PlaceOf(gap->ref, gap->revision), gap->text);
    }
    if (revision != head_.head.revision || hash != head_.hash) {
      return Damaged(revision, absl::StrCat("the chain ends here; its head is revision ",
                                            head_.head.revision, " or another one"));
    }
    return absl::OkStatus();
  }

  // The record of each change is there, and is the one that the chain speaks of.
  absl::Status CheckEntry(const ChangelogEntry& entry) {
    ledger_.AddEntry(entry.info);
    for (size_t i = 0; i < entry.info.changes.size(); ++i) {
      const RevisionInfo::Item& change = entry.info.changes[i];
      const std::string place = PlaceOf(change.ref, entry.info.revision);
      ONWARD_ASSIGN_OR_RETURN(
          const auto value,
          db_.Get(Family::kHistory, keys_.History(change.ref, entry.info.revision)));
      if (!value) {
        return Corrupted(place, "it is missing");
      }
      ++expected_;
      if (*value == ForgottenVersion() && entry.info.revision < head_.head.oldest) {
        continue;
      }
      ONWARD_RETURN_IF_ERROR(CheckRecord(*value, change, entry.info.revision, entry.digests[i]));
    }
    return absl::OkStatus();
  }

  std::string PlaceOf(const model::RecordRef& ref, uint64_t revision) const {
    return absl::StrCat(model::ToString(ref), " of ", head_.head.id, " in revision ", revision);
  }

  absl::Status CheckRecord(std::string_view value, const RevisionInfo::Item& change,
                           uint64_t revision, const std::string& digest) {
    const std::string place = PlaceOf(change.ref, revision);
    ONWARD_ASSIGN_OR_RETURN(const auto bytes, VersionBytes(value, change.ref));
    if (bytes.has_value() == change.deleted) {
      return Corrupted(place, "it is there where it was deleted, or the other way round");
    }
    const model::RecordKind kind = change.ref.kind;
    if (bytes && !ledger_.AddVersion(change.ref, revision, digest, RecordDigest(kind, *bytes),
                                     ErasedIn(kind, *bytes))) {
      return Corrupted(place, "it is not the record that the audit chain names");
    }
    ++records_;
    return DecodeVersion(value, change.ref).status();
  }

  // No version but those of the chain.
  absl::Status CheckVersions() const {
    uint64_t found = 0;
    ONWARD_RETURN_IF_ERROR(db_.Scan(Family::kHistory, keys_.All(), nullptr,
                                    [&found](std::string_view /*key*/, std::string_view /*value*/) {
                                      ++found;
                                      return absl::StatusOr<bool>(true);
                                    }));
    return found == expected_
               ? absl::OkStatus()
               : Corrupted("history of " + head_.head.id,
                           absl::StrCat("it has ", found, " versions of records, its changelog ",
                                        expected_));
  }

  absl::Status CheckRequests() const {
    return db_.Scan(Family::kRequests, keys_.All(), nullptr,
                    [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
                      const std::string_view id = key.substr(std::min<size_t>(key.size(), 4));
                      ONWARD_ASSIGN_OR_RETURN(const RequestResult result, DecodeRequest(value, id));
                      if (result.revision > head_.head.revision) {
                        return Corrupted("requests of " + head_.head.id,
                                         "one is newer than the head");
                      }
                      return true;
                    });
  }

  const Db& db_;
  const StoreState& state_;
  const StoredHead& head_;
  const InventoryKeys keys_;
  uint64_t expected_ = 0;
  uint64_t records_ = 0;
  ErasureLedger ledger_;
};

absl::StatusOr<HeadMap> ReadHeads(const Db& db) {
  HeadMap heads;
  ONWARD_RETURN_IF_ERROR(db.Scan(
      Family::kMeta, keys::AllHeads(), nullptr,
      [&heads](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
        ONWARD_ASSIGN_OR_RETURN(StoredHead head, DecodeHead(value));
        if (keys::Head(head.head.id) != key) {
          return Corrupted("head of inventory " + head.head.id, "another one stands in its place");
        }
        heads[head.head.id] = std::move(head);
        return true;
      }));
  return heads;
}

// The log of law registers from its beginning, and the bytes of every one.
absl::Status CheckLaws(const Db& db, const StoreState& state, StoreContents& contents) {
  std::string hash = LawChainStart(state.incarnation);
  const absl::Status scanned =
      db.Scan(Family::kMeta, keys::AllLawEntries(), nullptr,
              [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
                const uint64_t number = ++contents.laws;
                const std::string place = absl::StrCat("log of law registers, entry ", number);
                if (key != keys::LawEntry(number)) {
                  return Corrupted(place, "it is missing");
                }
                ONWARD_ASSIGN_OR_RETURN(const LawEntry entry, DecodeLawEntry(value, number));
                if (entry.previous_hash != hash) {
                  return Corrupted(place, "it does not follow the entry before it");
                }
                hash = entry.hash;
                ONWARD_ASSIGN_OR_RETURN(const auto bytes,
                                        db.Get(Family::kMeta, keys::LawBytes(entry.info.digest)));
                ONWARD_RETURN_IF_ERROR(CheckLawBytes(entry.info, bytes.value_or("")));
                return true;
              });
  ONWARD_RETURN_IF_ERROR(scanned);
  const bool same = contents.laws == state.laws && (state.laws == 0 || hash == state.law_hash);
  return same ? absl::OkStatus()
              : Corrupted("log of law registers",
                          absl::StrCat("it has ", contents.laws, " entries, the state knows ",
                                       state.laws, " or others"));
}

// Keeps damage, passes on other errors.
absl::Status Note(const absl::Status& status, StoreContents& contents) {
  if (absl::IsDataLoss(status)) {
    contents.problems.push_back(status);
    return absl::OkStatus();
  }
  return status;
}

}  // namespace

absl::StatusOr<StoreHeads> ReadHeadsOf(const Db& db) {
  StoreHeads found;
  ONWARD_ASSIGN_OR_RETURN(const auto bytes, db.Get(Family::kMeta, keys::StoreState()));
  if (!bytes) {
    return Corrupted("state of the store", "it is missing");
  }
  ONWARD_ASSIGN_OR_RETURN(found.state, DecodeState(*bytes));
  ONWARD_RETURN_IF_ERROR(CheckFormat("of the store", found.state.format));
  ONWARD_ASSIGN_OR_RETURN(found.heads, ReadHeads(db));
  return found;
}

absl::StatusOr<StoreContents> ReadStore(const Db& db, const OnEntries& on_entries) {
  StoreContents contents;
  ONWARD_ASSIGN_OR_RETURN(StoreHeads found, ReadHeadsOf(db));
  contents.state = std::move(found.state);
  contents.heads = std::move(found.heads);
  ONWARD_RETURN_IF_ERROR(Note(CheckLaws(db, contents.state, contents), contents));
  uint64_t total = 0;
  for (const auto& [id, head] : contents.heads) {
    total += head.head.revision;
  }
  uint64_t done = 0;
  for (const auto& [id, head] : contents.heads) {
    const auto on_entry = [&] { return on_entries(++done, total); };
    InventoryCheck check(db, contents.state, head);
    ONWARD_RETURN_IF_ERROR(Note(check.Run(on_entry, contents), contents));
  }
  ONWARD_RETURN_IF_ERROR(Note(db.VerifyBlocks(UINT64_MAX), contents));
  return contents;
}

}  // namespace onward::storage
