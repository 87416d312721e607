// What a call brings along besides its question: how long it may take, whether somebody still waits for
// it, how fresh its answer must be, and what it assumes.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
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

struct WhatIf;

// Which state an answer is made from.
struct Freshness {
  using Requirement = std::variant<MinimizeLatency, AtLeast, AtRevision, FullyConsistent>;

  Freshness() = default;
  // One of the requirements stands for itself.
  // NOLINTNEXTLINE(google-explicit-constructor)
  Freshness(Requirement what) : requirement(what) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Freshness(MinimizeLatency what) : requirement(what) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Freshness(AtLeast what) : requirement(what) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Freshness(AtRevision what) : requirement(what) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Freshness(FullyConsistent what) : requirement(what) {}

  Requirement requirement;
  // Assumed on top of that state (services/commands/what_if.h). Null: nothing.
  std::shared_ptr<const WhatIf> what_if;
};

}  // namespace onward::commands
