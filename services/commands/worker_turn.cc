#include "services/commands/worker_turn.h"

#include <mutex>
#include <utility>

#include "graph/base/parallel.h"

namespace onward::commands {

WorkerTurn::WorkerTurn(WorkerPool& pool, std::string inventory)
    : pool_(pool), inventory_(std::move(inventory)) {}

FairQueue::Pushed WorkerTurn::Take() {
  if (held_ != nullptr) {
    return FairQueue::Pushed::kYes;
  }
  const auto held = std::make_shared<Held>();
  const FairQueue::Pushed pushed = pool_.Submit(inventory_, [held] {
    std::unique_lock<std::mutex> lock(held->mutex.native());
    held->began = true;
    held->threads = WorkThreads::Max();
    held->changed.notify_all();
    held->changed.wait(lock, [&held] { return held->over; });
  });
  if (pushed != FairQueue::Pushed::kYes) {
    return pushed;
  }
  std::unique_lock<std::mutex> lock(held->mutex.native());
  held->changed.wait(lock, [&held] { return held->began; });
  held_ = held;
  threads_ = held->threads;
  return pushed;
}

void WorkerTurn::GiveBack() {
  if (held_ == nullptr) {
    return;
  }
  {
    const MutexLock lock(held_->mutex);
    held_->over = true;
  }
  held_->changed.notify_all();
  held_.reset();
}

}  // namespace onward::commands
