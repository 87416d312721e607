// One inventory with its history as one file, for another store: what every revision was, who made it, when
// and why, what request_ids did, and the audit chain with all that it commits to.
//
//   kind      payload                                       how often
//   kHead     store.v1.Head without a number, with the      once, first
//             origin of the chain
//   kEntry    store.v1.Entry                                revisions 1 to the head, in order, each with its
//   kVersion  value of `history` (storage/record.h)         one for each change of the entry, in order
//   kRequest  store.v1.ExportedRequest                      in order of id
//   kEnd      store.v1.ExportEnd                            once, last
//
// The same state of an inventory gives the same bytes, whichever store keeps it; the frame of the parts is
// storage/export_parts.h. Versions that a compaction forgot are in it as forgotten, with their digests in
// the chain. A file vouches for itself as a chain does: whoever writes all of it anew is found out by a
// checkpoint that was kept elsewhere. The results of request_ids are not in the chain.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/audit_source.h"
#include "storage/erasure_ledger.h"
#include "storage/export_parts.h"
#include "storage/import.h"

namespace onward::storage {

// What an exported file holds.
struct ExportSummary {
  StoredHead head;
  uint64_t versions = 0;
  // Of those, forgotten by a compaction.
  uint64_t forgotten = 0;
  uint64_t requests = 0;
  uint64_t bytes = 0;
};

// Told how many revisions are done, of how many; an error ends the work with it. May be empty.
using ExportProgress = std::function<absl::Status(uint64_t done, uint64_t total)>;

// Writes what `source` holds, in pieces of kExportChunkBytes, and reads it back on the way: a file is given
// out whole and right, or with an error. Corrupted and BackupDamaged, naming the place, for a damaged
// inventory.
absl::StatusOr<ExportSummary> WriteExport(const AuditSource& source, const ExportSink& sink,
                                          const ExportProgress& progress);

// Makes what takes the content of a file, once its head was read.
using BeginImport =
    std::function<absl::StatusOr<std::unique_ptr<InventoryImport>>(const StoredHead& head)>;
// One that keeps nothing, for a check.
absl::StatusOr<std::unique_ptr<InventoryImport>> KeepNothing(const StoredHead& head);

// Reads a file in pieces of any size. Everything is checked before it is handed on, and the whole before the
// import is finished: checksums, order, the chain from its start to the head, each record against the digest
// that the chain has of it, the counts at the end. Not thread-safe.
class ExportReader {
 public:
  explicit ExportReader(BeginImport begin);
  ExportReader(const ExportReader&) = delete;
  ExportReader& operator=(const ExportReader&) = delete;
  ~ExportReader() = default;

  // INVALID_ARGUMENT for what is no exported file; ExportTooNew; BackupDamaged, naming byte and place;
  // errors of the import. After one, each call answers with it.
  absl::Status Add(std::string_view bytes);
  // After the last byte: BackupDamaged for a file that was cut, else the import is finished.
  absl::StatusOr<ExportSummary> Finish();
  // Revisions that were read; of how many: 0 before the head was.
  uint64_t done() const { return revision_; }
  uint64_t total() const { return head_ ? head_->head.revision : 0; }

 private:
  absl::Status OnPart(PartKind kind, std::string_view payload, uint64_t byte);
  absl::Status OnHead(std::string_view payload);
  absl::Status CheckHead() const;
  absl::Status OnEntry(std::string_view payload);
  absl::Status CheckEntry(const ChangelogEntry& entry) const;
  absl::Status OnVersion(std::string_view payload);
  absl::Status CheckVersion(const model::RecordRef& ref, bool deleted, const std::string& digest,
                            std::string_view value);
  absl::Status OnRequest(std::string_view payload);
  absl::Status OnEnd(std::string_view payload);
  absl::Status CheckWhole() const;
  // At the byte of the part that is being read.
  absl::Status Damaged(std::string_view what) const;
  absl::Status DamagedBy(const absl::Status& status) const;

  const BeginImport begin_;
  PartReader parts_;
  absl::Status failed_;
  std::unique_ptr<InventoryImport> import_;
  // Of the part that is being read.
  uint64_t byte_ = 0;
  std::optional<StoredHead> head_;
  // Of the newest entry read; its changes whose versions were not read yet begin at next_change_.
  std::string hash_;
  uint64_t revision_ = 0;
  uint64_t oldest_ = 1;
  ChangelogEntry entry_;
  size_t next_change_ = 0;
  // Forgotten versions that nothing took the place of yet, up to the oldest revision.
  std::map<model::RecordRef, uint64_t> forgotten_;
  ErasureLedger ledger_;
  std::string last_request_;
  ExportSummary summary_;
};

}  // namespace onward::storage
