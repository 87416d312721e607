#include "graph/base/date.h"

#include <gtest/gtest.h>

namespace onward {
namespace {

TEST(DateTest, ReadsAndPrintsIsoDates) {
  for (const char* text : {"1900-01-01", "1970-01-01", "2000-02-29", "2020-07-16", "2999-12-31"}) {
    const auto date = Date::Parse(text);
    ASSERT_TRUE(date.has_value()) << text;
    EXPECT_EQ(date->ToString(), text);
  }
  EXPECT_EQ(Date::Parse("1970-01-02")->days(), 1);
  EXPECT_EQ(Date::Of(2020, 7, 16), *Date::Parse("2020-07-16"));
}

TEST(DateTest, RefusesWhatIsNoDate) {
  for (const char* text : {"", "2020-7-16", "2020-02-30", "2021-02-29", "2020-13-01", "2020-00-10",
                           "2020-01-00", "20200716", "2020-07-16 ", "+020-07-16", "1899-12-31",
                           "3000-01-01", "2020/07/16", "2020-07-1x"}) {
    EXPECT_FALSE(Date::Parse(text).has_value()) << text;
  }
}

TEST(DateTest, OpenEndsStayOpenAndPrintEmpty) {
  EXPECT_EQ(Date::Max().Plus(1), Date::Max());
  EXPECT_EQ(Date::Min().Plus(-1), Date::Min());
  EXPECT_EQ(Date::Max().ToString(), "");
  EXPECT_EQ(Date::Of(2020, 2, 28).Plus(1).ToString(), "2020-02-29");
}

TEST(DateTest, MonthsLater) {
  EXPECT_EQ(Date::Of(2026, 11, 22).PlusMonths(12), Date::Of(2027, 11, 22));
  EXPECT_EQ(Date::Of(2026, 12, 31).PlusMonths(2), Date::Of(2027, 2, 28));
  EXPECT_EQ(Date::Of(2023, 8, 31).PlusMonths(6), Date::Of(2024, 2, 29));
  EXPECT_EQ(Date::Max().PlusMonths(1), Date::Max());
}

TEST(IntervalTest, HoldsFirstDayAndNotLast) {
  const Interval i{Date::Of(2020, 1, 1), Date::Of(2020, 2, 1)};
  EXPECT_FALSE(i.Contains(Date::Of(2019, 12, 31)));
  EXPECT_TRUE(i.Contains(Date::Of(2020, 1, 1)));
  EXPECT_TRUE(i.Contains(Date::Of(2020, 1, 31)));
  EXPECT_FALSE(i.Contains(Date::Of(2020, 2, 1)));
  EXPECT_TRUE(Interval{}.Contains(Date::Of(1900, 1, 1)));
}

TEST(IntervalTest, MeetAndOverlap) {
  const Interval a{Date::Of(2020, 1, 1), Date::Of(2020, 2, 1)};
  const Interval b{Date::Of(2020, 2, 1), Date::Max()};
  EXPECT_FALSE(a.Overlaps(b));
  EXPECT_TRUE(a.Meet(b).IsEmpty());
  EXPECT_TRUE(a.Overlaps(Interval{}));
  EXPECT_EQ(a.Meet(Interval{}), a);
}

}  // namespace
}  // namespace onward
