#include "services/rpc/stream_work.h"

#include <algorithm>
#include <utility>

#include "graph/base/parallel.h"
#include "graph/base/status_macros.h"

namespace onward::rpc {
namespace {

// At the latest: far deadlines do not fit into a wait.
constexpr std::chrono::hours kLookAgain(1);

}  // namespace

StreamWork::StreamWork(const Call& call) : env_(call.env()) {
  context_.deadline = call.deadline();
  context_.cancelled = [this] { return cancelled_.load(); };
}

absl::Status StreamWork::Begin(const std::string& inventory,
                               std::function<void(const absl::Status&)> work) {
  turn_.emplace(*env_.workers, inventory);
  const commands::FairQueue::Pushed pushed =
      env_.streams->Submit(inventory, [this, work = std::move(work)] {
        const commands::FairQueue::Pushed turn = turn_->Take();
        // As many to its end: what has begun counts on it.
        const WorkThreads::Share share(turn_->threads());
        work(PushedStatus(*env_.workers, turn));
      });
  return PushedStatus(*env_.streams, pushed);
}

void StreamWork::Moved(bool more) {
  if (!more) {
    cancelled_ = true;
  }
  moved_at_ = Steady::now();
  changed_.notify_all();
}

void StreamWork::Cancel() {
  cancelled_ = true;
  const MutexLock lock(mutex_);
  changed_.notify_all();
}

absl::Status StreamWork::WaitFor(std::unique_lock<std::mutex>& lock,
                                 const std::function<bool()>& done) {
  if (done()) {
    return context_.Check();
  }
  turn_->GiveBack();
  moved_at_ = Steady::now();
  while (!done()) {
    ONWARD_RETURN_IF_ERROR(context_.Check());
    if (env_.stream_stall.count() > 0 && Steady::now() >= moved_at_ + env_.stream_stall) {
      return commands::StreamStalled(env_.stream_stall);
    }
    Sleep(lock);
  }
  ONWARD_RETURN_IF_ERROR(context_.Check());
  lock.unlock();
  const commands::FairQueue::Pushed turn = turn_->Take();
  lock.lock();
  return PushedStatus(*env_.workers, turn);
}

void StreamWork::Sleep(std::unique_lock<std::mutex>& lock) {
  using System = std::chrono::system_clock;
  Steady::duration most = kLookAgain;
  most = std::min<Steady::duration>(most, context_.deadline - System::now());
  if (env_.stream_stall.count() > 0) {
    most = std::min(most, moved_at_ + env_.stream_stall - Steady::now());
  }
  changed_.wait_for(lock, most);
}

}  // namespace onward::rpc
