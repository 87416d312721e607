// The work of a call with a stream, whichever way it goes: on a thread for streams, and with a worker's turn while it does not wait for
// the client. Beside call.h, whose Call the calls use for deadline, end and log.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "graph/base/mutex.h"
#include "services/commands/worker_turn.h"
#include "services/rpc/call.h"

namespace onward::rpc {

// Thread-safe but for what says otherwise. Must outlive the work.
class StreamWork {
 public:
  explicit StreamWork(const Call& call);
  StreamWork(const StreamWork&) = delete;
  StreamWork& operator=(const StreamWork&) = delete;

  // Guards what the work shares with the transport.
  Mutex& mutex() { return mutex_; }
  // For the work alone.
  commands::CallContext& context() { return context_; }

  // Hands `work` over, which gets the error where no turn can be had. LIMIT_EXCEEDED: it will not run.
  absl::Status Begin(const std::string& inventory, std::function<void(const absl::Status&)> work);
  // The work is over: before the call is ended.
  void End() { turn_->GiveBack(); }

  // For the transport, under the mutex: a message came or went, or none ever will.
  void Moved(bool more);
  void Cancel() ONWARD_EXCLUDES(mutex_);

  // For the work, under the mutex: waits until the transport has made `done` true; the worker is free meanwhile. The error is
  // STREAM_STALLED where nothing moves for ServiceEnv::stream_stall, CANCELLED, DEADLINE_EXCEEDED, LIMIT_EXCEEDED: then the work should end with that.
  absl::Status WaitFor(std::unique_lock<std::mutex>& lock, const std::function<bool()>& done);

 private:
  using Steady = std::chrono::steady_clock;

  // Until somebody tells something, or it is time to look.
  void Sleep(std::unique_lock<std::mutex>& lock);

  const ServiceEnv& env_;
  commands::CallContext context_;
  std::atomic<bool> cancelled_{false};
  Mutex mutex_;
  std::condition_variable changed_;
  // Under the mutex: when a message came or went, or a wait began.
  Steady::time_point moved_at_;
  // From Begin on; the work's alone.
  std::optional<commands::WorkerTurn> turn_;
};

}  // namespace onward::rpc
