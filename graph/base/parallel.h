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

// Of the threads that do one thing together.
class SharedWork {
 public:
  // Calls part(); what it throws ends all.
  template <class Part>
  void Guard(const Part& part) {
    try {
      part();
    } catch (...) {
      std::call_once(is_thrown_, [this] { thrown_ = std::current_exception(); });
      Stop();
    }
  }
  void Stop() { stopped_.store(true, std::memory_order_relaxed); }
  bool stopped() const { return stopped_.load(std::memory_order_relaxed); }
  // When all threads have ended: false if it was stopped. Throws what was thrown first.
  bool Finish() const;

 private:
  std::atomic<bool> stopped_{false};
  std::once_flag is_thrown_;
  std::exception_ptr thrown_;
};

// Threads beside the caller's. Their end is waited for by the destructor.
class Helpers {
 public:
  // Runs help(thread) for each from 1 to `threads` - 1, or fewer where the machine gives no more.
  Helpers(size_t threads, const std::function<void(size_t thread)>& help);
  ~Helpers();
  Helpers(const Helpers&) = delete;
  Helpers& operator=(const Helpers&) = delete;

  // Waits for a millisecond at most. True: all have ended.
  bool Await();

 private:
  void Run(const std::function<void(size_t thread)>& help, size_t thread);

  std::mutex mutex_;
  std::condition_variable ended_;
  size_t working_ = 0;
  std::vector<std::thread> threads_;
};

// Calls work(thread, begin, end) for ranges of [0, count) that cover it, none longer than `chunk` and no two at a time with
// one `thread` (below WorkThreads::Max()), and returns when all are done. What is in one range must not depend on what is
// in another. False: `stop`, where there is one, said so; the caller's thread asks it between two ranges, and every millisecond
// while it waits for the other threads. What `work` or `stop` throws (out of memory) ends all and is thrown to the caller, the first of it.
template <class Work>
bool InParallel(size_t count, size_t chunk, const std::function<bool()>& stop, const Work& work) {
  SharedWork shared;
  const auto look = [&] {
    if (stop && stop()) {
      shared.Stop();
    }
  };
  std::atomic<size_t> next{0};
  const auto take = [&](size_t thread) {
    for (size_t begin = next.fetch_add(chunk); begin < count; begin = next.fetch_add(chunk)) {
      if (thread == 0) {
        look();
      }
      if (shared.stopped()) {
        return;
      }
      work(thread, begin, std::min(begin + chunk, count));
    }
  };
  std::atomic<int64_t> helped_micros{0};
  {
    Helpers helpers(std::min(WorkThreads::Max(), (count + chunk - 1) / chunk), [&](size_t thread) {
      shared.Guard([&] { take(thread); });
      helped_micros += WorkTime().count();
    });
    shared.Guard([&] { take(0); });
    while (stop && !shared.stopped() && !helpers.Await()) {
      shared.Guard(look);
    }
  }
  AddHelpedTime(std::chrono::microseconds(helped_micros));
  return shared.Finish();
}

}  // namespace onward
