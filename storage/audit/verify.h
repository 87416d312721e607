// Reading a chain from its start and naming the first thing that is wrong with it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "graph/model/record.h"
#include "storage/audit_source.h"

namespace onward::audit {

enum class ProblemKind {
  // The entry cannot be read, or its hash is not that of its content.
  kEntryChanged,
  kEntryMissing,
  // It does not hold the hash of the one before.
  kNotLinked,
  // The inventory's head is not the last entry.
  kHeadDiffers,
  // A record is not what its entry says, is missing, or is there without an entry.
  kRecordDiffers
};

struct Problem {
  ProblemKind kind = ProblemKind::kEntryChanged;
  // First revision of which the entry, or a record, is bad.
  uint64_t revision = 0;
  std::optional<model::RecordRef> record;
  std::string text;
};

struct Verification {
  // Entries that were read: all of them, or those before the first bad one.
  uint64_t entries = 0;
  // Versions of records that were compared with their entries, and those that compaction forgot.
  uint64_t versions = 0;
  uint64_t versions_compacted = 0;
  // Of those compared, the ones that lack contacts which an erasure took away.
  uint64_t versions_erased = 0;
  // Root of the tree over the entries read.
  std::string root;
  // Hash of the last one.
  std::string chain_hash;
  // Root over the first VerifyOptions::tree_size; empty where there are fewer.
  std::string root_at_size;
  std::optional<Problem> problem;
};

struct VerifyOptions {
  uint64_t tree_size = 0;
  // Asked now and then; an error ends the work with it. May be empty.
  std::function<absl::Status()> check;
};

// Damage is part of the answer; errors are those of reading.
absl::StatusOr<Verification> Verify(const storage::AuditSource& source,
                                    const VerifyOptions& options);

}  // namespace onward::audit
