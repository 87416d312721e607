// An inventory in memory, and what is read of it as a whole.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/audit_source.h"
#include "storage/changelog.h"
#include "storage/checks.h"
#include "storage/erasure.h"
#include "storage/import.h"
#include "storage/store.h"

namespace onward::storage {

using RecordPtr = std::shared_ptr<const model::Record>;

// A record from a revision on; null: deleted.
struct Version {
  uint64_t revision = 0;
  RecordPtr record;
};
// Oldest first.
using Versions = std::vector<Version>;

struct MemoryInventory {
  InventoryHead head;
  std::map<model::RecordRef, Versions> records;
  // Hash of the chain's start, and of what it is made: the store and the id of an inventory.
  std::string start;
  std::string origin_incarnation;
  std::string origin_inventory;
  // Entry of revision n at n - 1.
  std::vector<ChangelogEntry> changelog;
  std::map<std::string, RequestResult> requests;
};

// The version that is valid at a revision; null if there is none.
const Version* VersionAt(const Versions& versions, uint64_t revision);

// The next entry. `oldest`: of a compaction, else 0.
ChangelogEntry EntryOf(const MemoryInventory& in, const std::vector<EncodedWrite>& writes,
                       const CommitMeta& meta, uint64_t oldest,
                       std::optional<Erasure> erasure = std::nullopt);

absl::StatusOr<ErasurePlan> PlanErasureOf(const MemoryInventory& in, const ErasureOrder& order);
// Carries a plan out that has contacts, as the next revision.
absl::Status EraseFrom(MemoryInventory& in, const ErasurePlan& plan, const CommitMeta& meta);

// Of a copy.
std::unique_ptr<AuditSource> AuditMemory(MemoryInventory inventory);

// Collects an inventory and hands it over at the end.
std::unique_ptr<InventoryImport> ImportToMemory(
    const StoredHead& head, std::function<absl::Status(MemoryInventory)> finish);

}  // namespace onward::storage
