#include "services/commands/timeline.h"

#include <gmock/gmock.h>

#include "services/commands/test_engine.h"

namespace onward::commands {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class TimelineTest : public EngineTest {
 protected:
  // The flow to the vendor ends twice: as one under a certificate, then by itself; others begin.
  void SetUp() override {
    model::Party vendor = PartyOf("vendor", "US");
    vendor.certifications = {{"us_dpf",
                              {model::CertificationCoverage::kNonHr},
                              "",
                              {Date::Of(2023, 7, 10), Date::Of(2027, 3, 1)}}};
    model::Flow flow = FlowOf("acme-to-vendor", "acme", "vendor");
    flow.interval = {Date::Of(2024, 1, 1), Date::Of(2028, 1, 1)};
    model::Flow later = FlowOf("later", "acme", "vendor");
    later.interval.from = Date::Of(2026, 12, 1);
    ONWARD_ASSERT_OK(Write({Upsert(PartyOf("acme", "FI")), Upsert(PartyOf("other", "FI")),
                            Upsert(vendor), Upsert(flow), Upsert(later)}));
  }

  static TimelineRequest Request() {
    TimelineRequest request;
    request.inventory = kDefaultInventory;
    return request;
  }

  // What an entry says: day, flow, new reason.
  static std::vector<std::string> TextsOf(const query::TimelinePage& page) {
    std::vector<std::string> texts;
    for (const query::TimelineEntry& entry : page.entries) {
      texts.push_back(entry.date.ToString() + " " + entry.flow->id + " " +
                      std::string(verdict::Name(entry.reason_after)));
    }
    return texts;
  }

  std::vector<std::string> Ask(const TimelineRequest& request) {
    const auto result = Timeline(engine(), request, CallContext());
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? TextsOf(result->page) : std::vector<std::string>();
  }
};

TEST_F(TimelineTest, TheNextTwelveMonthsUnlessSaidOtherwise) {
  const auto result = Timeline(engine(), Request(), CallContext());
  ONWARD_ASSERT_OK(result);
  EXPECT_EQ(result->window.from, Date::Of(2026, 11, 22));
  EXPECT_EQ(result->window.until, Date::Of(2027, 11, 22));
  EXPECT_EQ(result->basis.when->as_of, Date::Of(2026, 11, 22));
  EXPECT_THAT(TextsOf(result->page), ElementsAre("2026-12-01 later ADEQUACY",
                                                 "2027-03-01 acme-to-vendor CERTIFICATION_MISSING",
                                                 "2027-03-01 later CERTIFICATION_MISSING"));
  TimelineRequest lacking = Request();
  lacking.to_verdicts = {verdict::Verdict::kLacking};
  EXPECT_THAT(Ask(lacking), SizeIs(2));
  lacking.months = 3;
  EXPECT_THAT(Ask(lacking), IsEmpty());
  lacking.months.reset();
  lacking.until = Date::Of(2027, 3, 1);
  EXPECT_THAT(Ask(lacking), IsEmpty());
  lacking.until = Date::Of(2027, 3, 2);
  EXPECT_THAT(Ask(lacking), SizeIs(2));
}

TEST_F(TimelineTest, OneFlowOverItsWholeLife) {
  TimelineRequest request = Request();
  request.flow = "acme-to-vendor";
  EXPECT_THAT(Ask(request), ElementsAre("2024-01-01 acme-to-vendor ADEQUACY",
                                        "2027-03-01 acme-to-vendor CERTIFICATION_MISSING",
                                        "2028-01-01 acme-to-vendor NOT_IN_EFFECT"));
  request.months = 12;
  EXPECT_THAT(Ask(request), ElementsAre("2024-01-01 acme-to-vendor ADEQUACY"));
  request.from = Date::Of(2027, 6, 1);
  EXPECT_THAT(Ask(request), ElementsAre("2028-01-01 acme-to-vendor NOT_IN_EFFECT"));
}

TEST_F(TimelineTest, OneOrigin) {
  TimelineRequest request = Request();
  request.origin = "acme";
  EXPECT_THAT(Ask(request), SizeIs(3));
  request.origin = "other";
  EXPECT_THAT(Ask(request), IsEmpty());
}

TEST_F(TimelineTest, PagesAreOfOneRevision) {
  TimelineRequest request = Request();
  request.page.size = 1;
  std::vector<std::string> texts;
  while (true) {
    const auto page = Timeline(engine(), request, CallContext());
    ONWARD_ASSERT_OK(page);
    EXPECT_EQ(page->basis.revision, 1);
    for (std::string& text : TextsOf(page->page)) {
      texts.push_back(std::move(text));
    }
    if (!page->next) {
      break;
    }
    request.page.from = page->next;
    ONWARD_ASSERT_OK(Write({Delete(model::RecordKind::kFlow, "later")}));
    ONWARD_ASSERT_OK(Write({Upsert(FlowOf("later", "acme", "vendor"))}));
  }
  EXPECT_THAT(texts, ElementsAre("2026-12-01 later ADEQUACY",
                                 "2027-03-01 acme-to-vendor CERTIFICATION_MISSING",
                                 "2027-03-01 later CERTIFICATION_MISSING"));
}

TEST_F(TimelineTest, RefusesWhatIsNoQuestion) {
  const auto reason = [&](const TimelineRequest& request) {
    return DetailIn(Timeline(engine(), request, CallContext())).reason;
  };
  TimelineRequest request = Request();
  request.flow = "no-such-flow";
  EXPECT_EQ(reason(request), "RECORD_NOT_FOUND");
  request = Request();
  request.origin = "no-such-party";
  EXPECT_EQ(reason(request), "RECORD_NOT_FOUND");
  request = Request();
  request.until = Date::Of(2026, 11, 22);
  EXPECT_EQ(reason(request), "INVALID_REQUEST");
  request = Request();
  request.months = kTimelineMonthsMax + 1;
  EXPECT_EQ(reason(request), "INVALID_REQUEST");
  for (const std::string position : {"nonsense", "2026-13-01/f/US", "2026-12-01/f", ""}) {
    request = Request();
    request.page.from = PagePosition{1, position};
    EXPECT_EQ(reason(request), "INVALID_REQUEST") << position;
  }
}

TEST_F(TimelineTest, TooManyChangesAreALimitThatIsNamed) {
  EngineOptions options;
  options.timeline_changes_max = 2;
  Reopen(options);
  const auto result = Timeline(engine(), Request(), CallContext());
  EXPECT_EQ(result.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(DetailIn(result).reason, "LIMIT_EXCEEDED");
  EXPECT_EQ(DetailIn(result).metadata.at("limit"), "timeline_changes_max");
}

TEST_F(TimelineTest, StopsWhenNobodyWaitsAnyMore) {
  // Verdicts of the day at hand: what is cancelled is the timeline itself.
  ONWARD_ASSERT_OK(Timeline(engine(), Request(), CallContext()));
  CallContext gone;
  int asked = 0;
  gone.cancelled = [&] { return ++asked > 2; };
  EXPECT_EQ(Timeline(engine(), Request(), gone).status().code(), absl::StatusCode::kCancelled);
  CallContext late;
  late.deadline = std::chrono::system_clock::now() - std::chrono::seconds(1);
  EXPECT_EQ(Timeline(engine(), Request(), late).status().code(),
            absl::StatusCode::kDeadlineExceeded);
}

}  // namespace
}  // namespace onward::commands
