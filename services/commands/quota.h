// What one inventory may ask for in a second: calls, work, bytes of answers.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "graph/base/mutex.h"

namespace onward::commands {

// Each a second, and a second's worth at once; 0: no limit.
struct QuotaLimits {
  uint64_t calls = 0;
  // Processor time of the threads that answer, in milliseconds: 1'000 is one core.
  uint64_t work_ms = 0;
  uint64_t answer_bytes = 0;

  bool Any() const { return calls > 0 || work_ms > 0 || answer_bytes > 0; }
};

// Calls are paid before they begin, work and bytes after, when it is known what they were: then the next calls wait until the debt is
// paid, for a minute at most. Time that goes back adds nothing. Thread-safe.
class Quota {
 public:
  using Time = std::chrono::system_clock::time_point;

  explicit Quota(const QuotaLimits& limits);

  // Takes one call. LIMIT_EXCEEDED: inventory_calls_per_second_max, inventory_work_ms_per_second_max,
  // inventory_answer_bytes_per_second_max; then nothing is taken.
  absl::Status Take(Time now) ONWARD_EXCLUDES(mutex_);
  // For a call that was taken and has waited: refused where others have spent too much since. LIMIT_EXCEEDED as Take for what is paid
  // after.
  absl::Status CheckDebt(Time now) ONWARD_EXCLUDES(mutex_);
  // Whether a refusal now is worth a word: once in a minute.
  bool IsNews(Time now) ONWARD_EXCLUDES(mutex_);
  // What a call has cost.
  void Spend(Time now, std::chrono::microseconds work, uint64_t bytes) ONWARD_EXCLUDES(mutex_);
  // Calls that were refused so far.
  uint64_t refused() const ONWARD_EXCLUDES(mutex_);

 private:
  struct Bucket {
    double a_second = 0;
    double level = 0;

    void Fill(double seconds);
    void Spend(double units);
    // Short of what the next call needs at least.
    double Missing(double needed) const { return a_second > 0 ? needed - level : 0; }
  };

  void Fill(Time now) ONWARD_REQUIRES(mutex_);
  absl::Status CheckPaid() ONWARD_REQUIRES(mutex_);
  absl::Status Refuse(std::string_view limit, const Bucket& bucket, double needed)
      ONWARD_REQUIRES(mutex_);

  mutable Mutex mutex_;
  Bucket calls_ ONWARD_GUARDED_BY(mutex_);
  Bucket work_ ONWARD_GUARDED_BY(mutex_);
  Bucket bytes_ ONWARD_GUARDED_BY(mutex_);
  Time filled_ ONWARD_GUARDED_BY(mutex_) = Time::min();
  uint64_t refused_ ONWARD_GUARDED_BY(mutex_) = 0;
  Time news_at_ ONWARD_GUARDED_BY(mutex_) = Time::min();
};

}  // namespace onward::commands
