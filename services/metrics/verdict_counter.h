// How many flows of each inventory have which verdict today, counted in the background.
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <string>
#include <thread>

#include "graph/base/mutex.h"
#include "services/commands/engine.h"

namespace onward::metrics {

// By verdict::Verdict.
using VerdictCounts = std::array<uint64_t, 6>;

// Thread-safe. Its thread works after each Wake, judging only inventories whose records, law or day have changed, and then rests nine
// times as long. Its end waits for it. The engine must outlive it.
class VerdictCounter {
 public:
  explicit VerdictCounter(commands::Engine& engine);
  ~VerdictCounter();
  VerdictCounter(const VerdictCounter&) = delete;
  VerdictCounter& operator=(const VerdictCounter&) = delete;

  // Never waits.
  void Wake() ONWARD_EXCLUDES(mutex_);
  // By inventory, as counted last; what was never counted is not in it.
  std::map<std::string, VerdictCounts> counts() const ONWARD_EXCLUDES(mutex_);
  // Counts now, on this thread.
  void CountNow() ONWARD_EXCLUDES(mutex_, round_mutex_);

 private:
  struct Counted {
    uint64_t revision = 0;
    uint64_t replacements = 0;
    commands::LawPtr law;
    Date day;
    VerdictCounts flows{};
  };

  void Run() ONWARD_EXCLUDES(mutex_);
  bool WaitForWake() ONWARD_EXCLUDES(mutex_);
  void Rest(std::chrono::steady_clock::duration worked) ONWARD_EXCLUDES(mutex_);
  // Of one that is not in memory: whether nothing has changed since it was counted.
  bool IsCounted(const std::string& id) const ONWARD_EXCLUDES(mutex_);
  void CountOne(const std::shared_ptr<commands::InventoryRuntime>& inventory)
      ONWARD_EXCLUDES(mutex_);

  commands::Engine& engine_;
  std::atomic<bool> stopping_{false};
  // One round at a time.
  Mutex round_mutex_;
  mutable Mutex mutex_;
  std::condition_variable changed_;
  bool woken_ ONWARD_GUARDED_BY(mutex_) = false;
  std::map<std::string, Counted> counted_ ONWARD_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace onward::metrics
