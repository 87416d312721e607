// A few threads for work that takes too long for the transport's own.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "graph/base/mutex.h"

namespace onward::rpc {

// Thread-safe. The destructor runs what waits and joins.
class WorkerPool {
 public:
  WorkerPool(size_t threads, size_t queue_max);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False: the queue is full, and `work` will not run.
  bool Submit(std::function<void()> work) ONWARD_EXCLUDES(mutex_);
  size_t queue_max() const { return queue_max_; }
  size_t threads() const { return threads_.size(); }
  // Those that work now.
  size_t busy() const { return busy_.load(); }
  // What waits.
  size_t queued() const ONWARD_EXCLUDES(mutex_);

 private:
  void Run();

  const size_t queue_max_;
  std::atomic<size_t> busy_{0};
  mutable Mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::function<void()>> queue_ ONWARD_GUARDED_BY(mutex_);
  bool stopping_ ONWARD_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace onward::rpc
