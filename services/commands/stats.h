// Stats: the state of the store and numbers per inventory.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/commands/engine.h"

namespace onward::commands {

struct InventoryNumbers {
  std::string id;
  uint64_t head_revision = 0;
  // That can be read.
  uint64_t oldest_revision = 1;
  uint64_t parties = 0;
  uint64_t flows = 0;
  uint64_t agreements = 0;
  uint64_t activities = 0;
  // Of the newest snapshot.
  SnapshotMemory memory;
  // Records that changed since the last fold, and how often snapshots were folded.
  uint64_t unfolded = 0;
  uint64_t folds = 0;
  // Sets of verdicts that are kept, a date each.
  uint64_t kept_verdicts = 0;
  // Watches that are open.
  uint64_t watches = 0;
  // Whether it is in memory; if not, memory, unfolded, folds and kept_verdicts are 0.
  bool loaded = false;
  // Calls that its quota refused.
  uint64_t refused_calls = 0;
};

struct StatsResult {
  std::string law_version;
  Date law_knowledge_cutoff;
  std::string store_backend;
  bool writable = false;
  // Why writes are not accepted; empty: they are.
  std::string sealed_because;
  storage::StoreSpace space;
  storage::Time started_at;
  Residents::Numbers residents;
  // Those that the caller may know of, in order of id, the first 1,000.
  std::vector<InventoryNumbers> inventories;
};

StatsResult Stats(const Engine& engine, const CallContext& call = {});

}  // namespace onward::commands
