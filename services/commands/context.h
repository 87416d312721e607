// What a call brings along besides its question: how long it may take, whether somebody still waits for
// it, how fresh its answer must be, and what it assumes.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <variant>

#include "absl/status/status.h"

namespace onward::commands {

class InventoryRuntime;

// Which inventories a caller may know of. Thread-safe.
class InventoryScope {
 public:
  InventoryScope() = default;
  virtual ~InventoryScope() = default;
  InventoryScope(const InventoryScope&) = delete;
  InventoryScope& operator=(const InventoryScope&) = delete;

  virtual bool Sees(std::string_view inventory) const = 0;
};

// Where a call's time went, for whoever asks why it was slow. Filled in by the thread that works for it.
struct CallTrace {
  enum class Judged { kNone, kAtHand, kAfterWrites, kFromScratch };

  // That was read; 0: none.
  uint64_t revision = 0;
  Judged judged = Judged::kNone;
  // On the verdicts of a date, waiting for another call that computes the same included.
  std::chrono::microseconds judging{0};
  // On the records of the revision: reading an older one from the store, or putting together what is assumed.
  std::chrono::microseconds records{0};
  // Until the revision was there.
  std::chrono::microseconds revision_wait{0};
};

// Adds the time for which it lives to `sum`; null: to nothing.
class TraceTime {
 public:
  explicit TraceTime(std::chrono::microseconds* sum)
      : sum_(sum), began_(std::chrono::steady_clock::now()) {}
  ~TraceTime() {
    if (sum_ != nullptr) {
      *sum_ += std::chrono::duration_cast<std::chrono::microseconds>(
          std::chrono::steady_clock::now() - began_);
    }
  }
  TraceTime(const TraceTime&) = delete;
  TraceTime& operator=(const TraceTime&) = delete;

 private:
  std::chrono::microseconds* const sum_;
  const std::chrono::steady_clock::time_point began_;
};

// Deadline and cancellation of one call, and who makes it. Long work asks Check() at each step.
struct CallContext {
  std::chrono::system_clock::time_point deadline = std::chrono::system_clock::time_point::max();
  // Empty: never cancelled. Thread-safe where it is set.
  std::function<bool()> cancelled;
  // False: work that takes long or waits ends with WouldBlock (errors.h) at once, for callers that
  // hold a thread which must not be held.
  bool may_block = true;
  // Null: all inventories. Of the caller; commands on one inventory need not ask.
  const InventoryScope* scope = nullptr;
  // Who calls, as he was proved to be; empty: not known. It lives as long as the call.
  std::string_view actor = {};
  // Null: nobody asks. It lives as long as the call.
  CallTrace* trace = nullptr;
  // What the call asks about, held in memory by it. Null: it is looked for.
  std::shared_ptr<InventoryRuntime> held = {};

  // DEADLINE_EXCEEDED or CANCELLED once the work should stop.
  absl::Status Check() const;
  bool Sees(std::string_view inventory) const { return scope == nullptr || scope->Sees(inventory); }
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
