// What every command stands on: the store, the clock, the law, and each inventory in memory. Snapshots
// are loaded at start and kept current on each write.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/base/clock.h"
#include "graph/law/register.h"
#include "graph/model/validate.h"
#include "services/commands/context.h"
#include "services/commands/inventory_runtime.h"
#include "storage/store.h"

namespace onward::commands {

// Limits; each is an option of the server (services/options.h).
struct EngineOptions {
  size_t mutations_max = 10'000;
  size_t batch_checks_max = 1'000;
  size_t inventories_max = 10'000;
  // Older snapshots kept per inventory.
  size_t past_snapshots_max = 4;
  // Sets of verdicts kept per inventory.
  size_t judged_dates_max = 8;
  // Calls that may wait for a revision at the same time; further ones are NOT_FRESH_ENOUGH at once.
  size_t waiters_max = 4;
};

// The inventory that exists from the start.
inline constexpr const char* kDefaultInventory = "default";

// A snapshot to answer from, and the inventory that it belongs to.
struct Reading {
  std::shared_ptr<InventoryRuntime> inventory;
  SnapshotPtr snapshot;

  uint64_t revision() const { return snapshot->revision(); }
};

// Which day, and what of the law was known.
struct When {
  Date as_of;
  Date law_known_at = Date::Max();
};

// What an answer was computed from.
struct Basis {
  InventoryIdentity inventory;
  uint64_t revision = 0;
  // Where the question has one.
  std::optional<When> when;
};

inline Basis BasisOf(const Reading& reading, std::optional<When> when = std::nullopt) {
  return {reading.inventory->identity(), reading.revision(), when};
}

// What an engine works on. Store and clock must outlive it.
struct EngineDeps {
  storage::Store* store = nullptr;
  const Clock* clock = nullptr;
  law::RegisterPtr law;
  // The words of `law` that records may use.
  model::Vocabulary vocabulary;
};

// Thread-safe.
class Engine {
 public:
  using Progress = std::function<void(size_t done, size_t total)>;

  // Loads every inventory; creates `default` where the store holds none. Errors of the store are
  // passed on.
  static absl::StatusOr<std::unique_ptr<Engine>> Open(EngineDeps deps, const EngineOptions& options,
                                                      const Progress& progress = {});

  // INVENTORY_NOT_FOUND.
  absl::StatusOr<std::shared_ptr<InventoryRuntime>> Find(const std::string& inventory) const
      ONWARD_EXCLUDES(inventories_mutex_);
  // The snapshot that `freshness` asks for. INVENTORY_NOT_FOUND, NOT_FRESH_ENOUGH, REVISION_IN_FUTURE.
  absl::StatusOr<Reading> Read(const std::string& inventory, const Freshness& freshness,
                               const CallContext& call);
  // The snapshot of one revision, from memory or rebuilt from the store.
  absl::StatusOr<SnapshotPtr> At(InventoryRuntime& inventory, uint64_t revision,
                                 const CallContext& call);
  // The verdicts of all flows: kept for the dates that are asked about most.
  absl::StatusOr<query::JudgementsPtr> Judge(const Reading& reading, const When& when,
                                             const CallContext& call);
  // The same if they are at hand, or null; never waits.
  query::JudgementsPtr JudgedAtHand(const Reading& reading, const When& when) const;

  // Adds an inventory that was created in the store.
  void Add(const storage::InventoryHead& head) ONWARD_EXCLUDES(inventories_mutex_);
  // The first inventories in order of id.
  std::vector<std::shared_ptr<InventoryRuntime>> Runtimes(size_t max) const
      ONWARD_EXCLUDES(inventories_mutex_);
  // How many inventories there are.
  size_t inventories() const ONWARD_EXCLUDES(inventories_mutex_);
  // Reads the newest state from the store again, after a commit whose outcome is unknown. Under the
  // inventory's write_mutex.
  absl::Status Reload(InventoryRuntime& inventory);

  storage::Store& store() const { return *deps_.store; }
  const Clock& clock() const { return *deps_.clock; }
  const law::RegisterPtr& law() const { return deps_.law; }
  const model::Vocabulary& vocabulary() const { return deps_.vocabulary; }
  const EngineOptions& options() const { return options_; }
  storage::Time started_at() const { return started_at_; }
  // Now, as the store keeps it.
  storage::Time Now() const;

 private:
  Engine(EngineDeps deps, const EngineOptions& options);

  absl::Status Load(const Progress& progress);
  absl::StatusOr<SnapshotPtr> Rebuild(const std::string& inventory, uint64_t revision,
                                      const CallContext& call) const;
  absl::StatusOr<SnapshotPtr> Select(InventoryRuntime& inventory, const Freshness& freshness,
                                     const CallContext& call);
  absl::StatusOr<SnapshotPtr> Wait(InventoryRuntime& inventory, uint64_t revision,
                                   const CallContext& call);
  std::shared_ptr<InventoryRuntime> MakeRuntime(const storage::InventoryHead& head,
                                                SnapshotPtr snapshot) const;

  const EngineDeps deps_;
  const EngineOptions options_;
  const storage::Time started_at_;
  std::atomic<size_t> waiters_{0};

  mutable Mutex inventories_mutex_;
  std::map<std::string, std::shared_ptr<InventoryRuntime>, std::less<>> inventories_
      ONWARD_GUARDED_BY(inventories_mutex_);
};

}  // namespace onward::commands
