#include "graph/reach/repair.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "graph/query/random_inventory.h"
#include "graph/query/test_inventory.h"
#include "graph/reach/repair_internal.h"

namespace onward::reach {
namespace {

using query::JudgementsPtr;
using query::TestInventory;

const Date kToday = Date::Of(2026, 11, 22);

RepairQuestion Stop(const std::string& origin = "", const std::vector<std::string>& keep = {}) {
  return {RepairKind::kStop, origin, keep};
}
RepairQuestion Sign(const std::string& origin = "") { return {RepairKind::kSign, origin, {}}; }

RepairPlan Plan(const TestInventory& world, const RepairQuestion& question) {
  return FindRepair(world.Judge(kToday), question).value();
}

std::vector<std::string> Texts(const RepairPlan& plan) {
  std::vector<std::string> texts;
  for (const RepairStep& step : plan.steps) {
    texts.push_back(step.text);
  }
  return texts;
}

std::vector<model::Mutation> AllOf(const RepairPlan& plan) {
  std::vector<model::Mutation> mutations;
  for (const RepairStep& step : plan.steps) {
    mutations.insert(mutations.end(), step.mutations.begin(), step.mutations.end());
  }
  return mutations;
}

JudgementsPtr After(const JudgementsPtr& judged, const std::vector<model::Mutation>& mutations) {
  return query::Judgements::Make(judged->snapshot().With(2, mutations), testing::TheRegister(),
                                 judged->question());
}

std::vector<std::string> LackingIn(const query::Judgements& judged) {
  std::vector<std::string> ids;
  for (const uint32_t flow : judged.snapshot().FlowsInOrder()) {
    if (judged.VerdictOf(flow) == verdict::Verdict::kLacking) {
      ids.emplace_back(judged.snapshot().FlowId(flow));
    }
  }
  return ids;
}

TEST(Repair, NothingToDoWhereNothingIsLacking) {
  TestInventory world;
  world.Party("a", "FI").Party("b", "SE").AddFlow("a", "b", {"contact"});
  for (const RepairQuestion& question : {Stop(), Sign()}) {
    const RepairPlan plan = Plan(world, question);
    EXPECT_TRUE(plan.steps.empty());
    EXPECT_TRUE(plan.exact);
    EXPECT_EQ(plan.lacking_flows, 0U);
    EXPECT_EQ(plan.before, plan.after);
  }
}

// One flow carries restricted data to an exporter outside, whose two flows are onward transfers.
TestInventory TwoOnward() {
  TestInventory world;
  world.Party("a", "FI").Party("us", "US").Party("in", "IN").Party("cn", "CN");
  world.AddFlow("a", "us", {"contact"});
  model::Agreement agreement;
  agreement.id = "clauses";
  agreement.parties = {"a", "us"};
  agreement.instruments = {"scc-2021-914-m2"};
  agreement.signed_on = Date::Of(2022, 1, 1);
  model::TransferImpactAssessment tia;
  tia.performed_on = Date::Of(2026, 1, 1);
  tia.outcome = model::TiaOutcome::kAdequate;
  agreement.tias = {tia};
  world.Add(agreement);
  world.AddSub("us", "in", {"contact"}).AddSub("us", "cn", {"contact"});
  return world;
}

TEST(Repair, StoppingOneFlowAboveIsLessThanTwoBelow) {
  const RepairPlan plan = Plan(TwoOnward(), Stop());
  EXPECT_EQ(plan.lacking_flows, 2U);
  EXPECT_EQ(Texts(plan), std::vector<std::string>{"Stop flow a-us from a to us"});
  EXPECT_TRUE(plan.exact);
  EXPECT_EQ(plan.lower_bound, 1U);
  EXPECT_TRUE(plan.beyond_repair.empty());
  EXPECT_EQ(plan.after.lacking, 0U);
  EXPECT_EQ(plan.steps[0].flows, (std::vector<std::string>{"us-cn", "us-in"}));
}

TEST(Repair, WhatIsKeptIsNotStopped) {
  const RepairPlan plan = Plan(TwoOnward(), Stop("", {"a-us"}));
  EXPECT_EQ(Texts(plan), (std::vector<std::string>{"Stop flow us-cn from us to cn",
                                                   "Stop flow us-in from us to in"}));
  EXPECT_TRUE(plan.exact);
  const RepairPlan none = Plan(TwoOnward(), Stop("", {"a-us", "us-cn", "us-in"}));
  EXPECT_TRUE(none.steps.empty());
  EXPECT_EQ(none.beyond_repair, (std::vector<std::string>{"us-cn", "us-in"}));
  EXPECT_EQ(none.after.lacking, 2U);
}

TEST(Repair, OnlyDataOfTheOriginAreCutOff) {
  TestInventory world;
  world.Party("a", "FI").Party("b", "SE").Party("p", "DE").Party("in", "IN");
  world.AddFlow("a", "p", {"contact"}).AddFlow("b", "p", {"financial"});
  world.AddSub("p", "in", {"ALL_RECEIVED"}).AddFlow("b", "in", {"contact"});
  const RepairPlan plan = Plan(world, Stop("a"));
  EXPECT_EQ(plan.lacking_flows, 1U);
  ASSERT_EQ(plan.steps.size(), 1U);
  EXPECT_TRUE(plan.exact);
  EXPECT_EQ(Plan(world, Stop()).steps.size(), 2U);
}

TEST(Repair, OneAgreementHealsAllFlowsBetweenTwo) {
  TestInventory world;
  world.Party("a", "FI").Party("in", "IN").Party("b", "SE");
  world.AddFlow("a", "in", {"contact"}).AddFlow("b", "in", {"contact"});
  model::Flow second = world.Flow("a", "in", {"financial"});
  second.id = "a-in-2";
  world.Add(second);
  const RepairPlan plan = Plan(world, Sign());
  EXPECT_EQ(plan.lacking_flows, 3U);
  ASSERT_EQ(plan.steps.size(), 2U);
  EXPECT_TRUE(plan.exact) << plan.limit;
  EXPECT_EQ(plan.lower_bound, 2U);
  EXPECT_EQ(plan.steps[0].flows, (std::vector<std::string>{"a-in", "a-in-2"}));
  EXPECT_EQ(plan.steps[0].text.rfind("Sign ", 0), 0U) << plan.steps[0].text;
  EXPECT_NE(plan.steps[0].text.find("between a and in"), std::string::npos) << plan.steps[0].text;
  EXPECT_FALSE(plan.steps[0].conditions.empty());
  EXPECT_EQ(plan.after.lacking, 0U);
}

// What is listed once for the recipient heals the flows of all who send to it.
TEST(Repair, ACertificateOfTheRecipientIsOneStepForAll) {
  TestInventory world;
  world.Party("us", "US");
  for (int i = 0; i < 5; ++i) {
    const std::string id = "o" + std::to_string(i);
    world.Party(id, "FI").AddFlow(id, "us", {"contact"});
  }
  const RepairPlan plan = Plan(world, Sign());
  EXPECT_EQ(plan.lacking_flows, 5U);
  ASSERT_EQ(plan.steps.size(), 1U);
  EXPECT_TRUE(plan.exact);
  EXPECT_EQ(plan.steps[0].flows.size(), 5U);
  EXPECT_EQ(plan.steps[0].mutations.front().ref,
            (model::RecordRef{model::RecordKind::kParty, "us"}));
}

TEST(Repair, EndsWhenAsked) {
  const RepairLimits cancelled{1'000'000, [] { return absl::CancelledError("enough"); }};
  for (const RepairQuestion& question : {Stop(), Sign()}) {
    EXPECT_EQ(FindRepair(TwoOnward().Judge(kToday), question, cancelled).status().code(),
              absl::StatusCode::kCancelled);
  }
}

TEST(Repair, ABoundIsNamed) {
  const RepairLimits none{0, {}};
  const RepairPlan plan = FindRepair(TwoOnward().Judge(kToday), Sign(), none).value();
  EXPECT_FALSE(plan.exact);
  EXPECT_FALSE(plan.limit.empty());
  EXPECT_EQ(plan.beyond_repair.size(), 2U);
}

TEST(Repair, ThePlanIsWhatAReaderOfTheRecordsFindsToo) {
  constexpr uint64_t kSeed = 906;
  query::RandomInventory random(kSeed);
  size_t healed = 0;
  for (int i = 0; i < 300; ++i) {
    const JudgementsPtr judged = random.Next().Judge(random.NextDay());
    for (const RepairQuestion& question : {Stop(), Sign()}) {
      const RepairPlan plan = FindRepair(judged, question).value();
      const std::string where = "seed " + std::to_string(kSeed) + " graph " + std::to_string(i);
      EXPECT_EQ(LackingIn(*judged).size(), plan.lacking_flows) << where;
      EXPECT_EQ(LackingIn(*After(judged, AllOf(plan))), plan.beyond_repair) << where;
      EXPECT_LE(plan.lower_bound, plan.steps.size()) << where;
      EXPECT_EQ(plan.exact, plan.limit.empty()) << where << " " << plan.limit;
      healed += plan.lacking_flows - plan.beyond_repair.size();
      if (question.kind == RepairKind::kStop) {
        EXPECT_TRUE(plan.beyond_repair.empty()) << where;
      }
    }
  }
  EXPECT_GT(healed, 100U);
}

TEST(Cover, TakesThingsThatSeveralShare) {
  const CoverAnswer answer = FindCover({{{0}, {3}}, {{1}, {3}}, {{2}, {3, 4}}}, 1'000);
  EXPECT_EQ(answer.things, (std::vector<uint32_t>{3, 4}));
  EXPECT_TRUE(answer.exact);
  EXPECT_EQ(answer.option_of, (std::vector<uint32_t>{1, 1, 1}));
}

// Against all sets of things.
TEST(Cover, NoSmallerSetDoes) {
  std::mt19937_64 random(17);
  const auto below = [&](uint64_t max) { return random() % max; };
  for (int i = 0; i < 2'000; ++i) {
    std::vector<std::vector<std::vector<uint32_t>>> options(1 + below(6));
    for (auto& of_flow : options) {
      of_flow.resize(1 + below(3));
      for (auto& option : of_flow) {
        std::set<uint32_t> things;
        for (uint64_t n = 1 + below(3); n > 0; --n) {
          things.insert(static_cast<uint32_t>(below(8)));
        }
        option.assign(things.begin(), things.end());
      }
    }
    int best = 9;
    for (uint32_t set = 0; set < 256; ++set) {
      const bool does = std::all_of(options.begin(), options.end(), [&](const auto& of_flow) {
        return std::any_of(of_flow.begin(), of_flow.end(), [&](const auto& option) {
          return std::all_of(option.begin(), option.end(),
                             [&](uint32_t thing) { return (set >> thing & 1) != 0; });
        });
      });
      best = does ? std::min(best, __builtin_popcount(set)) : best;
    }
    const CoverAnswer answer = FindCover(options, 100'000);
    ASSERT_TRUE(answer.exact) << i;
    ASSERT_EQ(answer.things.size(), static_cast<size_t>(best)) << i;
    ASSERT_EQ(answer.lower_bound, static_cast<uint64_t>(best)) << i;
    const CoverAnswer rough = FindCover(options, 1);
    ASSERT_LE(rough.lower_bound, static_cast<uint64_t>(best)) << i;
    ASSERT_GE(rough.things.size(), static_cast<size_t>(best)) << i;
  }
}

}  // namespace
}  // namespace onward::reach
