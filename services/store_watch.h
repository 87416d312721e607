// Looks whether the store takes writes, and tells everybody where that changes.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "graph/base/periodic_thread.h"
#include "services/commands/engine.h"
#include "services/logging.h"

namespace onward::services {

// Its thread looks at once and then again every so often. Where writes were refused and are taken again, the
// engine takes in what the store holds: a write whose outcome was unknown may be there. Its end waits for its
// thread. Engine and log must outlive it.
class StoreWatch {
 public:
  using Tell = std::function<void(bool writable)>;

  // `tell` is called by the thread, first with the first look. `log` may be null.
  StoreWatch(commands::Engine& engine, const Log* log, Tell tell, std::chrono::milliseconds every);

 private:
  void Look();
  void Report(const absl::Status& writable) const;

  commands::Engine& engine_;
  const Log* const log_;
  const Tell tell_;
  // What the last look saw; touched by the thread alone.
  absl::Status seen_;
  bool looked_ = false;
  PeriodicThread thread_;
};

}  // namespace onward::services
