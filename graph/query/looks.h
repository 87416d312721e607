// Looks at the caller while verdicts are computed. Internal to this folder.
#pragma once

#include <cstdint>

#include "graph/query/judgements.h"

namespace onward::query {

// Flows between two looks: those whose verdicts are prepared, and those that are judged.
inline constexpr uint32_t kFlowsPerLook = 4'096;
inline constexpr uint32_t kSinglyPerLook = 64;

// Asks the caller whether to go on, until he says no. Not thread-safe. `options` must outlive it.
class Looks {
 public:
  explicit Looks(const JudgeOptions& options) : options_(options) {}

  bool Stop() {
    if (options_.check && ended_.ok()) {
      ended_ = options_.check();
    }
    return !ended_.ok();
  }
  const absl::Status& ended() const { return ended_; }

 private:
  const JudgeOptions& options_;
  absl::Status ended_;
};

}  // namespace onward::query
