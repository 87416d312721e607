// A worker's turn in the hands of another thread, which can give it back while it waits for somebody.
#pragma once

#include <condition_variable>
#include <memory>
#include <string>

#include "graph/base/mutex.h"
#include "services/commands/worker_pool.h"

namespace onward::commands {

// While it is held, one of the pool's threads stands still: its holder works instead, and counts as work for the inventory. For one
// thread at a time. The pool must outlive it.
class WorkerTurn {
 public:
  WorkerTurn(WorkerPool& pool, std::string inventory);
  ~WorkerTurn() { GiveBack(); }
  WorkerTurn(const WorkerTurn&) = delete;
  WorkerTurn& operator=(const WorkerTurn&) = delete;

  // Waits in line. kFull, kKeyFull: it is not held. Nothing where it is.
  FairQueue::Pushed Take();
  void GiveBack();
  // That the work may take, while it was taken last (WorkThreads::Share).
  size_t threads() const { return threads_; }

 private:
  // The pool's thread has a share in it: it may be told late that the turn is over.
  struct Held {
    Mutex mutex;
    std::condition_variable changed;
    bool began ONWARD_GUARDED_BY(mutex) = false;
    bool over ONWARD_GUARDED_BY(mutex) = false;
    size_t threads ONWARD_GUARDED_BY(mutex) = 0;
  };

  WorkerPool& pool_;
  const std::string inventory_;
  // Null: not held.
  std::shared_ptr<Held> held_;
  size_t threads_ = 0;
};

}  // namespace onward::commands
