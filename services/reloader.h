// Reads files again when they change while the server runs.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "graph/base/mutex.h"
#include "graph/base/periodic_thread.h"

namespace onward::services {

class Log;

// Files that are read together.
struct ReloadItem {
  // For the log: access policy.
  std::string what;
  std::vector<std::string> paths;
  // Takes up what the files hold now, or keeps what it had and says why.
  std::function<absl::Status()> load;
};

// One thread, if there is anything to look at. A change is a file of another time, size or place on disk. What was refused is tried again
// at each look and told once. Thread-safe.
class Reloader {
 public:
  // The items were loaded just now. Null log: nothing is logged.
  Reloader(std::vector<ReloadItem> items, const Log* log, std::chrono::milliseconds every);

  // Reads all of them now, changed or not.
  void Reload() ONWARD_EXCLUDES(mutex_) { LookAtAll(true); }

 private:
  struct Watched {
    ReloadItem item;
    std::string seen;
    // Why it was refused last; empty: it was not.
    std::string refused;
  };
  // `always`: also at those that did not change.
  void LookAtAll(bool always) ONWARD_EXCLUDES(mutex_);
  void Look(Watched& watched, bool always) ONWARD_REQUIRES(mutex_);

  const Log* const log_;
  Mutex mutex_;
  std::vector<Watched> items_ ONWARD_GUARDED_BY(mutex_);
  std::optional<PeriodicThread> thread_;
};

}  // namespace onward::services
