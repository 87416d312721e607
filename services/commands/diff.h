// Diff: what is not the same at two revisions, in records and, on a date, in verdicts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/query/changes.h"
#include "services/commands/engine.h"
#include "services/commands/page.h"

namespace onward::commands {

struct DiffRequest {
  std::string inventory;
  // 0: the empty inventory. It may be later than `to`.
  uint64_t from = 0;
  // Absent: the head.
  std::optional<uint64_t> to;
  // Absent: records of every kind.
  std::optional<model::RecordKind> kind;
  // Compare verdicts too, on this date.
  std::optional<When> verdicts;
  PageRequest page;
};

// A record that is not the same on both sides.
struct RecordDifference {
  model::RecordRef ref;
  // Absent: not there.
  std::optional<storage::StoredRecord> before;
  std::optional<storage::StoredRecord> after;
};

struct DiffResult {
  // Of `to`; with the date where verdicts were compared.
  Basis basis;
  // The page, in order of kind and id.
  std::vector<RecordDifference> records;
  // Of all pages.
  uint64_t added = 0;
  uint64_t changed = 0;
  uint64_t removed = 0;
  // On the first page only: the first 10,000 in order of flow and destination, and how many there are. All
  // judged by the law in effect, so that only records make a difference.
  std::vector<query::VerdictChange> verdict_changes;
  uint64_t verdict_change_count = 0;
  std::optional<PagePosition> next;
};

// INVENTORY_NOT_FOUND, REVISION_IN_FUTURE, REVISION_COMPACTED, INVALID_REQUEST for a page of something else.
absl::StatusOr<DiffResult> Diff(Engine& engine, const DiffRequest& request,
                                const CallContext& call);

}  // namespace onward::commands
