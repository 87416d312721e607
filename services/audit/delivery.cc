#include "services/audit/delivery.h"

#include <algorithm>
#include <utility>

namespace onward::audit {
namespace {

constexpr std::chrono::milliseconds kFirstPause(1'000);
constexpr std::chrono::milliseconds kLongestPause(300'000);
// How often the thread looks whether a pause is over.
constexpr std::chrono::milliseconds kLook(250);

}  // namespace

std::chrono::milliseconds PauseAfter(uint64_t failures) {
  std::chrono::milliseconds pause = kFirstPause;
  for (uint64_t i = 1; i < failures && pause < kLongestPause; ++i) {
    pause *= 2;
  }
  return failures == 0 ? std::chrono::milliseconds(0) : std::min(pause, kLongestPause);
}

Delivery::Delivery(std::unique_ptr<Sink> sink, const Clock* clock)
    : sink_(std::move(sink)), clock_(*clock) {
  stats_.sink = sink_->name();
}

Delivery::~Delivery() { Stop(); }

void Delivery::Add(SignedCheckpoint checkpoint) {
  const MutexLock lock(mutex_);
  if (waiting_.size() >= kWaitingMax) {
    waiting_.pop_front();
    ++removed_;
    ++stats_.dropped;
  }
  waiting_.push_back(std::move(checkpoint));
  changed_.notify_all();
}

void Delivery::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Delivery::Stop() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) {
    thread_.join();
  }
}

std::optional<Delivery::Next> Delivery::Due(bool at_once) {
  const MutexLock lock(mutex_);
  const bool due = !waiting_.empty() && (at_once || clock_.Now() >= not_before_);
  return due ? std::make_optional(Next{waiting_.front(), removed_}) : std::nullopt;
}

bool Delivery::Step() {
  const std::optional<Next> next = Due(false);
  return next && Send(*next);
}

bool Delivery::Send(const Next& next) {
  const absl::Status status = sink_->Push(next.checkpoint);
  const MutexLock lock(mutex_);
  if (!status.ok()) {
    ++stats_.failures;
    stats_.last_error = std::string(status.message());
    not_before_ = clock_.Now() + PauseAfter(++failures_in_a_row_);
    return false;
  }
  ++stats_.delivered;
  stats_.last_error.clear();
  stats_.last_delivered_at = clock_.Now();
  failures_in_a_row_ = 0;
  if (next.removed == removed_) {
    waiting_.pop_front();
    ++removed_;
  }
  return true;
}

void Delivery::Run() {
  while (true) {
    while (Step()) {
    }
    std::unique_lock<std::mutex> held(mutex_.native());
    if (!stopping_) {
      changed_.wait_for(held, kLook);
    }
    if (stopping_) {
      break;
    }
  }
  std::optional<Next> next = Due(true);
  while (next && Send(*next)) {
    next = Due(true);
  }
}

DeliveryStats Delivery::stats() const {
  const MutexLock lock(mutex_);
  DeliveryStats stats = stats_;
  stats.waiting = waiting_.size();
  return stats;
}

}  // namespace onward::audit
