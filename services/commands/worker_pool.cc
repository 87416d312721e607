#include "services/commands/worker_pool.h"

#include <algorithm>
#include <utility>

#include "graph/base/parallel.h"

namespace onward::commands {

WorkerPool::WorkerPool(WorkerPoolOptions options)
    : options_(std::move(options)), queue_(options_.queue_max, options_.inventory_queue_max) {
  threads_.reserve(options_.threads);
  for (size_t i = 0; i < options_.threads; ++i) {
    threads_.emplace_back([this] { Run(); });
  }
}

WorkerPool::~WorkerPool() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  ready_.notify_all();
  for (std::thread& thread : threads_) {
    thread.join();
  }
}

FairQueue::Pushed WorkerPool::Submit(const std::string& inventory, FairQueue::Work work) {
  {
    const MutexLock lock(mutex_);
    const FairQueue::Pushed pushed =
        stopping_ ? FairQueue::Pushed::kFull : queue_.Push(inventory, std::move(work));
    if (pushed != FairQueue::Pushed::kYes) {
      return pushed;
    }
  }
  ready_.notify_one();
  return FairQueue::Pushed::kYes;
}

size_t WorkerPool::queued() const {
  const MutexLock lock(mutex_);
  return queue_.waiting();
}

size_t WorkerPool::ThreadsMax() const {
  return options_.inventory_threads_max ? options_.inventory_threads_max() : options_.threads;
}

std::optional<WorkerPool::Next> WorkerPool::Wait(const std::optional<std::string>& done) {
  const MutexLock lock(mutex_);
  if (done) {
    queue_.Done(*done);
  }
  while (true) {
    const size_t most = ThreadsMax();
    if (auto turn = queue_.Pop(most)) {
      const size_t threads = turn->key.empty() ? 0 : std::max<size_t>(1, most / turn->running);
      return Next{*std::move(turn), threads};
    }
    // What waits behind a limit goes to the thread that keeps it there.
    if (stopping_) {
      return std::nullopt;
    }
    std::unique_lock<std::mutex> lock_again(mutex_.native(), std::adopt_lock);
    ready_.wait(lock_again);
    lock_again.release();
  }
}

void WorkerPool::Run() {
  std::optional<std::string> done;
  while (std::optional<Next> next = Wait(done)) {
    const WorkThreads::Share share(next->threads);
    ++busy_;
    next->turn.work();
    --busy_;
    done = std::move(next->turn.key);
  }
}

}  // namespace onward::commands
