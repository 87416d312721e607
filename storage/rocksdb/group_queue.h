// Lets callers that wait at the same time share one piece of work: whoever is at the front does it
// for a group of those behind, in order of arrival.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace onward::storage {

// Thread-safe. Never two groups at work at a time.
template <class Op>
class GroupQueue {
 public:
  using Work = std::function<void(const std::vector<Op*>& group)>;

  // A group has at most `ops_max` members, and takes no more once it has `bytes_max` bytes.
  GroupQueue(Work work, uint64_t ops_max, uint64_t bytes_max)
      : work_(std::move(work)), ops_max_(ops_max), bytes_max_(bytes_max) {}

  // Returns once `op` was in a group at work. `bytes` is its size.
  void Run(Op& op, uint64_t bytes) {
    Waiting self{&op, bytes};
    std::unique_lock<std::mutex> lock(mutex_);
    queue_.push_back(&self);
    self.turn.wait(lock, [this, &self] { return self.done || queue_.front() == &self; });
    if (self.done) {
      return;
    }
    const std::vector<Op*> group = TakeGroup();
    lock.unlock();
    work_(group);
    lock.lock();
    Finish(group.size());
  }

  // How many callers are inside Run, those at work included.
  size_t waiting() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return queue_.size();
  }

 private:
  struct Waiting {
    Op* op = nullptr;
    uint64_t bytes = 0;
    bool done = false;
    std::condition_variable turn{};
  };

  // The front of the queue, the caller first. Called with the lock held.
  std::vector<Op*> TakeGroup() const {
    std::vector<Op*> group;
    uint64_t bytes = 0;
    for (const Waiting* waiting : queue_) {
      if (!group.empty() && (group.size() >= ops_max_ || bytes + waiting->bytes > bytes_max_)) {
        break;
      }
      group.push_back(waiting->op);
      bytes += waiting->bytes;
    }
    return group;
  }

  // Wakes the group's members and the next leader. Called with the lock held: a member may be gone
  // as soon as it is let go.
  void Finish(size_t members) {
    for (size_t i = 0; i < members; ++i) {
      Waiting* waiting = queue_.front();
      queue_.pop_front();
      waiting->done = true;
      waiting->turn.notify_one();
    }
    if (!queue_.empty()) {
      queue_.front()->turn.notify_one();
    }
  }

  const Work work_;
  const uint64_t ops_max_;
  const uint64_t bytes_max_;
  mutable std::mutex mutex_;
  // Guarded by mutex_. The front is at work or about to be.
  std::deque<Waiting*> queue_;
};

}  // namespace onward::storage
