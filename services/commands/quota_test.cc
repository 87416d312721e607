#include "services/commands/quota.h"

#include <gmock/gmock.h>

#include "graph/base/error_detail.h"

namespace onward::commands {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

class QuotaTest : public ::testing::Test {
 protected:
  static std::string LimitOf(const absl::Status& status) {
    if (status.ok()) {
      return "";
    }
    EXPECT_TRUE(absl::IsResourceExhausted(status));
    const auto detail = DetailOf(status);
    EXPECT_TRUE(detail && detail->reason == "LIMIT_EXCEEDED") << status;
    return detail ? detail->metadata.at("limit") : "";
  }
  void Pass(microseconds time) { now_ += time; }
  Quota::Time now() const { return now_; }

 private:
  Quota::Time now_ = Quota::Time(seconds(1'000'000));
};

TEST_F(QuotaTest, WithoutLimitsEverythingGoes) {
  Quota quota({});
  for (int i = 0; i < 1'000; ++i) {
    EXPECT_TRUE(quota.Take(now()).ok());
    quota.Spend(now(), seconds(10), 1U << 30);
  }
  EXPECT_EQ(quota.refused(), 0U);
}

TEST_F(QuotaTest, ASecondsCallsAtOnceThenNoneUntilOneIsPaid) {
  Quota quota({.calls = 10});
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(quota.Take(now()).ok()) << i;
  }
  EXPECT_EQ(LimitOf(quota.Take(now())), "inventory_calls_per_second_max");
  Pass(milliseconds(99));
  EXPECT_FALSE(quota.Take(now()).ok());
  Pass(milliseconds(1));
  EXPECT_TRUE(quota.Take(now()).ok());
  EXPECT_FALSE(quota.Take(now()).ok());
  EXPECT_EQ(quota.refused(), 3U);
}

// However long it was quiet, no more than a second's worth is there.
TEST_F(QuotaTest, QuietTimeIsNotSaved) {
  Quota quota({.calls = 5});
  EXPECT_TRUE(quota.Take(now()).ok());
  Pass(seconds(3'600));
  int taken = 0;
  while (quota.Take(now()).ok()) {
    ++taken;
  }
  EXPECT_EQ(taken, 5);
}

TEST_F(QuotaTest, AtTenTimesItsRateANinthOfNineIsRefused) {
  Quota quota({.calls = 100});
  int taken = 0;
  for (int i = 0; i < 10'000; ++i) {
    taken += quota.Take(now()).ok() ? 1 : 0;
    Pass(milliseconds(1));
  }
  // Ten seconds, and the first second's worth.
  EXPECT_NEAR(taken, 1'100, 1);
}

TEST_F(QuotaTest, WorkIsPaidAfterwards) {
  Quota quota({.work_ms = 100});
  EXPECT_TRUE(quota.Take(now()).ok());
  quota.Spend(now(), milliseconds(100), 0);
  EXPECT_TRUE(quota.Take(now()).ok());
  quota.Spend(now(), milliseconds(50), 0);
  EXPECT_EQ(LimitOf(quota.Take(now())), "inventory_work_ms_per_second_max");
  Pass(milliseconds(499));
  EXPECT_FALSE(quota.Take(now()).ok());
  Pass(milliseconds(1));
  EXPECT_TRUE(quota.Take(now()).ok());
}

// Two calls were taken; the first cost all that there was and more.
TEST_F(QuotaTest, WhoHasWaitedIsRefusedInDebt) {
  Quota quota({.calls = 10, .work_ms = 100});
  EXPECT_TRUE(quota.Take(now()).ok());
  EXPECT_TRUE(quota.Take(now()).ok());
  quota.Spend(now(), milliseconds(150), 0);
  EXPECT_EQ(LimitOf(quota.CheckDebt(now())), "inventory_work_ms_per_second_max");
  EXPECT_EQ(quota.refused(), 1U);
  Pass(milliseconds(500));
  EXPECT_TRUE(quota.CheckDebt(now()).ok());
  // It takes no call.
  for (int i = 0; i < 8; ++i) {
    EXPECT_TRUE(quota.Take(now()).ok());
  }
}

TEST_F(QuotaTest, BytesArePaidAfterwards) {
  Quota quota({.answer_bytes = 1'000});
  quota.Spend(now(), microseconds(0), 1'000);
  EXPECT_TRUE(quota.Take(now()).ok());
  quota.Spend(now(), microseconds(0), 1);
  EXPECT_EQ(LimitOf(quota.Take(now())), "inventory_answer_bytes_per_second_max");
  Pass(milliseconds(1));
  EXPECT_TRUE(quota.Take(now()).ok());
}

TEST_F(QuotaTest, OneQuestionShutsNobodyOutForMoreThanAMinute) {
  Quota quota({.work_ms = 1});
  quota.Spend(now(), seconds(36'000), 0);
  Pass(seconds(59));
  EXPECT_FALSE(quota.Take(now()).ok());
  Pass(seconds(1));
  EXPECT_TRUE(quota.Take(now()).ok());
}

TEST_F(QuotaTest, RefusalsAreNewsOnceAMinute) {
  Quota quota({.calls = 1});
  EXPECT_TRUE(quota.IsNews(now()));
  EXPECT_FALSE(quota.IsNews(now()));
  Pass(seconds(59));
  EXPECT_FALSE(quota.IsNews(now()));
  Pass(seconds(1));
  EXPECT_TRUE(quota.IsNews(now()));
}

TEST_F(QuotaTest, TimeThatGoesBackAddsNothing) {
  Quota quota({.calls = 1});
  EXPECT_TRUE(quota.Take(now()).ok());
  EXPECT_FALSE(quota.Take(now() - seconds(100)).ok());
  EXPECT_FALSE(quota.Take(now() - seconds(100)).ok());
  EXPECT_TRUE(quota.Take(now() - seconds(99)).ok());
}

}  // namespace
}  // namespace onward::commands
