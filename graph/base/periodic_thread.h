// Something that is done now and then, until its owner ends.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <thread>

#include "graph/base/mutex.h"

namespace onward {

// A thread that takes a turn, waits, and takes the next. An owner that declares it last is whole while turns are taken.
class PeriodicThread {
 public:
  // `stopping` turns true when the end is wanted: a long turn looks at it.
  using Turn = std::function<void(std::atomic<bool>& stopping)>;
  enum class First : uint8_t { kAtOnce, kAfterInterval };

  // From the end of one turn to the next: `every`.
  PeriodicThread(std::chrono::milliseconds every, First first, Turn turn);
  // Waits for the turn that goes on, if one does.
  ~PeriodicThread();
  PeriodicThread(const PeriodicThread&) = delete;
  PeriodicThread& operator=(const PeriodicThread&) = delete;

 private:
  void Run(First first);
  void Wait() ONWARD_EXCLUDES(mutex_);

  const std::chrono::milliseconds every_;
  const Turn turn_;
  std::atomic<bool> stopping_{false};
  Mutex mutex_;
  std::condition_variable stop_;
  std::thread thread_;
};

}  // namespace onward
