// Tells that something was published: a write, a law register.
#pragma once

#include <functional>
#include <utility>

#include "graph/base/mutex.h"

namespace onward::commands {

// Thread-safe.
class ChangeSignal {
 public:
  // Who is told from now on; empty: nobody. Returns once no call of the one before is under way.
  void Listen(std::function<void()> listener) ONWARD_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    listener_ = std::move(listener);
  }
  // Calls the listener, which must be quick and must not write: locks of the writer are held.
  void Notify() ONWARD_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    if (listener_) {
      listener_();
    }
  }

 private:
  Mutex mutex_;
  std::function<void()> listener_ ONWARD_GUARDED_BY(mutex_);
};

}  // namespace onward::commands
