#include "graph/base/periodic_thread.h"

#include <mutex>
#include <utility>

namespace onward {

PeriodicThread::PeriodicThread(std::chrono::milliseconds every, First first, Turn turn)
    : every_(every), turn_(std::move(turn)), thread_([this, first] { Run(first); }) {}

PeriodicThread::~PeriodicThread() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
  thread_.join();
}

void PeriodicThread::Run(First first) {
  if (first == First::kAfterInterval) {
    Wait();
  }
  while (!stopping_) {
    turn_(stopping_);
    Wait();
  }
}

void PeriodicThread::Wait() {
  // system_clock: ThreadSanitizer of GCC 12 does not know the wait on a steady clock.
  const auto until = std::chrono::system_clock::now() + every_;
  std::unique_lock<std::mutex> lock(mutex_.native());
  stop_.wait_until(lock, until, [this] { return stopping_.load(); });
}

}  // namespace onward
