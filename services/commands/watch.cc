#include "services/commands/watch.h"

#include <algorithm>
#include <utility>

#include "services/commands/errors.h"

namespace onward::commands {
namespace {

// A mark or an event without anything counts as one.
size_t WeightOf(const WatchMessage& message) { return std::max<size_t>(1, message.items()); }

// The first revision that somebody who was not told this message was not told.
uint64_t ResumeAt(const WatchMessage& message) {
  const bool write = !message.progress && message.cause == WatchCause::kWrite;
  return write ? message.basis.revision : message.basis.revision + 1;
}

}  // namespace

bool WatchRequest::Selects(const model::RecordRef& ref) const {
  return (kinds.empty() || std::find(kinds.begin(), kinds.end(), ref.kind) != kinds.end()) &&
         ref.id.starts_with(id_prefix);
}

size_t WatchMessage::items() const {
  return selected.size() + (verdicts == nullptr ? 0 : verdicts->size()) +
         (findings == nullptr ? 0 : findings->list.size());
}

Watch::Watch(Hooks hooks, size_t items_max)
    : items_max_(items_max),
      wake_(std::move(hooks.wake)),
      room_(std::move(hooks.room)),
      slot_(std::move(hooks.slot)) {}

Watch::Taken Watch::Take() {
  Taken taken;
  bool room = false;
  {
    const MutexLock lock(mutex_);
    if (waiting_.empty()) {
      taken.end = end_;
      return taken;
    }
    taken.message = std::move(waiting_.front());
    waiting_.pop_front();
    items_ -= WeightOf(*taken.message);
    room = wants_room_ && items_ <= items_max_ / 2;
    wants_room_ = wants_room_ && !room;
  }
  if (room) {
    room_();
  }
  return taken;
}

void Watch::Close() {
  const MutexLock lock(mutex_);
  closed_ = true;
  waiting_.clear();
  items_ = 0;
  slot_.reset();
}

bool Watch::HasRoom() {
  const MutexLock lock(mutex_);
  wants_room_ = items_ >= items_max_;
  return !wants_room_;
}

bool Watch::IsEmpty() const {
  const MutexLock lock(mutex_);
  return waiting_.empty();
}

bool Watch::IsOver() const {
  const MutexLock lock(mutex_);
  return closed_ || end_.has_value();
}

void Watch::Put(WatchMessage message) {
  {
    const MutexLock lock(mutex_);
    if (closed_ || end_.has_value()) {
      return;
    }
    last_ = message.basis;
    items_ += WeightOf(message);
    waiting_.push_back(std::move(message));
  }
  wake_();
}

void Watch::Finish(absl::Status status) {
  end_ = std::move(status);
  slot_.reset();
}

void Watch::End(absl::Status status) {
  {
    const MutexLock lock(mutex_);
    if (closed_ || end_.has_value()) {
      return;
    }
    Finish(std::move(status));
  }
  wake_();
}

void Watch::Cut(uint64_t next) {
  {
    const MutexLock lock(mutex_);
    if (closed_ || end_.has_value()) {
      return;
    }
    Finish(SlowConsumer(waiting_.empty() ? next : ResumeAt(waiting_.front())));
    waiting_.clear();
    items_ = 0;
  }
  wake_();
}

void Watch::Stop(absl::Status status) {
  {
    const MutexLock lock(mutex_);
    if (closed_ || end_.has_value()) {
      return;
    }
    if (last_.has_value()) {
      WatchMessage mark;
      mark.progress = true;
      mark.basis = *last_;
      ++items_;
      waiting_.push_back(std::move(mark));
    }
    Finish(std::move(status));
  }
  wake_();
}

}  // namespace onward::commands
