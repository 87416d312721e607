// One write of records to an inventory: what its request_id did already, what it would change, its commit
// and its publication. What Apply and Revert have in common.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/query/changes.h"
#include "services/commands/apply_plan.h"
#include "services/commands/engine.h"

namespace onward::commands {

// Who writes, why, and under which id.
struct WriteMeta {
  // Required unless dry_run: 1 to 128 bytes.
  std::string request_id;
  // At most 1,024 and 256 bytes.
  std::string comment;
  std::string author;
  bool dry_run = false;
};

// INVALID_REQUEST for what is missing or too long.
absl::Status CheckWriteMeta(const WriteMeta& meta);
// The lengths of comment and author alone.
absl::Status CheckTexts(const std::string& comment, const std::string& author);

struct WriteOrder {
  WriteMeta meta;
  // Of all that the request asks for: equal exactly where a repeat asks for the same.
  std::string digest;
  // What to write on the newest state, each record once; what it returns lives as long as the order. Called
  // once, under the write mutex.
  std::function<absl::StatusOr<const std::vector<model::Mutation>*>(const Snapshot& head)>
      mutations;
};

// What a write did, or would do.
struct Written {
  // The inventory before and after; of a replay, null.
  SnapshotPtr before;
  SnapshotPtr after;
  ApplyCounts counts;
  // The one that it made; the head where it made none.
  uint64_t revision = 0;
};

// Writes, unless its request_id was used before: then the first result, or REQUEST_ID_REUSED for another
// digest. A write that changes nothing makes no revision; its request_id is kept all the same. Errors: of
// the order's mutations, of PlanApply, of the store.
absl::StatusOr<Written> WriteOnce(Engine& engine, InventoryRuntime& inventory,
                                  const WriteOrder& order, const CallContext& call)
    ONWARD_REQUIRES(inventory.write_mutex());

// What an inventory may hold. LIMIT_EXCEEDED (inventory_records_max, inventory_flows_max).
absl::Status CheckInventorySize(const EngineOptions& options, size_t records, size_t flows);

// The step in verdicts that a dry run shows, in order of flow and destination. Where it asks for the answer
// to a request that was written already, there is none.
absl::StatusOr<std::vector<query::VerdictChange>> ChangesOf(
    Engine& engine, const std::shared_ptr<InventoryRuntime>& inventory, const LawPtr& law,
    const Written& written, const When& when, const CallContext& call);

}  // namespace onward::commands
