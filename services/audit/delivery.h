// Brings checkpoints to one sink: in order, again and again with growing pauses, without anybody waiting for it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "graph/base/clock.h"
#include "graph/base/mutex.h"
#include "services/audit/sink.h"

namespace onward::audit {

struct DeliveryStats {
  std::string sink;
  uint64_t delivered = 0;
  uint64_t waiting = 0;
  // Given up, the oldest first, because too many waited.
  uint64_t dropped = 0;
  // Attempts that failed.
  uint64_t failures = 0;
  // Of the last attempt; empty: it went well.
  std::string last_error;
  std::optional<std::chrono::system_clock::time_point> last_delivered_at;
};

// Pause after so many failures in a row: 1 s, doubled each time, at most 5 minutes.
std::chrono::milliseconds PauseAfter(uint64_t failures);

// Thread-safe.
class Delivery {
 public:
  static constexpr size_t kWaitingMax = 1'000;

  // `clock` must outlive it. Nothing is sent before Start, but by Step.
  Delivery(std::unique_ptr<Sink> sink, const Clock* clock);
  ~Delivery();
  Delivery(const Delivery&) = delete;
  Delivery& operator=(const Delivery&) = delete;

  // Never blocks.
  void Add(SignedCheckpoint checkpoint) ONWARD_EXCLUDES(mutex_);
  // Sends from a thread of its own.
  void Start() ONWARD_EXCLUDES(mutex_);
  // Tries once more what waits, until one fails, and ends the thread.
  void Stop() ONWARD_EXCLUDES(mutex_);

  // Sends the oldest that waits, if it is time. Whether one was sent.
  bool Step() ONWARD_EXCLUDES(mutex_);

  DeliveryStats stats() const ONWARD_EXCLUDES(mutex_);

 private:
  // The oldest that waits, and how many were removed before.
  struct Next {
    SignedCheckpoint checkpoint;
    uint64_t removed = 0;
  };
  std::optional<Next> Due(bool at_once) ONWARD_EXCLUDES(mutex_);
  // Whether it arrived.
  bool Send(const Next& next) ONWARD_EXCLUDES(mutex_);
  void Run() ONWARD_EXCLUDES(mutex_);

  const std::unique_ptr<Sink> sink_;
  const Clock& clock_;
  mutable Mutex mutex_;
  std::condition_variable changed_;
  std::deque<SignedCheckpoint> waiting_ ONWARD_GUARDED_BY(mutex_);
  // How many were taken from the front or dropped so far: tells whether the front is still the same.
  uint64_t removed_ ONWARD_GUARDED_BY(mutex_) = 0;
  uint64_t failures_in_a_row_ ONWARD_GUARDED_BY(mutex_) = 0;
  std::chrono::system_clock::time_point not_before_ ONWARD_GUARDED_BY(mutex_);
  DeliveryStats stats_ ONWARD_GUARDED_BY(mutex_);
  bool stopping_ ONWARD_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace onward::audit
