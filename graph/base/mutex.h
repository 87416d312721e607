// std::mutex with clang's thread-safety annotations, so that what a lock guards is checked at compile time
// (clang only; other compilers see plain std::mutex).
#pragma once

#include <mutex>
#include <shared_mutex>

#if defined(__clang__)
#define ONWARD_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define ONWARD_THREAD_ANNOTATION(x)
#endif
#define ONWARD_GUARDED_BY(x) ONWARD_THREAD_ANNOTATION(guarded_by(x))
#define ONWARD_REQUIRES(...) ONWARD_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))
#define ONWARD_EXCLUDES(...) ONWARD_THREAD_ANNOTATION(locks_excluded(__VA_ARGS__))

namespace onward {

// A mutual-exclusion lock.
class ONWARD_THREAD_ANNOTATION(capability("mutex")) Mutex {
 public:
  void Lock() ONWARD_THREAD_ANNOTATION(acquire_capability()) { mutex_.lock(); }
  void Unlock() ONWARD_THREAD_ANNOTATION(release_capability()) { mutex_.unlock(); }
  // For std::condition_variable only.
  std::mutex& native() { return mutex_; }

 private:
  std::mutex mutex_;
};

// Holds a Mutex for a scope.
class ONWARD_THREAD_ANNOTATION(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) ONWARD_THREAD_ANNOTATION(acquire_capability(mutex))
      : mutex_(mutex) {
    mutex_.Lock();
  }
  ~MutexLock() ONWARD_THREAD_ANNOTATION(release_capability()) { mutex_.Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

}  // namespace onward
