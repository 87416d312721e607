#include "services/store_watch.h"

#include <mutex>
#include <utility>

namespace onward::services {
namespace {

std::string TextOf(const absl::Status& status) {
  return {status.message().data(), status.message().size()};
}

}  // namespace

StoreWatch::StoreWatch(commands::Engine& engine, const Log* log, Tell tell,
                       std::chrono::milliseconds every)
    : engine_(engine), log_(log), tell_(std::move(tell)), every_(every), thread_([this] {
        Run();
      }) {}

StoreWatch::~StoreWatch() {
  {
    const MutexLock lock(mutex_);
    stopped_ = true;
  }
  stop_.notify_all();
  thread_.join();
}

void StoreWatch::Run() {
  do {
    Look();
  } while (Wait());
}

bool StoreWatch::Wait() {
  const MutexLock lock(mutex_);
  // system_clock: ThreadSanitizer of GCC 12 does not know the wait on a steady clock.
  const auto until = std::chrono::system_clock::now() + every_;
  std::unique_lock<std::mutex> held(mutex_.native(), std::adopt_lock);
  stop_.wait_until(held, until, [this] { return stopped_; });
  held.release();
  return !stopped_;
}

void StoreWatch::Look() {
  // Writes and kept verdicts grow what is in memory.
  engine_.residents().Trim();
  absl::Status writable = engine_.store().Writable();
  if (looked_ && writable.ok() == seen_.ok()) {
    return;
  }
  if (looked_ && writable.ok()) {
    if (const absl::Status taken = engine_.TakeIn(); !taken.ok()) {
      // The next look tries again.
      writable = taken;
    }
  }
  const bool changed = !looked_ || writable.ok() != seen_.ok();
  const bool first = !looked_;
  looked_ = true;
  seen_ = std::move(writable);
  if (changed) {
    tell_(seen_.ok());
    if (!first || !seen_.ok()) {
      Report(seen_);
    }
  }
}

void StoreWatch::Report(const absl::Status& writable) const {
  if (log_ == nullptr) {
    return;
  }
  if (writable.ok()) {
    log_->Write(LogLevel::kInfo, "writes are accepted again");
  } else {
    log_->Write(LogLevel::kError, "writes are not accepted; reads go on",
                {{"cause", TextOf(writable)}});
  }
}

}  // namespace onward::services
