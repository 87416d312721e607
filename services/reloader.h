// Reads files again when they change while the server runs.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "graph/base/mutex.h"

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
  ~Reloader();
  Reloader(const Reloader&) = delete;
  Reloader& operator=(const Reloader&) = delete;

  // Reads all of them now, changed or not.
  void Reload() ONWARD_EXCLUDES(items_mutex_);

 private:
  struct Watched {
    ReloadItem item;
    std::string seen;
    // Why it was refused last; empty: it was not.
    std::string refused;
  };
  void Run();
  void Look(Watched& watched, bool always);

  const Log* const log_;
  const std::chrono::milliseconds every_;
  Mutex items_mutex_;
  std::vector<Watched> items_ ONWARD_GUARDED_BY(items_mutex_);
  Mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ ONWARD_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace onward::services
