// Which inventories are in memory. With a budget, those that were not asked about for longest leave it, and come back from the store
// with the next question.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/base/mutex.h"
#include "services/commands/inventory_runtime.h"
#include "services/commands/quota.h"

namespace onward::commands {

using RuntimePtr = std::shared_ptr<InventoryRuntime>;

// Thread-safe. One that somebody holds (a question, a write, a watch, a fold) is in use and stays, whatever the budget: then more is in
// memory than it allows. So there is one object for an inventory at any time.
class Residents {
 public:
  using Loader = std::function<absl::StatusOr<RuntimePtr>(const std::string& inventory)>;

  // Counts of the newest state that was in memory.
  struct Counts {
    uint64_t parties = 0;
    uint64_t flows = 0;
    uint64_t agreements = 0;
    uint64_t activities = 0;
  };
  struct Numbers {
    size_t inventories = 0;
    size_t loaded = 0;
    // Of those that are loaded: states and verdicts, as far as they are counted.
    uint64_t bytes = 0;
    // So often one left memory, and came back.
    uint64_t drops = 0;
    uint64_t reloads = 0;
  };

  // `budget_bytes` 0: all stay.
  Residents(uint64_t budget_bytes, const QuotaLimits& quota)
      : budget_bytes_(budget_bytes), quota_(quota) {}

  // The inventory, by `load` where it is not in memory: once, however many ask. An empty `load`: null where it is not in memory.
  // INVENTORY_NOT_FOUND, and errors of `load`.
  absl::StatusOr<RuntimePtr> Find(const std::string& inventory, const Loader& load)
      ONWARD_EXCLUDES(mutex_);
  // Null: not in memory, or not known. Does not count as asked about.
  RuntimePtr Peek(const std::string& inventory) const ONWARD_EXCLUDES(mutex_);
  // Known from now on; not where it is already.
  void Add(RuntimePtr runtime) ONWARD_EXCLUDES(mutex_);
  // In order.
  std::vector<std::string> Ids() const ONWARD_EXCLUDES(mutex_);
  size_t size() const ONWARD_EXCLUDES(mutex_);
  // Of a known inventory; null: of none.
  std::shared_ptr<Quota> QuotaOf(const std::string& inventory) const ONWARD_EXCLUDES(mutex_);
  Counts CountsOf(const std::string& inventory) const ONWARD_EXCLUDES(mutex_);
  // Lets go what is idle until the budget is kept.
  void Trim() ONWARD_EXCLUDES(mutex_);
  Numbers numbers() const ONWARD_EXCLUDES(mutex_);
  uint64_t budget_bytes() const { return budget_bytes_; }

 private:
  // All but `loading` and what `quota` points at: guarded by mutex_.
  struct Entry {
    explicit Entry(const QuotaLimits& limits) : quota(std::make_shared<Quota>(limits)) {}

    // Before mutex_. Held while the inventory is read.
    Mutex loading;
    const std::shared_ptr<Quota> quota;
    // Null: not in memory.
    RuntimePtr runtime;
    uint64_t used = 0;
    // When it left memory.
    Counts counts;
  };

  // Whether it is time to look what may leave.
  bool Put(Entry& entry, RuntimePtr runtime) ONWARD_REQUIRES(mutex_);
  std::vector<Entry*> Idle() ONWARD_REQUIRES(mutex_);
  uint64_t Bytes() const ONWARD_REQUIRES(mutex_);

  const uint64_t budget_bytes_;
  const QuotaLimits quota_;
  mutable Mutex mutex_;
  std::map<std::string, std::shared_ptr<Entry>, std::less<>> entries_ ONWARD_GUARDED_BY(mutex_);
  uint64_t uses_ ONWARD_GUARDED_BY(mutex_) = 0;
  // As Trim counted them last, and what came since.
  uint64_t bytes_ ONWARD_GUARDED_BY(mutex_) = 0;
  uint64_t drops_ ONWARD_GUARDED_BY(mutex_) = 0;
  uint64_t reloads_ ONWARD_GUARDED_BY(mutex_) = 0;
};

}  // namespace onward::commands
