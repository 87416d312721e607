// What a call brings along besides its question: how long it may take, whether somebody still waits for
// it, and how fresh its answer must be.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <variant>

#include "absl/status/status.h"

namespace onward::commands {

// Deadline and cancellation of one call. Long work asks Check() at each step.
struct CallContext {
  std::chrono::system_clock::time_point deadline = std::chrono::system_clock::time_point::max();
  // Empty: never cancelled. Thread-safe where it is set.
  std::function<bool()> cancelled;
  // False: work that takes long or waits ends with WouldBlock (errors.h) at once, for callers that
  // hold a thread which must not be held.
  bool may_block = true;

  // DEADLINE_EXCEEDED or CANCELLED once the work should stop.
  absl::Status Check() const;
};

// Answer from what is at hand.
struct MinimizeLatency {};
// Wait, up to the deadline, until the revision is there.
struct AtLeast {
  uint64_t revision = 0;
};
// Answer as of this revision.
struct AtRevision {
  uint64_t revision = 0;
};
// The newest revision at the time of the call.
struct FullyConsistent {};
using Freshness = std::variant<MinimizeLatency, AtLeast, AtRevision, FullyConsistent>;

}  // namespace onward::commands
