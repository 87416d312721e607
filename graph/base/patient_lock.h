// A lock for work that takes long and that others wait for, each only as long as his own caller does.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>

#include "graph/base/mutex.h"

namespace onward {

// Who waits looks this often whether he still has to.
inline constexpr std::chrono::milliseconds kPatienceLook(5);

// The mutex of such work.
class ONWARD_THREAD_ANNOTATION(capability("mutex")) PatientMutex {
 public:
  std::timed_mutex& native() { return mutex_; }
  // Where a lock was just seen to be held, which no compiler can know: from here on what it guards may be used.
  void AssertHeld() const ONWARD_THREAD_ANNOTATION(assert_capability(this)) {}

 private:
  std::timed_mutex mutex_;
};

// Holds a mutex for a scope, unless its caller went while it waited.
class PatientLock {
 public:
  // `stop` empty: waits to the end. Asked only while somebody else holds the mutex.
  PatientLock(PatientMutex& mutex, const std::function<bool()>& stop)
      : lock_(mutex.native(), std::defer_lock) {
    // system_clock: ThreadSanitizer of GCC 12 does not know the wait on a steady clock.
    while (!lock_.try_lock_until(std::chrono::system_clock::now() + kPatienceLook)) {
      if (stop && stop()) {
        return;
      }
    }
  }
  // Holds it only if nobody else does: waits for nobody.
  PatientLock(PatientMutex& mutex, std::try_to_lock_t now) : lock_(mutex.native(), now) {}
  PatientLock(const PatientLock&) = delete;
  PatientLock& operator=(const PatientLock&) = delete;
  ~PatientLock() = default;

  // False: it was told to stop, or not to wait.
  bool held() const { return lock_.owns_lock(); }

 private:
  std::unique_lock<std::timed_mutex> lock_;
};

}  // namespace onward
