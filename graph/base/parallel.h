// Work that is split among a few threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace onward {

// Threads that one piece of work may take, the caller's included. Thread-safe.
class WorkThreads {
 public:
  // As many as the machine runs at once, but not more than this.
  static constexpr size_t kDefaultMax = 8;

  static size_t Max() {
    const size_t set = Setting().load(std::memory_order_relaxed);
    const size_t all = set == 0 ? Default() : set;
    return OfThisThread() == 0 ? all : std::min(all, OfThisThread());
  }
  // 0: the default. Answers do not depend on it.
  static void SetMax(size_t threads) { Setting().store(threads, std::memory_order_relaxed); }

  // While it lives, what this thread does takes no more than so many; 0: no fewer than else. Not while work that asked Max goes on.
  class Share {
   public:
    explicit Share(size_t threads) : before_(OfThisThread()) { OfThisThread() = threads; }
    ~Share() { OfThisThread() = before_; }
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

   private:
    const size_t before_;
  };

 private:
  static size_t& OfThisThread() {
    thread_local size_t threads = 0;
    return threads;
  }
  static std::atomic<size_t>& Setting() {
    static std::atomic<size_t> setting{0};
    return setting;
  }
  static size_t Default() {
    static const size_t kCores = std::thread::hardware_concurrency();
    return std::clamp(kCores, size_t{1}, kDefaultMax);
  }
};

// Processor time that this thread has had, and those that worked for it in InParallel. Only differences mean something.
std::chrono::microseconds WorkTime();
// For InParallel.
void AddHelpedTime(std::chrono::microseconds time);

// Calls work(thread, begin, end) for ranges of [0, count) that cover it, none longer than `chunk` and no two at a time with
// one `thread` (below WorkThreads::Max()), and returns when all are done. What is in one range must not depend on what is
// in another. False: `stop`, where there is one, said so; the caller's thread asks it between two ranges, and every millisecond
// while it waits for the other threads. What `work` or `stop` throws (out of memory) ends all and is thrown to the caller, the first of it.
template <class Work>
bool InParallel(size_t count, size_t chunk, const std::function<bool()>& stop, const Work& work) {
  std::atomic<size_t> next{0};
  std::atomic<bool> stopped{false};
  std::exception_ptr thrown;
  std::once_flag is_thrown;
  const auto take_ranges = [&](size_t thread) {
    for (size_t begin = next.fetch_add(chunk); begin < count; begin = next.fetch_add(chunk)) {
      if (thread == 0 && stop && stop()) {
        stopped.store(true);
      }
      if (stopped.load(std::memory_order_relaxed)) {
        return;
      }
      work(thread, begin, std::min(begin + chunk, count));
    }
  };
  const auto take = [&](size_t thread) {
    try {
      take_ranges(thread);
    } catch (...) {
      std::call_once(is_thrown, [&] { thrown = std::current_exception(); });
      stopped.store(true);
    }
  };
  std::atomic<int64_t> helped_micros{0};
  std::mutex ended_mutex;
  std::condition_variable ended;
  size_t helping = 0;
  const auto help = [&](size_t thread) {
    take(thread);
    helped_micros += WorkTime().count();
    const std::lock_guard<std::mutex> lock(ended_mutex);
    --helping;
    ended.notify_one();
  };
  const size_t threads = std::min(WorkThreads::Max(), (count + chunk - 1) / chunk);
  std::vector<std::thread> others;
  others.reserve(threads);
  try {
    for (size_t thread = 1; thread < threads; ++thread) {
      const std::lock_guard<std::mutex> lock(ended_mutex);
      others.emplace_back(help, thread);
      ++helping;
    }
  } catch (const std::system_error&) {
    // The machine gives no more threads: those that there are do all.
  }
  // Keeps what is thrown until the others have ended.
  const auto look = [&] {
    try {
      if (stop()) {
        stopped.store(true);
      }
    } catch (...) {
      std::call_once(is_thrown, [&] { thrown = std::current_exception(); });
      stopped.store(true);
    }
  };
  take(0);
  while (stop && !stopped.load()) {
    {
      // system_clock: ThreadSanitizer of GCC 12 does not know the wait on a steady clock.
      std::unique_lock<std::mutex> lock(ended_mutex);
      if (ended.wait_until(lock, std::chrono::system_clock::now() + std::chrono::milliseconds(1),
                           [&] { return helping == 0; })) {
        break;
      }
    }
    look();
  }
  for (std::thread& other : others) {
    other.join();
  }
  AddHelpedTime(std::chrono::microseconds(helped_micros));
  if (thrown != nullptr) {
    std::rethrow_exception(thrown);
  }
  return !stopped.load();
}

}  // namespace onward
