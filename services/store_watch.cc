#include "services/store_watch.h"

#include <utility>

namespace onward::services {
namespace {

std::string TextOf(const absl::Status& status) {
  return {status.message().data(), status.message().size()};
}

}  // namespace

StoreWatch::StoreWatch(commands::Engine& engine, const Log* log, Tell tell,
                       std::chrono::milliseconds every)
    : engine_(engine),
      log_(log),
      tell_(std::move(tell)),
      thread_(every, PeriodicThread::First::kAtOnce,
              [this](const std::atomic<bool>& /*stopping*/) { Look(); }) {}

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
