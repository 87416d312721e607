#include "services/commands/quota.h"

#include <algorithm>
#include <cmath>

#include "graph/base/status_macros.h"
#include "services/commands/errors.h"

namespace onward::commands {
namespace {

// One question does not shut its inventory out for longer.
constexpr double kDebtSeconds = 60;
constexpr std::chrono::minutes kBetweenNews(1);
// Level and need are sums of fractions.
constexpr double kNearly = 1e-6;
constexpr double kMicrosPerMs = 1'000;

}  // namespace

void Quota::Bucket::Fill(double seconds) { level = std::min(a_second, level + a_second * seconds); }

void Quota::Bucket::Spend(double units) {
  level = std::max(-kDebtSeconds * a_second, level - units);
}

Quota::Quota(const QuotaLimits& limits) {
  const auto full = [](uint64_t a_second) {
    return Bucket{static_cast<double>(a_second), static_cast<double>(a_second)};
  };
  calls_ = full(limits.calls);
  work_ = full(limits.work_ms);
  bytes_ = full(limits.answer_bytes);
}

void Quota::Fill(Time now) {
  if (filled_ != Time::min() && now > filled_) {
    const double seconds = std::chrono::duration<double>(now - filled_).count();
    calls_.Fill(seconds);
    work_.Fill(seconds);
    bytes_.Fill(seconds);
  }
  filled_ = now;
}

absl::Status Quota::Refuse(std::string_view limit, const Bucket& bucket, double needed) {
  ++refused_;
  const double over = std::max(1.0, std::ceil(bucket.Missing(needed)));
  const auto max = static_cast<uint64_t>(bucket.a_second);
  return LimitExceeded(limit, max, max + static_cast<uint64_t>(over));
}

absl::Status Quota::CheckPaid() {
  if (work_.Missing(0) > kNearly) {
    return Refuse("inventory_work_ms_per_second_max", work_, 0);
  }
  if (bytes_.Missing(0) > kNearly) {
    return Refuse("inventory_answer_bytes_per_second_max", bytes_, 0);
  }
  return absl::OkStatus();
}

absl::Status Quota::Take(Time now) {
  const MutexLock lock(mutex_);
  Fill(now);
  if (calls_.Missing(1) > kNearly) {
    return Refuse("inventory_calls_per_second_max", calls_, 1);
  }
  ONWARD_RETURN_IF_ERROR(CheckPaid());
  calls_.Spend(1);
  return absl::OkStatus();
}

absl::Status Quota::CheckDebt(Time now) {
  const MutexLock lock(mutex_);
  Fill(now);
  return CheckPaid();
}

bool Quota::IsNews(Time now) {
  const MutexLock lock(mutex_);
  const bool news = now >= news_at_;
  news_at_ = news ? now + kBetweenNews : news_at_;
  return news;
}

void Quota::Spend(Time now, std::chrono::microseconds work, uint64_t bytes) {
  const MutexLock lock(mutex_);
  Fill(now);
  work_.Spend(static_cast<double>(work.count()) / kMicrosPerMs);
  bytes_.Spend(static_cast<double>(bytes));
}

uint64_t Quota::refused() const {
  const MutexLock lock(mutex_);
  return refused_;
}

}  // namespace onward::commands
