#include "graph/reach/exposure.h"

#include <gtest/gtest.h>

#include <string>

#include "graph/query/test_inventory.h"
#include "graph/reach/exposure_timeline.h"
#include "graph/reach/labels.h"
#include "tests/support/status_matchers.h"

namespace onward::reach {
namespace {

using query::TestInventory;
using verdict::Reason;
using verdict::Verdict;

const Date kDay = Date::Of(2024, 6, 1);

ExposureCheck Never() {
  return [](size_t /*rows*/) { return absl::OkStatus(); };
}

struct Asked {
  query::JudgementsPtr judged;
  DayGraphPtr graph;
  ExposurePage page;

  std::string IdOf(uint32_t party) const { return std::string(judged->snapshot().PartyId(party)); }
  std::string FlowOf(uint32_t flow) const { return std::string(judged->snapshot().FlowId(flow)); }
};

Asked Ask(const TestInventory& world, const std::string& origin, ExposureQuestion question = {},
          Date day = kDay) {
  Asked asked;
  asked.judged = world.Judge(day);
  asked.graph = DayGraph::Of(asked.judged);
  if (!origin.empty()) {
    question.origin = asked.judged->snapshot().PartyNumber(origin);
  }
  auto page = Exposure(asked.graph, question, std::nullopt, 1'000, Never());
  EXPECT_TRUE(page.ok()) << page.status();
  asked.page = *std::move(page);
  return asked;
}

// Acme in Finland, its processor in Sweden, a sub-processor in the United States and one in India.
TestInventory Chain() {
  TestInventory world;
  world.Party("acme", "FI").Party("vendor", "SE").Party("sub", "US").Party("last", "IN");
  world.AddFlow("acme", "vendor", {"contact.email", "financial"});
  world.AddSub("vendor", "sub", {"ALL_RECEIVED"});
  world.AddSub("sub", "last", {"contact"});
  return world;
}

TEST(Exposure, ListsRecipientsOutsideWithWhatReachesThem) {
  const Asked asked = Ask(Chain(), "acme");
  ASSERT_EQ(asked.page.rows.size(), 2);
  const ExposureRow& last = asked.page.rows[0];
  EXPECT_EQ(asked.IdOf(last.recipient), "last");
  EXPECT_EQ(last.destination, "IN");
  EXPECT_EQ(last.categories.ids, model::Strings{"contact.email"});
  EXPECT_EQ(last.verdict, Verdict::kLacking);
  EXPECT_EQ(last.hops, 3);
  ASSERT_EQ(last.witness.size(), 3);
  EXPECT_EQ(asked.FlowOf(last.witness[0]), "acme-vendor");
  EXPECT_EQ(asked.FlowOf(last.witness[2]), "sub-last");
  const ExposureRow& sub = asked.page.rows[1];
  EXPECT_EQ(asked.IdOf(sub.recipient), "sub");
  EXPECT_EQ(sub.categories.ids, (model::Strings{"contact.email", "financial"}));
  EXPECT_EQ(asked.page.summary.lacking, 2);
  EXPECT_EQ(asked.page.origins, 1);
}

TEST(Exposure, TheWorstHopLooksUpstreamAlongTheSameData) {
  TestInventory world;
  world.Party("acme", "FI").Party("first", "IN").Party("second", "JP");
  world.AddFlow("acme", "first", {"contact", "financial"});
  world.AddSub("first", "second", {"contact"});
  const Asked asked = Ask(world, "acme");
  ASSERT_EQ(asked.page.rows.size(), 2);
  EXPECT_EQ(asked.IdOf(asked.page.rows[1].recipient), "second");
  EXPECT_EQ(asked.page.rows[1].worst_hop, Verdict::kLacking);
}

TEST(Exposure, FiltersSelectAndCount) {
  ExposureQuestion question;
  question.destinations = {"US"};
  EXPECT_EQ(Ask(Chain(), "acme", question).page.rows.size(), 1);
  question = {};
  question.recipients = {"last"};
  EXPECT_EQ(Ask(Chain(), "acme", question).page.summary.lacking, 1);
  question = {};
  question.data_categories = {"financial"};
  EXPECT_EQ(Ask(Chain(), "acme", question).page.rows.size(), 1);
  question = {};
  question.verdicts = {Verdict::kCovered};
  EXPECT_TRUE(Ask(Chain(), "acme", question).page.rows.empty());
}

TEST(Exposure, OfAnActivityFollowsItsCategoriesOnly) {
  model::Activity activity;
  activity.id = "payroll";
  activity.controllers = {"acme"};
  activity.data_categories = {"financial"};
  TestInventory world = Chain();
  world.Add(activity);
  ExposureQuestion question;
  question.activity = &activity;
  const Asked asked = Ask(world, "", question);
  ASSERT_EQ(asked.page.rows.size(), 1);
  EXPECT_EQ(asked.IdOf(asked.page.rows[0].recipient), "sub");
  EXPECT_EQ(asked.page.rows[0].categories.ids, model::Strings{"financial"});
}

TEST(Exposure, ACopyThatIsStillHeldIsListed) {
  TestInventory world;
  world.Party("acme", "FI").Party("vendor", "IN");
  model::Flow flow = world.Flow("acme", "vendor", {"contact"});
  flow.interval.until = Date::Of(2023, 1, 1);
  flow.copy_ends = model::CopyEnd{model::CopyOutcome::kKept, std::nullopt};
  world.Add(flow);
  const Asked asked = Ask(world, "acme");
  ASSERT_EQ(asked.page.rows.size(), 1);
  EXPECT_TRUE(asked.page.rows[0].held);
  EXPECT_EQ(asked.page.rows[0].verdict, Verdict::kNotATransfer);
  EXPECT_EQ(asked.page.rows[0].reason, Reason::kNotInEffect);
  EXPECT_EQ(asked.page.rows[0].destination, "IN");
}

TEST(Exposure, ItsTimelineSaysWhenAndWhy) {
  TestInventory world;
  world.Party("acme", "FI").Party("vendor", "IN");
  model::Flow flow = world.Flow("acme", "vendor", {"contact"});
  flow.interval = {Date::Of(2024, 7, 1), Date::Of(2024, 9, 1)};
  world.Add(flow);
  const query::JudgementsPtr judged = world.Judge(kDay);
  const ExposureTimelineQuestion question{{kDay, Date::Of(2025, 1, 1)},
                                          judged->snapshot().PartyNumber("acme").value()};
  const auto page =
      ExposureOverTime(*judged, question, std::nullopt, 10, [] { return absl::OkStatus(); });
  ASSERT_TRUE(page.ok());
  ASSERT_EQ(page->changes.size(), 2);
  EXPECT_EQ(page->changes[0].date, Date::Of(2024, 7, 1));
  EXPECT_EQ(page->changes[0].before, Verdict::kUnspecified);
  EXPECT_EQ(page->changes[0].after, Verdict::kLacking);
  EXPECT_EQ(page->changes[0].gained.ids, model::Strings{"contact"});
  ASSERT_FALSE(page->changes[0].causes.empty());
  EXPECT_EQ(page->changes[0].causes[0].subject, "flow/acme-vendor");
  EXPECT_EQ(page->changes[1].after, Verdict::kUnspecified);
}

// Shapes on which a careless search does not end.

TEST(ExposureShapes, NothingAndOneParty) {
  EXPECT_TRUE(Ask(TestInventory(), "").page.rows.empty());
  TestInventory world;
  world.Party("acme", "FI");
  EXPECT_TRUE(Ask(world, "acme").page.rows.empty());
}

TEST(ExposureShapes, LayersThatAreAllConnected) {
  constexpr int kLayers = 8;
  constexpr int kWidth = 8;
  TestInventory world;
  const auto id = [](int layer, int number) {
    return "p" + std::to_string(layer) + "-" + std::to_string(number);
  };
  world.Party("acme", "FI");
  for (int layer = 0; layer < kLayers; ++layer) {
    for (int i = 0; i < kWidth; ++i) {
      world.Party(id(layer, i), "IN");
      for (int j = 0; layer > 0 && j < kWidth; ++j) {
        world.AddSub(id(layer - 1, j), id(layer, i), {"ALL_RECEIVED"});
      }
    }
  }
  for (int i = 0; i < kWidth; ++i) {
    world.AddFlow("acme", id(0, i), {"contact"});
  }
  const Asked asked = Ask(world, "acme");
  ASSERT_EQ(asked.page.rows.size(), kLayers * kWidth);
  EXPECT_EQ(asked.page.rows.back().hops, kLayers);
}

TEST(ExposureShapes, ALongChainEndsPagesEarly) {
  constexpr int kLength = 1'000;
  TestInventory world;
  world.Party("acme", "FI");
  std::string last = "acme";
  for (int i = 0; i < kLength; ++i) {
    std::string next = "p" + std::to_string(i);
    world.Party(next, "IN");
    if (i == 0) {
      world.AddFlow(last, next, {"contact"});
    } else {
      world.AddSub(last, next, {"ALL_RECEIVED"});
    }
    last = std::move(next);
  }
  const Asked asked = Ask(world, "acme");
  EXPECT_LT(asked.page.rows.size(), kLength);
  ASSERT_TRUE(asked.page.next.has_value());
  ExposureQuestion question;
  question.recipients = {last};
  const Asked end = Ask(world, "acme", question);
  ASSERT_EQ(end.page.rows.size(), 1);
  EXPECT_EQ(end.page.rows[0].hops, kLength);
}

TEST(ExposureShapes, WorkEndsWithTheErrorOfTheCheck) {
  const query::JudgementsPtr judged = Chain().Judge(kDay);
  const auto page = Exposure(DayGraph::Of(judged), {}, std::nullopt, 10,
                             [](size_t /*rows*/) { return absl::CancelledError("stop"); });
  EXPECT_EQ(page.status().code(), absl::StatusCode::kCancelled);
}

TEST(Labels, AreForgottenBetweenOrigins) {
  const query::JudgementsPtr judged = Chain().Judge(kDay);
  const DayGraphPtr graph = DayGraph::Of(judged);
  Labels labels(*graph);
  const auto number = [&](const char* id) { return judged->snapshot().PartyNumber(id).value(); };
  ASSERT_TRUE(labels.Follow(number("acme")).ok());
  EXPECT_EQ(labels.reached().size(), 4);
  ASSERT_TRUE(labels.Follow(number("last")).ok());
  EXPECT_TRUE(labels.reached().empty());
  EXPECT_EQ(labels.WorstInto(number("sub")), Verdict::kUnspecified);
}

}  // namespace
}  // namespace onward::reach
