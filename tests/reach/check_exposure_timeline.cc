// Changes of an exposure between two days against the exposures of both days.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "graph/reach/exposure.h"
#include "graph/reach/exposure_timeline.h"
#include "tests/reach/reach_case.h"
#include "tests/support/law.h"

namespace onward::reach_test {
namespace {

using verdict::Reason;
using verdict::Verdict;

struct Shown {
  Verdict verdict = Verdict::kUnspecified;
  Reason reason = Reason::kUnspecified;
  friend bool operator==(const Shown&, const Shown&) = default;
};
// By recipient and destination.
using Rows = std::map<std::pair<std::string, std::string>, Shown>;

constexpr int kDays = 8;
constexpr size_t kPage = 3;

Rows RowsOn(const ReachCase& c, const std::string& origin, Date day) {
  const query::JudgementsPtr judged = query::Judgements::Make(
      Snapshot::Build(1, c.records), testing::TheRegister(), {day, Date::Max()});
  reach::ExposureQuestion question;
  question.origin = judged->snapshot().PartyNumber(origin);
  const auto page = reach::Exposure(reach::DayGraph::Of(judged), question, std::nullopt, 1'000,
                                    [](size_t /*rows*/) { return absl::OkStatus(); });
  Rows rows;
  for (const reach::ExposureRow& row : page->rows) {
    rows[{std::string(judged->snapshot().PartyId(row.recipient)), row.destination}] = {row.verdict,
                                                                                       row.reason};
  }
  return rows;
}

}  // namespace

void CheckExposureTimeline(const ReachCase& c) {
  constexpr int kOneIn = 20;
  if (c.random() % kOneIn != 0) {
    return;
  }
  const std::string& origin =
      c.data.IdOf(static_cast<int>(c.random() % static_cast<uint64_t>(c.data.parties())));
  reach::ExposureTimelineQuestion question;
  question.origin = c.judged->snapshot().PartyNumber(origin).value();
  question.window = {c.day.Plus(1), c.day.Plus(1 + kDays)};
  Rows rows = RowsOn(c, origin, c.day);
  std::optional<reach::ExposureChangeKey> after;
  do {
    const auto page =
        reach::ExposureOverTime(*c.judged, question, after, kPage, [] { return absl::OkStatus(); });
    ASSERT_TRUE(page.ok());
    for (const reach::ExposureChange& change : page->changes) {
      const std::string recipient(c.judged->snapshot().PartyId(change.recipient));
      SCOPED_TRACE(change.date.ToString() + " " + recipient + " " + change.destination);
      Shown& row = rows[{recipient, change.destination}];
      EXPECT_EQ(row, (Shown{change.before, change.reason_before}));
      row = {change.after, change.reason_after};
      EXPECT_FALSE(change.causes.empty());
    }
    after = page->next;
  } while (after);
  std::erase_if(rows, [](const auto& row) { return row.second.verdict == Verdict::kUnspecified; });
  EXPECT_EQ(rows, RowsOn(c, origin, c.day.Plus(kDays)));
}

}  // namespace onward::reach_test
