// What every command stands on: the store, the clock, the law, and each inventory in memory. Snapshots
// are loaded at start and kept current on each write.
//
// The law register in effect is the one that was put last into the store; the built-in one where none
// ever was. A program that brings a newer built-in register does not put it: law changes by a put that
// somebody answers for.
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
#include "graph/base/patient_lock.h"
#include "graph/law/register.h"
#include "services/commands/context.h"
#include "services/commands/inventory_runtime.h"
#include "services/commands/law_gate.h"
#include "services/commands/law_version.h"
#include "services/commands/page.h"
#include "services/commands/residents.h"
#include "services/commands/what_if.h"
#include "storage/store.h"

namespace onward::commands {

// Limits; each is an option of the server (services/options.h).
struct EngineOptions {
  size_t mutations_max = 10'000;
  size_t batch_checks_max = 1'000;
  size_t inventories_max = 10'000;
  // Changes of verdicts that one question about them may find.
  size_t timeline_changes_max = 1'000'000;
  // Older snapshots kept per inventory.
  size_t past_snapshots_max = 4;
  // Changed records that a snapshot carries along before it is folded; a 64th of all where that is more.
  size_t fold_records_min = 1'024;
  // Sets of verdicts kept per inventory.
  size_t judged_dates_max = 8;
  // Calls that may wait for a revision at the same time; further ones are NOT_FRESH_ENOUGH at once.
  size_t waiters_max = 4;
  // Open watches, of all inventories.
  size_t watches_max = 4'096;
  // Of one inventory: records of all kinds, flows among them, watches, and what a second allows.
  size_t inventory_records_max = 20'000'000;
  size_t inventory_flows_max = 10'000'000;
  size_t inventory_watches_max = 1'024;
  QuotaLimits inventory_quota = {};
  // Of the inventories in memory together; 0: all stay there.
  uint64_t memory_budget_bytes = 0;
  // Records, changes of verdicts and findings that may wait for one watcher that has caught up.
  size_t watch_items_max = 100'000;
};

// The inventory that exists from the start.
inline constexpr const char* kDefaultInventory = "default";

// What an answer is made from, from start to end: a snapshot, the inventory that it belongs to, and the
// law. Of a hypothetical one, all three are assumed: they bear identity, revision and version of what was
// stored.
struct Reading {
  std::shared_ptr<InventoryRuntime> inventory;
  SnapshotPtr snapshot;
  LawPtr law;
  bool hypothetical = false;

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
  LawPtr law;
  // Where the question has one.
  std::optional<When> when;
  // Records or law are assumed.
  bool hypothetical = false;
};

inline Basis BasisOf(const Reading& reading, std::optional<When> when = std::nullopt) {
  return {reading.inventory->identity(), reading.revision(), reading.law, when,
          reading.hypothetical};
}

// Where the page after this one starts, on the same snapshot and law.
inline PagePosition NextPage(const Reading& reading, std::string after) {
  return {reading.revision(), std::move(after), reading.law->version()};
}

// What an engine works on. Store and clock must outlive it.
struct EngineDeps {
  storage::Store* store = nullptr;
  const Clock* clock = nullptr;
  // In effect where the store holds no register.
  LawPtr built_in_law;
  LawLoader load_law;
  // Null: one of its own, so that tokens end with it.
  TokenKeyPtr token_key = {};
};

// Thread-safe.
class Engine {
 public:
  using Progress = std::function<void(size_t done, size_t total)>;

  // Loads the law and every inventory; creates `default` where the store holds none. Errors of the
  // store, and of EngineDeps::load_law on the register that was put last, are passed on.
  static absl::StatusOr<std::unique_ptr<Engine>> Open(EngineDeps deps, const EngineOptions& options,
                                                      const Progress& progress = {});

  // The inventory, read from the store where it is not in memory, unless the call holds it. INVENTORY_NOT_FOUND, and errors of the
  // store and of the call.
  absl::StatusOr<RuntimePtr> Find(const std::string& inventory,
                                  const CallContext& call = CallContext());
  // Those in memory, and those that are not.
  Residents& residents() { return residents_; }
  const Residents& residents() const { return residents_; }
  // What `freshness` asks for, what it assumes included. INVENTORY_NOT_FOUND, NOT_FRESH_ENOUGH,
  // REVISION_IN_FUTURE, REVISION_COMPACTED, and the errors of Imagine.
  absl::StatusOr<Reading> Read(const std::string& inventory, const Freshness& freshness,
                               const CallContext& call);
  // The same for a page: a further one goes on with the revision and the law of the first.
  absl::StatusOr<Reading> Read(const std::string& inventory, const PageRequest& page,
                               const Freshness& freshness, const CallContext& call);
  // `stored` with what is assumed on top of it, the last few of them kept. Null: `stored` itself. Errors are
  // those that an Apply of the mutations has, and INVALID_REQUEST for a change of law that cannot be;
  // fields begin with what_if.
  absl::StatusOr<Reading> Imagine(const Reading& stored, const WhatIfPtr& what_if,
                                  const CallContext& call) ONWARD_EXCLUDES(what_if_mutex_);
  // The snapshot of one revision, from memory or rebuilt from the store. REVISION_IN_FUTURE,
  // REVISION_COMPACTED.
  absl::StatusOr<SnapshotPtr> At(InventoryRuntime& inventory, uint64_t revision,
                                 const CallContext& call);
  // The verdicts of all flows: kept for the dates that are asked about most.
  absl::StatusOr<query::JudgementsPtr> Judge(const Reading& reading, const When& when,
                                             const CallContext& call);
  // The same if they are at hand, or null; never waits.
  query::JudgementsPtr JudgedAtHand(const Reading& reading, const When& when) const;

  // The law in effect.
  LawPtr law() const ONWARD_EXCLUDES(law_mutex_);
  const LawPtr& built_in_law() const { return deps_.built_in_law; }
  // A version: in effect, built in, or put before; where a version that was put is also that of the
  // built-in register, the one that was put. REGISTER_VERSION_NOT_FOUND, and errors of the loader.
  absl::StatusOr<LawPtr> FindLaw(const std::string& version) const ONWARD_EXCLUDES(law_mutex_);
  // Every answer that begins from now on is made from `law`, which the store has kept. Inside a
  // LawGate::Put.
  void SetLaw(LawPtr law) ONWARD_EXCLUDES(law_mutex_);
  LawGate& law_gate() { return law_gate_; }
  // Tells each newer head of an inventory, and each law that takes effect.
  ChangeSignal& changes() { return changes_; }
  // Held by whoever puts a law register. Before the gate.
  Mutex& put_mutex() { return put_mutex_; }

  // Of an inventory of this store; of the store itself, for tokens of lists that belong to none: "".
  InventoryIdentity IdentityOf(const std::string& inventory) const;

  // Has the newest snapshot folded in the background, if it has grown so far that it is time.
  void FoldIfDue(const std::shared_ptr<InventoryRuntime>& inventory);
  // Waits until nothing is being folded or waits for it: for tests and benches.
  void FinishFolds() { folder_.Finish(); }

  // Adds an inventory that was created in the store.
  void Add(const storage::InventoryHead& head);
  // Adds one that was imported into the store, with its newest state.
  absl::Status Load(const storage::InventoryHead& head);
  // How many inventories there are.
  size_t inventories() const { return residents_.size(); }
  // Takes in what the store holds beyond what is known here: inventories, revisions and the law register that
  // was put last. After errors whose outcome was unknown, once the store takes writes again.
  absl::Status TakeIn() ONWARD_EXCLUDES(put_mutex_);
  // Reads the newest state from the store again, after a commit whose outcome is unknown, or one that took
  // something away from older states: nothing of those is kept. Under the inventory's write_mutex.
  absl::Status Reload(InventoryRuntime& inventory) ONWARD_EXCLUDES(what_if_mutex_);

  storage::Store& store() const { return *deps_.store; }
  const Clock& clock() const { return *deps_.clock; }
  const EngineOptions& options() const { return options_; }
  storage::Time started_at() const { return started_at_; }
  // Now, as the store keeps it.
  storage::Time Now() const;

 private:
  static constexpr size_t kPastLawsMax = 4;
  static constexpr size_t kWhatIfsMax = 4;

  // What was assumed on what, and the reading that it gave; absent until it is made.
  struct WhatIfKey {
    std::string inventory;
    uint64_t revision = 0;
    LawPtr law;
    std::string digest;
    friend bool operator==(const WhatIfKey&, const WhatIfKey&) = default;
  };
  struct WhatIfSlot {
    // Held while it is put together.
    PatientMutex mutex;
    std::optional<Reading> reading ONWARD_GUARDED_BY(mutex);
  };

  Engine(EngineDeps deps, const EngineOptions& options);

  absl::Status LoadLaw();
  absl::Status Load(const Progress& progress);
  absl::StatusOr<SnapshotPtr> Rebuild(const std::string& inventory, uint64_t revision,
                                      const CallContext& call) const;
  absl::StatusOr<SnapshotPtr> Select(InventoryRuntime& inventory, const Freshness& freshness,
                                     const CallContext& call);
  absl::StatusOr<Reading> ReadStored(const std::string& inventory, const Freshness& freshness,
                                     const CallContext& call);
  std::shared_ptr<WhatIfSlot> SlotOf(WhatIfKey key) ONWARD_EXCLUDES(what_if_mutex_);
  absl::StatusOr<SnapshotPtr> Wait(InventoryRuntime& inventory, uint64_t revision,
                                   const CallContext& call);
  RuntimePtr MakeRuntime(const std::string& inventory, SnapshotPtr snapshot) const;

  const EngineDeps deps_;
  const EngineOptions options_;
  const storage::Time started_at_;
  std::atomic<size_t> waiters_{0};
  mutable ChangeSignal changes_;

  Mutex put_mutex_;
  LawGate law_gate_;
  mutable Mutex law_mutex_;
  LawPtr law_ ONWARD_GUARDED_BY(law_mutex_);
  // Registers that were in effect, for readers between two pages.
  mutable RecentlyUsed<std::string, LawPtr> past_laws_ ONWARD_GUARDED_BY(law_mutex_){kPastLawsMax};

  Mutex what_if_mutex_;
  RecentlyUsed<WhatIfKey, std::shared_ptr<WhatIfSlot>> what_ifs_ ONWARD_GUARDED_BY(what_if_mutex_){
      kWhatIfsMax};

  Residents residents_;

  // Last, so that it ends first.
  Folder folder_;
};

}  // namespace onward::commands
