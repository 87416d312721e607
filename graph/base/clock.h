// Time as an argument: nothing below services asks the system what day it is.
#pragma once

#include <chrono>

#include "graph/base/date.h"

namespace onward {

// The day in UTC.
inline Date DayOf(std::chrono::system_clock::time_point time) {
  const auto days = std::chrono::floor<std::chrono::days>(time);
  return Date(static_cast<int32_t>(days.time_since_epoch().count()));
}

// Tells the time. Thread-safe.
class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  virtual std::chrono::system_clock::time_point Now() const = 0;

  // Today in UTC.
  Date Today() const { return DayOf(Now()); }
};

// The system's clock.
class SystemClock final : public Clock {
 public:
  std::chrono::system_clock::time_point Now() const override {
    return std::chrono::system_clock::now();
  }
};

}  // namespace onward
