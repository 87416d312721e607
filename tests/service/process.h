// What this process holds, as the kernel and the allocator say.
#pragma once

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>

// jemalloc's, where the program is linked with it.
// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" __attribute__((weak)) int mallctl(const char* name, void* old_value, size_t* old_bytes,
                                             void* new_value, size_t new_bytes);

namespace onward::service_test {

// AddressSanitizer keeps what was freed for a while.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kMemoryIsOurs = false;
#else
inline constexpr bool kMemoryIsOurs = true;
#endif

inline uint64_t ResidentBytes() {
  uint64_t whole = 0;
  uint64_t resident = 0;
  std::ifstream("/proc/self/statm") >> whole >> resident;
  return resident * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

// Entries of a folder of /proc/self: fd, task.
inline uint64_t EntriesOf(const char* folder) {
  std::error_code error;
  uint64_t count = 0;
  for (std::filesystem::directory_iterator at(std::string("/proc/self/") + folder, error), end;
       at != end && !error; at.increment(error)) {
    ++count;
  }
  return count;
}

// That the program holds; what the allocator keeps for later is left out, but for jemalloc's caches of threads.
inline uint64_t HeapBytes() {
  if (mallctl != nullptr) {
    uint64_t epoch = 1;
    mallctl("epoch", nullptr, nullptr, &epoch, sizeof(epoch));
    size_t allocated = 0;
    size_t bytes = sizeof(allocated);
    return mallctl("stats.allocated", &allocated, &bytes, nullptr, 0) == 0 ? allocated : 0;
  }
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

// Something that happens once, for others to wait for, or not for longer than some time.
class Event {
 public:
  void Tell() {
    const std::lock_guard<std::mutex> lock(mutex_);
    told_ = true;
    changed_.notify_all();
  }
  // Whether it happened before that time.
  bool WaitUntil(std::chrono::system_clock::time_point time) {
    std::unique_lock<std::mutex> lock(mutex_);
    return changed_.wait_until(lock, time, [this] { return told_; });
  }
  template <class Duration>
  bool WaitFor(Duration time) {
    return WaitUntil(std::chrono::system_clock::now() + time);
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool told_ = false;
};

// The most that the heap holds beyond what it held at the start, looked at two thousand times a second.
class HeapWatch {
 public:
  HeapWatch() : before_(HeapBytes()), thread_([this] { Run(); }) {}
  ~HeapWatch() { Stop(); }
  HeapWatch(const HeapWatch&) = delete;
  HeapWatch& operator=(const HeapWatch&) = delete;

  uint64_t Stop() {
    if (thread_.joinable()) {
      over_.Tell();
      thread_.join();
    }
    return most_;
  }

 private:
  void Run() {
    constexpr std::chrono::microseconds kBetween(500);
    do {
      const uint64_t now = HeapBytes();
      most_ = std::max(most_, now > before_ ? now - before_ : 0);
    } while (!over_.WaitFor(kBetween));
  }

  const uint64_t before_;
  uint64_t most_ = 0;
  Event over_;
  std::thread thread_;
};

}  // namespace onward::service_test
