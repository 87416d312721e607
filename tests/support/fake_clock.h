// A clock that stands still until it is told to move.
#pragma once

#include <atomic>

#include "graph/base/clock.h"

namespace onward::testing {

// Thread-safe.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(Date today) { SetToday(today); }

  std::chrono::system_clock::time_point Now() const override {
    const int64_t now = micros_.load();
    const int64_t later = later_.exchange(0);
    if (later != 0) {
      micros_ = later;
    }
    return std::chrono::system_clock::time_point(std::chrono::microseconds(now));
  }
  void SetToday(Date today) { micros_ = MicrosOf(today); }
  // It is that day from right after the next reading on.
  void SetTodayAfterNextReading(Date today) { later_ = MicrosOf(today); }
  void Advance(std::chrono::microseconds by) { micros_ += by.count(); }

 private:
  static int64_t MicrosOf(Date day) { return static_cast<int64_t>(day.days()) * 86'400'000'000; }

  mutable std::atomic<int64_t> micros_{0};
  // 0: it stands still.
  mutable std::atomic<int64_t> later_{0};
};

}  // namespace onward::testing
