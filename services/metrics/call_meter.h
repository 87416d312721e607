// Counts calls where they begin and end: quick enough for every one, and without a lock.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "services/metrics/families.h"

namespace onward::metrics {

// Bounds of the buckets of durations, in seconds.
inline constexpr std::array<double, 14> kDurationBounds = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60};

// Thread-safe.
class CallMeter {
 public:
  // What is counted of one method.
  class Method;

  // Methods as in Transfers.Check, those of `untimed` without durations; reasons of errors. What is in neither list is counted
  // under OTHER, so that nobody can make up labels.
  CallMeter(const std::vector<std::string>& methods, const std::vector<std::string>& untimed,
            const std::vector<std::string>& reasons);
  ~CallMeter();
  CallMeter(const CallMeter&) = delete;
  CallMeter& operator=(const CallMeter&) = delete;

  // A call begins; the answer is for End, lives as long as this and is never null.
  Method* Begin(std::string_view method);
  // It ends, once. `reason`: of its error; empty: none.
  void End(Method* method, absl::StatusCode code, std::string_view reason,
           std::chrono::microseconds duration);
  // It was slow; `because` is one of SlowCauses.
  void Slow(std::string_view because);

  // onward_rpc_* and onward_slow_questions_total.
  std::vector<Family> Families() const;

 private:
  using Counts = std::unordered_map<std::string_view, std::atomic<uint64_t>>;

  std::vector<std::unique_ptr<Method>> methods_;
  std::unordered_map<std::string_view, Method*> by_name_;
  std::vector<std::string> reason_names_;
  Counts reasons_;
  Counts slow_;
};

// What can make a question slow, as the log and the label `because` say it.
inline constexpr std::array<std::string_view, 5> kSlowCauses = {"worker", "revision", "records",
                                                                "judging", "answering"};

}  // namespace onward::metrics
