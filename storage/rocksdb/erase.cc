#include "storage/rocksdb/erase.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

#include "graph/base/status_macros.h"
#include "storage/errors.h"
#include "storage/record.h"
#include "storage/rocksdb/backup.h"
#include "storage/rocksdb/folder.h"

namespace onward::storage {
namespace {

constexpr size_t kRequestsPerPart = 4'096;

// The next part of the requests whose payload digests have to go, as they are kept from then on.
absl::StatusOr<StageWrite> NextRequests(const Db& db, const StoredHead& head, keys::Range& range) {
  StageWrite part;
  part.number = head.number;
  std::string last;
  ONWARD_RETURN_IF_ERROR(db.Scan(
      Family::kRequests, range, nullptr,
      [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
        ONWARD_ASSIGN_OR_RETURN(RequestResult result, DecodeRequest(value, key));
        last = key;
        if (result.revision >= head.scrub_from && result.revision < head.scrub &&
            !result.payload_digest.empty()) {
          result.payload_digest.clear();
          part.entries.push_back({Family::kRequests, std::string(key), EncodeRequest(result)});
        }
        return part.entries.size() < kRequestsPerPart;
      }));
  range.from = part.entries.size() < kRequestsPerPart ? range.until : last + '\0';
  return part;
}

absl::Status ForgetDigests(const Db& db, Writer& writer, const StoredHead& head) {
  keys::Range range = keys::InventoryKeys(head.number).All();
  while (range.from < range.until) {
    ONWARD_ASSIGN_OR_RETURN(StageWrite part, NextRequests(db, head, range));
    if (!part.entries.empty()) {
      WriteOp op;
      op.stage = std::move(part);
      ONWARD_RETURN_IF_ERROR(writer.Run(std::move(op)).status());
    }
  }
  return absl::OkStatus();
}

// Logs that hold something; an empty one stays in use.
std::vector<std::string> LogsIn(const std::string& folder) {
  std::vector<std::string> logs = FilesEnding(folder, ".log");
  const auto is_empty = [&folder](const std::string& log) {
    std::error_code error;
    return std::filesystem::file_size(folder + "/" + log, error) == 0;
  };
  logs.erase(std::remove_if(logs.begin(), logs.end(), is_empty), logs.end());
  return logs;
}

// Whether one of the files is still in the folder and no part of the database.
bool AnyIsLeft(const Db& db, const std::vector<std::string>& files) {
  const std::set<std::string> live = db.LiveTables();
  return std::any_of(files.begin(), files.end(), [&](const std::string& file) {
    return live.count(file) == 0 && FileExists(db.folder(), file);
  });
}

// Calls done() until it is true: RocksDB works in the background, and tells nobody when it has. False: it was not within two
// seconds, or `stop` said so.
template <class Done>
absl::StatusOr<bool> Await(const std::function<bool()>& stop, const Done& done) {
  constexpr int kRounds = 200;
  constexpr std::chrono::milliseconds kPause(10);
  for (int round = 0; round < kRounds; ++round) {
    ONWARD_ASSIGN_OR_RETURN(const bool is_done, done());
    if (is_done) {
      return true;
    }
    if (stop && stop()) {
      return false;
    }
    std::this_thread::sleep_for(kPause);
  }
  return false;
}

// Files are deleted in the background, and not while a scan reads them.
absl::StatusOr<bool> WaitUntilGone(Db& db, const std::vector<std::string>& files,
                                   const std::function<bool()>& stop) {
  return Await(stop, [&]() -> absl::StatusOr<bool> {
    ONWARD_RETURN_IF_ERROR(db.DropUnused());
    return !AnyIsLeft(db, files);
  });
}

// Writes all tables of the range anew. One that a compaction of RocksDB's own has just made is passed over for a moment.
absl::StatusOr<bool> RewriteTables(Db& db, Family family, const keys::Range& range,
                                   const std::function<bool()>& stop) {
  ONWARD_ASSIGN_OR_RETURN(const auto before, db.TablesWith(family, range));
  return Await(stop, [&]() -> absl::StatusOr<bool> {
    ONWARD_RETURN_IF_ERROR(db.Rewrite(family, range));
    ONWARD_ASSIGN_OR_RETURN(const auto after, db.TablesWith(family, range));
    return std::none_of(before.begin(), before.end(),
                        [&after](const std::string& table) { return after.count(table) > 0; });
  });
}

// Leaves nothing in any file of what was written over in the ranges until now, nor in a log of before. False:
// a snapshot, a scan or a checkpoint holds old files, a table was passed over, or `stop` said so.
absl::StatusOr<bool> RewriteWhole(Db& db, const std::vector<Family>& families,
                                  const keys::Range& range, const std::function<bool()>& stop) {
  ONWARD_ASSIGN_OR_RETURN(const bool held, db.HoldsOldState());
  if (held) {
    return false;
  }
  std::vector<std::string> old = LogsIn(db.folder());
  ONWARD_RETURN_IF_ERROR(db.Flush());
  for (const Family family : families) {
    ONWARD_ASSIGN_OR_RETURN(const bool whole, RewriteTables(db, family, range, stop));
    if (!whole) {
      return false;
    }
  }
  // All tables of the folder: one that a compaction of RocksDB's own replaced before may still be there.
  const std::vector<std::string> tables = FilesEnding(db.folder(), ".sst");
  old.insert(old.end(), tables.begin(), tables.end());
  return WaitUntilGone(db, old, stop);
}

}  // namespace

absl::StatusOr<std::vector<PartyVersion>> VersionsOfParty(const Db& db,
                                                          const keys::InventoryKeys& keys,
                                                          const std::string& party, uint64_t newest,
                                                          const std::set<std::string>& forgotten) {
  const model::RecordRef ref{model::RecordKind::kParty, party};
  std::vector<PartyVersion> versions;
  if (!keys::IsStorableId(party)) {
    return versions;
  }
  ONWARD_RETURN_IF_ERROR(
      db.Scan(Family::kHistory, keys.HistoryOf(ref, newest), nullptr,
              [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
                const auto version = keys.ParseHistory(key);
                if (!version) {
                  return Corrupted("history of " + model::ToString(ref), "its key is damaged");
                }
                versions.push_back({version->revision, std::nullopt});
                if (HoldsRecord(value) && forgotten.count(std::string(key)) == 0) {
                  ONWARD_ASSIGN_OR_RETURN(const auto bytes, VersionBytes(value, ref));
                  versions.back().bytes.emplace(*bytes);
                }
                // One more than an erasure may touch tells that there are too many.
                return versions.size() <= kErasureVersionsMax;
              }));
  std::reverse(versions.begin(), versions.end());
  return versions;
}

absl::StatusOr<Erasure> ErasureOf(const Db& db, const StoredHead& head, const ErasureOrder& order) {
  const uint64_t at = order.at_revision == 0 ? head.head.revision : order.at_revision;
  ONWARD_RETURN_IF_ERROR(CheckReadable(head.head, at));
  ONWARD_ASSIGN_OR_RETURN(
      const std::vector<PartyVersion> versions,
      VersionsOfParty(db, keys::InventoryKeys(head.number), order.party, head.head.revision, {}));
  ONWARD_ASSIGN_OR_RETURN(ErasurePlan plan,
                          PlanErasure(versions, order, at, head.head.revision + 1));
  return std::move(plan.erasure);
}

absl::StatusOr<bool> ScrubErased(Db& db, Writer& writer, const StoredHead& head,
                                 const std::function<bool()>& stop) {
  if (head.scrub == 0) {
    return true;
  }
  ONWARD_RETURN_IF_ERROR(ForgetDigests(db, writer, head));
  const keys::Range all = keys::InventoryKeys(head.number).All();
  ONWARD_ASSIGN_OR_RETURN(
      const bool gone,
      RewriteWhole(db, {Family::kHistory, Family::kCurrent, Family::kRequests}, all, stop));
  // A backup under way links the files of before.
  if (!gone || FileExists(db.folder(), std::string(kCheckpointFolder))) {
    return false;
  }
  WriteOp op;
  op.inventory = head.head.id;
  op.forget = ForgetWrite{{}, 0, head.scrub};
  ONWARD_RETURN_IF_ERROR(writer.Run(std::move(op)).status());
  return true;
}

}  // namespace onward::storage
