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
    return std::chrono::system_clock::time_point(std::chrono::microseconds(micros_.load()));
  }
  void SetToday(Date today) { micros_ = static_cast<int64_t>(today.days()) * 86'400'000'000; }
  void Advance(std::chrono::microseconds by) { micros_ += by.count(); }

 private:
  std::atomic<int64_t> micros_{0};
};

}  // namespace onward::testing
