// A few threads for work that takes too long for the transport's own, shared fairly by inventories.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "graph/base/mutex.h"
#include "services/commands/fair_queue.h"

namespace onward::commands {

struct WorkerPoolOptions {
  size_t threads = 1;
  // Work that waits: of all inventories, and of one.
  size_t queue_max = 1'024;
  size_t inventory_queue_max = 1'024;
  // Threads that work for one inventory at a time, those that one question takes included (WorkThreads::Share); asked each time, under
  // the pool's mutex. Empty: all of them.
  std::function<size_t()> inventory_threads_max = {};
};

// Thread-safe. The destructor runs what waits and joins.
class WorkerPool {
 public:
  explicit WorkerPool(WorkerPoolOptions options);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // For an inventory, or for none (""), which is not held to the limits of one thread count. kFull, kKeyFull: `work` will not run.
  FairQueue::Pushed Submit(const std::string& inventory, FairQueue::Work work)
      ONWARD_EXCLUDES(mutex_);
  const WorkerPoolOptions& options() const { return options_; }
  size_t threads() const { return threads_.size(); }
  // Those that work now.
  size_t busy() const { return busy_.load(); }
  // What waits.
  size_t queued() const ONWARD_EXCLUDES(mutex_);

 private:
  void Run() ONWARD_EXCLUDES(mutex_);
  // A turn, and how many threads it may take.
  struct Next {
    FairQueue::Turn turn;
    size_t threads = 0;
  };
  // nullopt: the end. `done` is told first.
  std::optional<Next> Wait(const std::optional<std::string>& done) ONWARD_EXCLUDES(mutex_);
  size_t ThreadsMax() const;

  const WorkerPoolOptions options_;
  std::atomic<size_t> busy_{0};
  mutable Mutex mutex_;
  std::condition_variable ready_;
  FairQueue queue_ ONWARD_GUARDED_BY(mutex_);
  bool stopping_ ONWARD_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace onward::commands
