// Why long work was ended.
#pragma once

#include <functional>

#include "absl/status/status.h"

namespace onward {

// Asks a check whether to stop, until it says so: the first error is kept, and the check is asked no more. To be given as a
// stop by std::ref. Not thread-safe.
class Ending {
 public:
  // `check` empty: never. It must outlive this.
  explicit Ending(const std::function<absl::Status()>& check) : check_(check) {}

  // True: the work is to end, from now on always.
  bool operator()() {
    if (status_.ok() && check_) {
      status_ = check_();
    }
    return !status_.ok();
  }
  const absl::Status& status() const { return status_; }

 private:
  const std::function<absl::Status()>& check_;
  absl::Status status_;
};

}  // namespace onward
