// A watcher for tests: waits for what its watch tells.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "services/commands/watch_hub.h"

namespace onward::commands {

// One thread takes; any may cut.
class TestWatcher {
 public:
  explicit TestWatcher(WatchHub& hub) : hub_(hub) {}
  ~TestWatcher() { Cut(); }
  TestWatcher(const TestWatcher&) = delete;
  TestWatcher& operator=(const TestWatcher&) = delete;

  absl::Status Open(const WatchRequest& request) {
    Cut();
    auto watch = hub_.Open(request, [bell = bell_] { bell->Ring(); });
    if (!watch.ok()) {
      return watch.status();
    }
    watch_ = *std::move(watch);
    return absl::OkStatus();
  }
  void Cut() {
    if (watch_ != nullptr) {
      watch_->Close();
      watch_ = nullptr;
    }
  }

  // The next message, or the error that the watch ended with. DEADLINE_EXCEEDED after a long while.
  absl::StatusOr<WatchMessage> Next() {
    const auto deadline = std::chrono::system_clock::now() + std::chrono::seconds(60);
    while (true) {
      const uint64_t rung = bell_->Rung();
      Watch::Taken taken = watch_->Take();
      if (taken.message.has_value()) {
        return *std::move(taken.message);
      }
      if (taken.end.has_value()) {
        return *taken.end;
      }
      if (!bell_->WaitUntil(rung, deadline)) {
        return absl::DeadlineExceededError("nothing was told");
      }
    }
  }
  // Takes nothing until the watch is over.
  void WaitForEnd() {
    const auto deadline = std::chrono::system_clock::now() + std::chrono::seconds(60);
    for (uint64_t rung = bell_->Rung(); !watch_->IsOver(); rung = bell_->Rung()) {
      if (!bell_->WaitUntil(rung, deadline)) {
        return;
      }
    }
  }

 private:
  class Bell {
   public:
    void Ring() {
      {
        const std::lock_guard<std::mutex> lock(mutex_);
        ++rung_;
      }
      changed_.notify_all();
    }
    uint64_t Rung() {
      const std::lock_guard<std::mutex> lock(mutex_);
      return rung_;
    }
    bool WaitUntil(uint64_t seen, std::chrono::system_clock::time_point deadline) {
      std::unique_lock<std::mutex> lock(mutex_);
      return changed_.wait_until(lock, deadline, [&] { return rung_ != seen; });
    }

   private:
    std::mutex mutex_;
    std::condition_variable changed_;
    uint64_t rung_ = 0;
  };

  WatchHub& hub_;
  std::shared_ptr<Bell> bell_ = std::make_shared<Bell>();
  WatchPtr watch_;
};

}  // namespace onward::commands
