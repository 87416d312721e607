// Lets callers that wait at the same time share one piece of work: whoever is at the front does it
// for a group of those behind, in order of arrival.
//
// Callers that come again as soon as their group is done would split into two groups that take turns, each
// waiting for the other's work too. So the front waits a moment, a share of the time that the last group took,
// until there are as many as there were when that one ended; not where that was in vain a short while ago.
#pragma once

#include <algorithm>
#include <chrono>
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

  // Where an op stands. Neither moves nor ends between Join and the end of Wait.
  struct Place {
    Op* op = nullptr;
    uint64_t bytes = 0;
    bool done = false;
    std::condition_variable turn{};
  };

  // How long the front waits for others: this share of the time of the last group, and at most. After a
  // wait in vain so many groups do not wait.
  struct Patience {
    double share = 0.5;
    std::chrono::microseconds most{2'000};
    uint32_t groups_without = 3;
  };

  // A group has at most `ops_max` members, and takes no more once it has `bytes_max` bytes.
  GroupQueue(Work work, uint64_t ops_max, uint64_t bytes_max)
      : GroupQueue(std::move(work), ops_max, bytes_max, Patience()) {}
  GroupQueue(Work work, uint64_t ops_max, uint64_t bytes_max, const Patience& patience)
      : work_(std::move(work)), ops_max_(ops_max), bytes_max_(bytes_max), patience_(patience) {}

  // Returns once `op` was in a group at work. `bytes` is its size.
  void Run(Op& op, uint64_t bytes) {
    Place place{&op, bytes};
    Join(place);
    Wait(place);
  }

  // The same in two steps: Join settles the order, and Wait must follow soon, since those behind wait for it.
  void Join(Place& place) {
    const std::lock_guard<std::mutex> lock(mutex_);
    queue_.push_back(&place);
    if (gathering_ && queue_.size() >= expected_) {
      queue_.front()->turn.notify_one();
    }
  }
  void Wait(Place& place) {
    std::unique_lock<std::mutex> lock(mutex_);
    place.turn.wait(lock, [this, &place] { return place.done || queue_.front() == &place; });
    if (place.done) {
      return;
    }
    Gather(place, lock);
    const std::vector<Op*> group = TakeGroup();
    const Clock::time_point began = Clock::now();
    lock.unlock();
    work_(group);
    lock.lock();
    Finish(group.size(), began);
  }

  // How many callers are inside Run, or between Join and the end of Wait.
  size_t waiting() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return queue_.size();
  }

 private:
  // system_clock: ThreadSanitizer of GCC 12 does not know the wait on a steady clock.
  using Clock = std::chrono::system_clock;

  // Lets those whose group has just ended come again.
  void Gather(Place& front, std::unique_lock<std::mutex>& lock) {
    if (queue_.size() >= expected_) {
      return;
    }
    if (groups_without_ > 0) {
      --groups_without_;
      return;
    }
    gathering_ = true;
    const bool all_there =
        front.turn.wait_until(lock, gather_until_, [this] { return queue_.size() >= expected_; });
    gathering_ = false;
    groups_without_ = all_there ? 0 : patience_.groups_without;
  }

  // The front of the queue, the caller first. Called with the lock held.
  std::vector<Op*> TakeGroup() const {
    std::vector<Op*> group;
    uint64_t bytes = 0;
    for (const Place* place : queue_) {
      if (!group.empty() && (group.size() >= ops_max_ || bytes + place->bytes > bytes_max_)) {
        break;
      }
      group.push_back(place->op);
      bytes += place->bytes;
    }
    return group;
  }

  Clock::duration GatherFor(Clock::duration took) const {
    const auto most = std::chrono::duration_cast<Clock::duration>(patience_.most);
    const double share = static_cast<double>(took.count()) * patience_.share;
    return share < static_cast<double>(most.count())
               ? Clock::duration(static_cast<Clock::rep>(share))
               : most;
  }

  // Wakes the group's members and the next leader. Called with the lock held: a member may be gone
  // as soon as it is let go.
  void Finish(size_t members, Clock::time_point began) {
    const Clock::time_point now = Clock::now();
    expected_ = std::min<size_t>(queue_.size(), ops_max_);
    gather_until_ = now + GatherFor(now - began);
    for (size_t i = 0; i < members; ++i) {
      Place* place = queue_.front();
      queue_.pop_front();
      place->done = true;
      place->turn.notify_one();
    }
    if (!queue_.empty()) {
      queue_.front()->turn.notify_one();
    }
  }

  const Work work_;
  const uint64_t ops_max_;
  const uint64_t bytes_max_;
  const Patience patience_;
  mutable std::mutex mutex_;
  // Guarded by mutex_. The front is at work or about to be.
  std::deque<Place*> queue_;
  // Guarded by mutex_. How many there were when the last group ended, and until when they are waited for.
  size_t expected_ = 0;
  Clock::time_point gather_until_{};
  // Guarded by mutex_. The front is waiting for others.
  bool gathering_ = false;
  // Guarded by mutex_. How many groups are not waited for yet.
  uint32_t groups_without_ = 0;
};

}  // namespace onward::storage
