// Looks at the caller of long work, once in so many steps of it.
#pragma once

#include <cstddef>
#include <functional>

namespace onward {

// Steps between two looks where one takes about a microsecond.
inline constexpr size_t kStepsPerStopLook = 512;

// Not thread-safe. Copies look at the same caller and count for themselves.
class StopLook {
 public:
  // Never says to stop.
  StopLook() = default;
  // `stop` empty: never. It must outlive this.
  explicit StopLook(const std::function<bool()>& stop, size_t steps = kStepsPerStopLook)
      : stop_(stop ? &stop : nullptr), steps_(steps) {}

  // Before so many further steps; asks with the first. True: the work is to end; from then on always.
  bool Step(size_t steps = 1) {
    if (steps < left_) {
      left_ -= steps;
      return false;
    }
    return Ask();
  }
  bool stopped() const { return stopped_; }

 private:
  bool Ask() {
    stopped_ = stopped_ || (stop_ != nullptr && (*stop_)());
    left_ = stopped_ ? 0 : steps_;
    return stopped_;
  }

  const std::function<bool()>* stop_ = nullptr;
  size_t steps_ = kStepsPerStopLook;
  size_t left_ = 0;
  bool stopped_ = false;
};

}  // namespace onward
