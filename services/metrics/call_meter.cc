#include "services/metrics/call_meter.h"

#include <algorithm>
#include <limits>

#include "services/metrics/catalogue.h"

namespace onward::metrics {
namespace {

constexpr char kOther[] = "OTHER";
constexpr char kNoReason[] = "NONE";
constexpr size_t kCodes = 17;
constexpr double kMicros = 1e6;

size_t BucketOf(std::chrono::microseconds duration) {
  const double seconds = static_cast<double>(duration.count()) / kMicros;
  return static_cast<size_t>(
      std::lower_bound(kDurationBounds.begin(), kDurationBounds.end(), seconds) -
      kDurationBounds.begin());
}

size_t CodeNumber(absl::StatusCode code) {
  const auto number = static_cast<size_t>(code);
  return number < kCodes ? number : static_cast<size_t>(absl::StatusCode::kUnknown);
}

}  // namespace

class CallMeter::Method {
 public:
  Method(std::string name, bool timed) : name_(std::move(name)), timed_(timed) {}

  const std::string& name() const { return name_; }
  void Begin() { in_flight_.fetch_add(1, std::memory_order_relaxed); }
  void End(absl::StatusCode code, std::chrono::microseconds duration) {
    in_flight_.fetch_sub(1, std::memory_order_relaxed);
    codes_[CodeNumber(code)].fetch_add(1, std::memory_order_relaxed);
    if (timed_) {
      buckets_[BucketOf(duration)].fetch_add(1, std::memory_order_relaxed);
      micros_.fetch_add(static_cast<uint64_t>(std::max<int64_t>(0, duration.count())),
                        std::memory_order_relaxed);
    }
  }

  // Methods that nobody called have a zero of OK, so that a rate has where to start.
  void AddCalls(std::vector<Sample>& out) const {
    for (size_t i = 0; i < kCodes; ++i) {
      const uint64_t count = codes_[i].load(std::memory_order_relaxed);
      if (count > 0 || i == 0) {
        const auto code = static_cast<absl::StatusCode>(i);
        out.push_back({{{"method", name_}, {"code", absl::StatusCodeToString(code)}},
                       static_cast<double>(count)});
      }
    }
  }
  void AddDurations(std::vector<Sample>& out) const {
    Sample sample{{{"method", name_}}};
    uint64_t count = 0;
    for (size_t i = 0; i < buckets_.size(); ++i) {
      count += buckets_[i].load(std::memory_order_relaxed);
      sample.buckets.push_back({i < kDurationBounds.size()
                                    ? kDurationBounds.at(i)
                                    : std::numeric_limits<double>::infinity(),
                                count});
    }
    sample.value = static_cast<double>(micros_.load(std::memory_order_relaxed)) / kMicros;
    if (count > 0) {
      out.push_back(std::move(sample));
    }
  }
  void AddInFlight(std::vector<Sample>& out) const {
    out.push_back(
        {{{"method", name_}}, static_cast<double>(in_flight_.load(std::memory_order_relaxed))});
  }

 private:
  const std::string name_;
  const bool timed_;
  std::atomic<int64_t> in_flight_{0};
  std::array<std::atomic<uint64_t>, kCodes> codes_{};
  std::array<std::atomic<uint64_t>, kDurationBounds.size() + 1> buckets_{};
  std::atomic<uint64_t> micros_{0};
};

CallMeter::CallMeter(const std::vector<std::string>& methods,
                     const std::vector<std::string>& untimed,
                     const std::vector<std::string>& reasons)
    : reason_names_(reasons) {
  for (const std::string& name : methods) {
    const bool timed = std::find(untimed.begin(), untimed.end(), name) == untimed.end();
    methods_.push_back(std::make_unique<Method>(name, timed));
  }
  methods_.push_back(std::make_unique<Method>(kOther, true));
  for (const auto& method : methods_) {
    by_name_.emplace(method->name(), method.get());
  }
  reason_names_.insert(reason_names_.end(), {kNoReason, kOther});
  for (const std::string& reason : reason_names_) {
    reasons_[reason] = 0;
  }
  for (const std::string_view cause : kSlowCauses) {
    slow_[cause] = 0;
  }
}

CallMeter::~CallMeter() = default;

CallMeter::Method* CallMeter::Begin(std::string_view method) {
  const auto it = by_name_.find(method);
  Method* const found = it == by_name_.end() ? methods_.back().get() : it->second;
  found->Begin();
  return found;
}

void CallMeter::End(Method* method, absl::StatusCode code, std::string_view reason,
                    std::chrono::microseconds duration) {
  method->End(code, duration);
  if (code == absl::StatusCode::kOk) {
    return;
  }
  const auto it = reasons_.find(reason.empty() ? kNoReason : reason);
  (it == reasons_.end() ? reasons_.at(kOther) : it->second).fetch_add(1, std::memory_order_relaxed);
}

void CallMeter::Slow(std::string_view because) {
  const auto it = slow_.find(because);
  if (it != slow_.end()) {
    it->second.fetch_add(1, std::memory_order_relaxed);
  }
}

std::vector<Family> CallMeter::Families() const {
  Family calls{&MetricOf("onward_rpc_calls_total"), {}};
  Family durations{&MetricOf("onward_rpc_duration_seconds"), {}};
  Family in_flight{&MetricOf("onward_rpc_in_flight"), {}};
  for (const auto& method : methods_) {
    method->AddCalls(calls.samples);
    method->AddDurations(durations.samples);
    method->AddInFlight(in_flight.samples);
  }
  Family refused{&MetricOf("onward_rpc_refused_total"), {}};
  for (const std::string& reason : reason_names_) {
    refused.samples.push_back(
        {{{"reason", reason}}, static_cast<double>(reasons_.at(reason).load())});
  }
  Family slow{&MetricOf("onward_slow_questions_total"), {}};
  for (const std::string_view cause : kSlowCauses) {
    slow.samples.push_back(
        {{{"because", std::string(cause)}}, static_cast<double>(slow_.at(cause).load())});
  }
  return {calls, durations, in_flight, refused, slow};
}

}  // namespace onward::metrics
