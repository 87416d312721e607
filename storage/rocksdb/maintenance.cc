#include "storage/rocksdb/maintenance.h"

#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "storage/errors.h"
#include "storage/rocksdb/anchor.h"
#include "storage/rocksdb/check_store.h"
#include "storage/rocksdb/db.h"
#include "storage/rocksdb/folder.h"
#include "storage/rocksdb/forgotten_tables.h"
#include "storage/rocksdb/open.h"

namespace onward::storage {
namespace {

// Batches that the database may be ahead of the anchor after a crash.
constexpr uint64_t kAheadMax = 2;

// Damage is something to report; other errors end the look.
absl::Status Note(const absl::Status& status, StoreReport& report) {
  if (absl::IsDataLoss(status)) {
    report.problems.push_back(status);
    return absl::OkStatus();
  }
  return status;
}

// Nothing that was acknowledged is missing.
absl::Status CompareWithAnchor(const StoreState& anchor, const StoreState& state) {
  if (anchor.incarnation != state.incarnation) {
    return Corrupted(kAnchorFile, "the head anchor belongs to another store");
  }
  if (state.sequence < anchor.sequence) {
    return Corrupted(
        "write-ahead log",
        absl::StrCat("acknowledged writes up to batch ", anchor.sequence,
                     " are known, only those up to batch ", state.sequence, " were found"));
  }
  const uint64_t ahead = state.sequence - anchor.sequence;
  const bool follows = (ahead == 0 && state.root == anchor.root) ||
                       (ahead == 1 && state.previous_root == anchor.root) || ahead == kAheadMax;
  return follows ? absl::OkStatus()
                 : Corrupted(kAnchorFile, "the head anchor names another history of the store");
}

absl::Status ReadDatabase(const std::string& folder, const RocksDbOptions& options,
                          const StoreState& anchor, const Progress& progress, StoreReport& report) {
  if (!FileExists(folder, "CURRENT")) {
    return Corrupted("CURRENT", "the file is missing");
  }
  ONWARD_ASSIGN_OR_RETURN(const std::unique_ptr<Db> db,
                          Db::Open(folder, options, Db::Mode::kReadOnly));
  ONWARD_ASSIGN_OR_RETURN(const StoreContents contents,
                          ReadStore(*db, [&progress](uint64_t done, uint64_t total) {
                            return progress("check", done, total);
                          }));
  report.format = contents.state.format;
  report.incarnation = IncarnationOf(contents.state);
  for (const auto& [id, head] : contents.heads) {
    report.heads[id] = head.head.revision;
  }
  report.revisions = contents.revisions;
  report.records = contents.records;
  report.laws = contents.laws;
  report.problems.insert(report.problems.end(), contents.problems.begin(), contents.problems.end());
  ONWARD_RETURN_IF_ERROR(Note(CompareWithAnchor(anchor, contents.state), report));
  return CheckForgottenTables(*db, folder, contents.heads, options);
}

absl::Status CheckIsStore(const std::string& folder) {
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) {
    return absl::NotFoundError(absl::StrCat("there is no folder ", folder));
  }
  ONWARD_ASSIGN_OR_RETURN(const FolderContent content, ContentOf(folder));
  switch (content) {
    case FolderContent::kStore:
    case FolderContent::kDatabaseOnly:
      return absl::OkStatus();
    case FolderContent::kNothing:
      return absl::NotFoundError(absl::StrCat("folder ", folder, " is empty: there is no store"));
    case FolderContent::kSomethingElse:
      break;
  }
  return absl::FailedPreconditionError(absl::StrCat("folder ", folder, " holds no store"));
}

// Under the lock of the folder.
absl::StatusOr<StoreReport> Look(const std::string& folder, const RocksDbOptions& options,
                                 const Progress& progress) {
  StoreReport report;
  report.newest_format = kFormat;
  const auto anchor = Anchor::Open(folder);
  if (!anchor.ok()) {
    ONWARD_RETURN_IF_ERROR(Note(anchor.status(), report));
    return report;
  }
  const StoreState& found = (*anchor)->found();
  report.format = found.format;
  report.incarnation = found.incarnation;
  report.sequence = found.sequence;
  ONWARD_RETURN_IF_ERROR(CheckFormat(folder, found.format));
  // A first start that was cut short: nothing was acknowledged yet.
  if (found.sequence == 0 && !FileExists(folder, "CURRENT")) {
    return report;
  }
  ONWARD_RETURN_IF_ERROR(Note(ReadDatabase(folder, options, found, progress, report), report));
  return report;
}

absl::Status Raise(const std::string& folder, const RocksDbOptions& options) {
  ONWARD_ASSIGN_OR_RETURN(const OpenFolder open, Open(folder, options));
  const StoreState next = NextState(open.state, "");
  DbBatch batch;
  open.db->Put(batch, Family::kMeta, keys::StoreState(), EncodeState(next));
  ONWARD_RETURN_IF_ERROR(open.db->Write(batch));
  return open.anchor->Write(next);
}

}  // namespace

absl::StatusOr<StoreReport> CheckStoreFolder(const std::string& folder,
                                             const RocksDbOptions& options,
                                             const Progress& progress) {
  ONWARD_RETURN_IF_ERROR(CheckIsStore(folder));
  ONWARD_ASSIGN_OR_RETURN(const auto lock, FolderLock::Take(folder));
  return Look(folder, options, progress);
}

absl::StatusOr<Migration> MigrateStoreFolder(const std::string& folder,
                                             const RocksDbOptions& options, bool dry_run,
                                             const Progress& progress) {
  ONWARD_ASSIGN_OR_RETURN(const StoreReport report, CheckStoreFolder(folder, options, progress));
  if (!report.problems.empty()) {
    return report.problems.front();
  }
  if (!dry_run && report.format < kFormat) {
    ONWARD_RETURN_IF_ERROR(Raise(folder, options));
  }
  return Migration{report.format, kFormat};
}

}  // namespace onward::storage
