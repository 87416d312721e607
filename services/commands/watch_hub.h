// The open watches of an engine, and the threads that tell them.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "services/commands/watch.h"
#include "services/commands/watch_lane.h"

namespace onward::commands {

// Thread-safe. One thread tells records, another those who ask for verdicts or findings too, so that records
// never wait for verdicts. One hub an engine, which must outlive it; it must outlive every call of a Watch.
class WatchHub {
 public:
  explicit WatchHub(Engine& engine);
  ~WatchHub();
  WatchHub(const WatchHub&) = delete;
  WatchHub& operator=(const WatchHub&) = delete;

  // A watch that tells a mark first, for the revision before the first that it tells. `wake` is called from
  // any thread whenever Take has something new, also before this returns. INVENTORY_NOT_FOUND,
  // REVISION_IN_FUTURE for a first revision later than the one after the head, LIMIT_EXCEEDED (watches_max),
  // UNAVAILABLE once Stop was called, errors of Engine::FindLaw. A revision that can no longer be told ends
  // the watch with REVISION_COMPACTED.
  absl::StatusOr<WatchPtr> Open(const WatchRequest& request, std::function<void()> wake);
  // Looks at the clock now, and not only with the next change or within half a second.
  void Poke();
  // Ends all watches with UNAVAILABLE, each after what waits for it and a mark; there will be no further one.
  void Stop() ONWARD_EXCLUDES(mutex_);

  size_t size() const { return open_.load(); }

 private:
  absl::StatusOr<std::shared_ptr<void>> Slot(const std::shared_ptr<InventoryRuntime>& inventory);
  absl::StatusOr<WatchCursor> CursorOf(const WatchRequest& request);
  absl::Status Register(const WatchPtr& watch) ONWARD_EXCLUDES(mutex_);

  Engine& engine_;
  std::atomic<size_t> open_{0};
  Mutex mutex_;
  bool stopped_ ONWARD_GUARDED_BY(mutex_) = false;
  // Those that were let go are forgotten now and then.
  std::vector<std::weak_ptr<Watch>> watches_ ONWARD_GUARDED_BY(mutex_);
  // Last, so that they end first.
  WatchLane plain_;
  WatchLane judged_;
};

}  // namespace onward::commands
