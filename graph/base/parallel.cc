#include "graph/base/parallel.h"

#include <time.h>  // NOLINT(modernize-deprecated-headers): clock_gettime is POSIX

namespace onward {
namespace {

std::chrono::microseconds ThreadTime() {
  timespec time = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
}

std::chrono::microseconds& HelpedTime() {
  thread_local std::chrono::microseconds helped{0};
  return helped;
}

}  // namespace

std::chrono::microseconds WorkTime() { return ThreadTime() + HelpedTime(); }

void AddHelpedTime(std::chrono::microseconds time) { HelpedTime() += time; }

bool SharedWork::Finish() const {
  if (thrown_ != nullptr) {
    std::rethrow_exception(thrown_);
  }
  return !stopped();
}

Helpers::Helpers(size_t threads, const std::function<void(size_t thread)>& help) {
  threads_.reserve(threads);
  try {
    for (size_t thread = 1; thread < threads; ++thread) {
      const std::lock_guard<std::mutex> lock(mutex_);
      threads_.emplace_back([this, help, thread] { Run(help, thread); });
      ++working_;
    }
  } catch (const std::exception&) {
    // No more threads or memory: those that there are do all.
  }
}

Helpers::~Helpers() {
  for (std::thread& thread : threads_) {
    thread.join();
  }
}

void Helpers::Run(const std::function<void(size_t thread)>& help, size_t thread) {
  help(thread);
  const std::lock_guard<std::mutex> lock(mutex_);
  --working_;
  ended_.notify_one();
}

bool Helpers::Await() {
  constexpr std::chrono::milliseconds kPatience(1);
  std::unique_lock<std::mutex> lock(mutex_);
  // system_clock: ThreadSanitizer of GCC 12 does not know the wait on a steady clock.
  return ended_.wait_until(lock, std::chrono::system_clock::now() + kPatience,
                           [this] { return working_ == 0; });
}

}  // namespace onward
