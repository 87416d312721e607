// Which inventories are in memory. With a budget, those that were not asked about for longest leave it, and come back from the store
// with the next question.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/base/mutex.h"
#include "services/commands/context.h"
#include "services/commands/inventory_runtime.h"
#include "services/commands/quota.h"

namespace onward::commands {

using RuntimePtr = std::shared_ptr<InventoryRuntime>;

// Thread-safe. One that somebody holds (a question, a write, a watch, a fold) is in use and stays, whatever the budget: then more is in
// memory than it allows. So there is one object for an inventory at any time.
class Residents {
 public:
  // Reads an inventory; may end, with any error, once `stop` says so.
  using Loader = std::function<absl::StatusOr<RuntimePtr>(const std::string& inventory,
                                                          const std::function<bool()>& stop)>;

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
  Residents(const Residents&) = delete;
  Residents& operator=(const Residents&) = delete;
  // Ends what is being read.
  ~Residents();

  // The inventory, by `load` where it is not in memory: once, however many ask, and on a thread of its own, so that each waits only
  // as long as his own call; once nobody waits, `load` is stopped, and what it brings all the same is kept. What `load` refers to must
  // outlive this. An empty `load`: null where it is not in memory. INVENTORY_NOT_FOUND, and errors of `load` and of the call.
  absl::StatusOr<RuntimePtr> Find(const std::string& inventory, const Loader& load,
                                  const CallContext& call) ONWARD_EXCLUDES(mutex_);
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
  // One reading of an inventory. Guarded by mutex_, but for what is only read once `done`.
  struct Loading {
    // Who wait for it.
    size_t waiters = 0;
    // It was told to stop: whoever comes now begins another.
    bool given_up = false;
    bool done = false;
    absl::StatusOr<RuntimePtr> result;
    std::exception_ptr thrown;
    // Processor time that it took.
    std::chrono::microseconds time{0};
  };
  using LoadingPtr = std::shared_ptr<Loading>;
  // All but what `quota` points at: guarded by mutex_.
  struct Entry {
    explicit Entry(const QuotaLimits& limits) : quota(std::make_shared<Quota>(limits)) {}

    const std::shared_ptr<Quota> quota;
    // Null: nobody reads it at present.
    LoadingPtr loading;
    // Null: not in memory.
    RuntimePtr runtime;
    uint64_t used = 0;
    // When it left memory.
    Counts counts;
  };

  void Begin(const std::string& inventory, const std::shared_ptr<Entry>& entry, const Loader& load)
      ONWARD_REQUIRES(mutex_);
  // On its thread.
  void Run(const std::string& inventory, Entry& entry, const LoadingPtr& loading,
           const Loader& load) ONWARD_EXCLUDES(mutex_);
  // Whether nobody waits for it any more.
  bool GivesUp(Loading& loading) ONWARD_EXCLUDES(mutex_);
  absl::Status Await(const LoadingPtr& loading, const CallContext& call) ONWARD_EXCLUDES(mutex_);
  // Whether it is time to look what may leave.
  bool Put(Entry& entry, RuntimePtr runtime) ONWARD_REQUIRES(mutex_);
  std::vector<Entry*> Idle() ONWARD_REQUIRES(mutex_);
  uint64_t Bytes() const ONWARD_REQUIRES(mutex_);

  const uint64_t budget_bytes_;
  const QuotaLimits quota_;
  mutable Mutex mutex_;
  // With mutex_: a reading is done, or its thread has ended.
  std::condition_variable loaded_;
  size_t loads_ ONWARD_GUARDED_BY(mutex_) = 0;
  bool closing_ ONWARD_GUARDED_BY(mutex_) = false;
  std::map<std::string, std::shared_ptr<Entry>, std::less<>> entries_ ONWARD_GUARDED_BY(mutex_);
  uint64_t uses_ ONWARD_GUARDED_BY(mutex_) = 0;
  // As Trim counted them last, and what came since.
  uint64_t bytes_ ONWARD_GUARDED_BY(mutex_) = 0;
  uint64_t drops_ ONWARD_GUARDED_BY(mutex_) = 0;
  uint64_t reloads_ ONWARD_GUARDED_BY(mutex_) = 0;
};

}  // namespace onward::commands
