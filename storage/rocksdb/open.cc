#include "storage/rocksdb/open.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "rocksdb/env.h"
#include "storage/errors.h"
#include "storage/kill_points.h"
#include "storage/rocksdb/forgotten_tables.h"
#include "storage/rocksdb/space.h"
#include "storage/rocksdb/table_footers.h"

namespace onward::storage {
namespace {

// How far the database may be ahead of the anchor: one group that was cut between the two, and one
// more where the newest slot was damaged and the one before it counts.
constexpr uint64_t kAheadMax = 2;

struct Content {
  StoreState state;
  HeadMap heads;
  std::vector<LawInfo> laws;
};

absl::StatusOr<HeadMap> ReadHeads(const Db& db) {
  HeadMap heads;
  ONWARD_RETURN_IF_ERROR(db.Scan(
      Family::kMeta, keys::AllHeads(), nullptr,
      [&heads](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
        ONWARD_ASSIGN_OR_RETURN(StoredHead head, DecodeHead(value));
        if (keys::Head(head.head.id) != key) {
          return Corrupted("head of inventory " + head.head.id, "another head stands in its place");
        }
        heads[head.head.id] = std::move(head);
        return true;
      }));
  return heads;
}

// The head's entry is there and is the newest one.
absl::Status CheckHead(const Db& db, const StoreState& state, const StoredHead& stored) {
  const InventoryHead& head = stored.head;
  const keys::InventoryKeys keys(stored.number);
  const std::string place = absl::StrCat("changelog of ", head.id, ", revision ", head.revision);
  ONWARD_ASSIGN_OR_RETURN(const auto beyond,
                          db.Get(Family::kChangelog, keys.Changelog(head.revision + 1)));
  if (beyond) {
    return Corrupted(place, "there is an entry after the head");
  }
  if (head.revision == 0) {
    return stored.hash == ChainStartOf(state.incarnation, stored)
               ? absl::OkStatus()
               : Corrupted(place, "the chain does not start as it should");
  }
  ONWARD_ASSIGN_OR_RETURN(const auto bytes,
                          db.Get(Family::kChangelog, keys.Changelog(head.revision)));
  if (!bytes) {
    return Corrupted(place, "the entry of the head is missing");
  }
  ONWARD_ASSIGN_OR_RETURN(const ChangelogEntry entry, DecodeEntry(*bytes, head.id, head.revision));
  return entry.hash == stored.hash ? absl::OkStatus()
                                   : Corrupted(place, "its hash is not that of the head");
}

// The log of law registers, oldest first: a whole chain that ends where the state says, and the bytes of
// the newest register. Those of older ones are checked as they are read.
absl::StatusOr<std::vector<LawInfo>> ReadLaws(const Db& db, const StoreState& state) {
  std::vector<LawInfo> laws;
  std::string hash = LawChainStart(state.incarnation);
  ONWARD_RETURN_IF_ERROR(
      db.Scan(Family::kMeta, keys::AllLawEntries(), nullptr,
              [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
                const uint64_t number = laws.size() + 1;
                const std::string place = absl::StrCat("log of law registers, entry ", number);
                if (key != keys::LawEntry(number)) {
                  return Corrupted(place, "it is missing");
                }
                ONWARD_ASSIGN_OR_RETURN(LawEntry entry, DecodeLawEntry(value, number));
                if (entry.previous_hash != hash) {
                  return Corrupted(place, "it does not follow the entry before it");
                }
                hash = std::move(entry.hash);
                laws.push_back(std::move(entry.info));
                return true;
              }));
  if (laws.size() != state.laws || (state.laws > 0 && hash != state.law_hash)) {
    return Corrupted("log of law registers",
                     absl::StrCat("it has ", laws.size(), " entries; the state of the store knows ",
                                  state.laws, " or others"));
  }
  if (laws.empty()) {
    return laws;
  }
  ONWARD_ASSIGN_OR_RETURN(const auto bytes,
                          db.Get(Family::kMeta, keys::LawBytes(laws.back().digest)));
  ONWARD_RETURN_IF_ERROR(CheckLawBytes(laws.back(), bytes.value_or("")));
  return laws;
}

// Reads state, heads and law registers, which must fit each other.
absl::StatusOr<Content> ReadContent(const Db& db, const std::string& folder) {
  ONWARD_ASSIGN_OR_RETURN(const auto bytes, db.Get(Family::kMeta, keys::StoreState()));
  if (!bytes) {
    return Corrupted("store folder " + folder, "the state of the store is missing");
  }
  Content content;
  ONWARD_ASSIGN_OR_RETURN(content.state, DecodeState(*bytes));
  ONWARD_RETURN_IF_ERROR(CheckFormat(folder, content.state.format));
  ONWARD_ASSIGN_OR_RETURN(content.heads, ReadHeads(db));
  for (const auto& [id, head] : content.heads) {
    ONWARD_RETURN_IF_ERROR(CheckHead(db, content.state, head));
  }
  ONWARD_ASSIGN_OR_RETURN(content.laws, ReadLaws(db, content.state));
  return content;
}

// The write-ahead log that is to blame for what is missing.
std::string SuspectWal(const Db& db, const std::string& folder) {
  std::string damaged = db.damaged_wal();
  if (!damaged.empty()) {
    return damaged;
  }
  const std::vector<std::string> logs = FilesEnding(folder, ".log");
  return logs.empty() ? "write-ahead log (no .log file is left)" : logs.back();
}

// What was recovered is all that was acknowledged.
absl::Status CheckAnchor(const Db& db, const std::string& folder, const StoreState& anchor,
                         const StoreState& state) {
  if (anchor.incarnation != state.incarnation) {
    return Corrupted(kAnchorFile, "the head anchor belongs to another store");
  }
  if (state.sequence < anchor.sequence) {
    return Corrupted(
        SuspectWal(db, folder),
        absl::StrCat("it is damaged, cut or missing: acknowledged writes up to batch ",
                     anchor.sequence, " are known, only those up to batch ", state.sequence,
                     " were found in ", folder, "; nothing was changed"));
  }
  const bool same = state.sequence == anchor.sequence && state.root == anchor.root;
  const bool one_ahead =
      state.sequence == anchor.sequence + 1 && state.previous_root == anchor.root;
  const bool two_ahead = state.sequence == anchor.sequence + kAheadMax;
  if (!same && !one_ahead && !two_ahead) {
    return Corrupted(kAnchorFile, absl::StrCat("the head anchor names batch ", anchor.sequence,
                                               ", the database in ", folder,
                                               " is another one at batch ", state.sequence));
  }
  return absl::OkStatus();
}

// Looks at the store without changing a file.
absl::Status Inspect(const std::string& folder, const RocksDbOptions& options,
                     const StoreState& anchor) {
  if (!FileExists(folder, "CURRENT")) {
    return Corrupted("CURRENT", "the file is missing in store folder " + folder);
  }
  ONWARD_RETURN_IF_ERROR(CheckTableFooters(folder));
  ONWARD_ASSIGN_OR_RETURN(const std::unique_ptr<Db> db,
                          Db::Open(folder, options, Db::Mode::kReadOnly));
  ONWARD_ASSIGN_OR_RETURN(const Content content, ReadContent(*db, folder));
  ONWARD_RETURN_IF_ERROR(CheckAnchor(*db, folder, anchor, content.state));
  ONWARD_RETURN_IF_ERROR(CheckForgottenTables(*db, folder, content.heads, options));
  return db->VerifyBlocks(options.verify_at_open_bytes_max);
}

// Where the store's files are made: null is the system's.
rocksdb::FileSystem* FilesOf(const RocksDbOptions& options) {
  return options.env == nullptr ? nullptr : options.env->GetFileSystem().get();
}

absl::Status CreateIfNew(const std::string& folder, const RocksDbOptions& options) {
  ONWARD_ASSIGN_OR_RETURN(const FolderContent content, ContentOf(folder));
  switch (content) {
    case FolderContent::kNothing:
      AtKillPoint("create.folder-locked");
      ONWARD_RETURN_IF_ERROR(Anchor::Create(folder, NewState(NewIncarnation()), FilesOf(options)));
      AtKillPoint("create.anchor-kept");
      return absl::OkStatus();
    case FolderContent::kStore:
      return absl::OkStatus();
    case FolderContent::kDatabaseOnly:
      return Corrupted(kAnchorFile, "the head anchor of store folder " + folder + " is missing");
    case FolderContent::kSomethingElse:
      return NotAStore(folder);
  }
  return NotAStore(folder);
}

// Before the first batch was acknowledged there is nothing to lose: whatever a first start left
// unfinished is finished.
absl::StatusOr<std::unique_ptr<Db>> FinishCreation(const std::string& folder,
                                                   const RocksDbOptions& options,
                                                   const StoreState& anchor) {
  ONWARD_ASSIGN_OR_RETURN(std::unique_ptr<Db> db, Db::Open(folder, options, Db::Mode::kCreate));
  AtKillPoint("create.database-made");
  ONWARD_ASSIGN_OR_RETURN(const auto state, db->Get(Family::kMeta, keys::StoreState()));
  if (!state) {
    DbBatch batch;
    db->Put(batch, Family::kMeta, keys::StoreState(), EncodeState(NewState(anchor.incarnation)));
    ONWARD_RETURN_IF_ERROR(db->Write(batch));
    AtKillPoint("create.state-written");
  }
  return db;
}

}  // namespace

absl::StatusOr<OpenFolder> Open(const std::string& folder, const RocksDbOptions& options) {
  ONWARD_ASSIGN_OR_RETURN(std::unique_ptr<FolderLock> lock, FolderLock::Take(folder));
  ONWARD_RETURN_IF_ERROR(CreateIfNew(folder, options));
  DropBallastIfFull(folder, options);
  ONWARD_ASSIGN_OR_RETURN(OpenFolder open, OpenLocked(folder, options));
  open.lock = std::move(lock);
  MakeBallastIfRoom(folder, options);
  return open;
}

absl::StatusOr<OpenFolder> OpenLocked(const std::string& folder, const RocksDbOptions& options) {
  OpenFolder open;
  ONWARD_ASSIGN_OR_RETURN(open.anchor, Anchor::Open(folder, FilesOf(options)));
  AtKillPoint("open.anchor-read");
  const StoreState anchor = open.anchor->found();
  ONWARD_RETURN_IF_ERROR(CheckFormat(folder, anchor.format));
  if (anchor.sequence == 0) {
    ONWARD_ASSIGN_OR_RETURN(open.db, FinishCreation(folder, options, anchor));
  } else {
    ONWARD_RETURN_IF_ERROR(Inspect(folder, options, anchor));
    AtKillPoint("open.inspected");
    ONWARD_ASSIGN_OR_RETURN(open.db, Db::Open(folder, options, Db::Mode::kExisting));
  }
  AtKillPoint("open.database-open");
  ONWARD_ASSIGN_OR_RETURN(Content content, ReadContent(*open.db, folder));
  ONWARD_RETURN_IF_ERROR(CheckAnchor(*open.db, folder, anchor, content.state));
  AtKillPoint("open.content-read");
  // A batch that was cut before its anchor can be read from now on, so it must not be lost any
  // more.
  ONWARD_RETURN_IF_ERROR(open.anchor->WriteBoth(content.state));
  AtKillPoint("open.anchor-written");
  open.state = std::move(content.state);
  open.heads = std::move(content.heads);
  open.laws = std::move(content.laws);
  return open;
}

}  // namespace onward::storage
