#include "graph/query/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/query/changes.h"
#include "graph/query/test_inventory.h"

namespace onward::query {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using verdict::Reason;
using verdict::Verdict;

const Date kDay = Date::Of(2024, 6, 1);

TestInventory World() {
  return TestInventory()
      .Party("fi", "FI")
      .Party("us", "US")
      .Party("in", "IN")
      .Party("ch", "CH")
      .Party("de", "DE");
}

CheckAnswer Ask(const TestInventory& world, const std::string& from, const std::string& to,
                const model::Strings& categories = {}) {
  return Check(*world.Judge(kDay), {from, to, categories});
}

TEST(Check, AnswersFromTheFlowThatCarriesIt) {
  const CheckAnswer answer =
      Ask(World().AddFlow("fi", "ch", {"contact"}), "fi", "ch", {"contact.email"});
  EXPECT_EQ(answer.verdict, Verdict::kCovered);
  EXPECT_EQ(answer.reason, Reason::kAdequacy);
  EXPECT_EQ(answer.flow, "fi-ch");
  EXPECT_EQ(answer.destination, "CH");
  EXPECT_FALSE(answer.mechanism.empty());
  EXPECT_THAT(answer.not_carried, IsEmpty());
  EXPECT_EQ(answer.downstream, Verdict::kUnspecified);
}

TEST(Check, WhatIsNotRecordedIsNeverAPass) {
  const TestInventory world = World().AddFlow("fi", "ch", {"contact.email"});
  for (const model::Strings& asked :
       std::vector<model::Strings>{{"usage"}, {"contact"}, {"contact.email", "health"}}) {
    const CheckAnswer answer = Ask(world, "fi", "ch", asked);
    EXPECT_EQ(answer.verdict, Verdict::kUndetermined);
    EXPECT_EQ(answer.reason, Reason::kNotRecorded);
    EXPECT_EQ(answer.flow, "");
    EXPECT_THAT(answer.not_carried, ElementsAre(asked.back()));
  }
  EXPECT_EQ(Ask(world, "ch", "fi").reason, Reason::kNotRecorded);
  EXPECT_EQ(Ask(world, "fi", "nobody").reason, Reason::kNotRecorded);
  EXPECT_THAT(Ask(world, "nobody", "fi", {"usage"}).not_carried, ElementsAre("usage"));
}

TEST(Check, AFlowThatStatesNothingIsNoProof) {
  const TestInventory world = World().AddFlow("fi", "ch", {});
  EXPECT_EQ(Ask(world, "fi", "ch", {"contact"}).reason, Reason::kNotRecorded);
  EXPECT_EQ(Ask(world, "fi", "ch").verdict, Verdict::kCovered);
}

TEST(Check, ADirectCollectionIsNoProof) {
  TestInventory world = World();
  model::Flow direct = world.Flow("fi", "us", {"contact"});
  direct.collection = model::Collection::kDirectFromDataSubject;
  world.Add(direct);
  EXPECT_EQ(Ask(world, "fi", "us", {"contact"}).reason, Reason::kNotRecorded);
  EXPECT_EQ(Ask(world, "fi", "us").reason, Reason::kNotRecorded);
}

TEST(Check, TheWorstOfSeveralFlowsDecides) {
  TestInventory world = World();
  model::Flow site = world.Flow("fi", "ch", {"contact.email"});
  site.id = "fi-ch-2";
  site.sites = {{"", "IN", "", model::SiteOperation::kStorage}};
  world.AddFlow("fi", "ch", {"contact"}).Add(site);
  const CheckAnswer answer = Ask(world, "fi", "ch", {"contact.email"});
  EXPECT_EQ(answer.flow, "fi-ch-2");
  EXPECT_EQ(answer.destination, "IN");
  EXPECT_EQ(Ask(world, "fi", "ch", {"contact.phone"}).flow, "fi-ch");
}

TEST(Check, LackingStandsOverNotRecorded) {
  const TestInventory world = World().AddFlow("fi", "in", {"contact"});
  const CheckAnswer answer = Ask(world, "fi", "in", {"contact", "health"});
  EXPECT_EQ(answer.verdict, Verdict::kLacking);
  EXPECT_THAT(answer.not_carried, ElementsAre("health"));
}

TEST(Check, LooksBelowForTheseCategoriesAndThisOrigin) {
  TestInventory world = World();
  world.AddFlow("fi", "de", {"contact", "usage"})
      .AddSub("de", "ch", {"usage"})
      .AddSub("ch", "in", {"usage.clicks"})
      .AddSub("in", "ch", {"usage"});
  EXPECT_EQ(Ask(world, "fi", "de", {"contact"}).downstream, Verdict::kUnspecified);
  EXPECT_EQ(Ask(world, "fi", "de", {"usage"}).verdict, Verdict::kNotATransfer);
  EXPECT_EQ(Ask(world, "fi", "de", {"usage"}).downstream, Verdict::kConditional);
  EXPECT_EQ(Ask(world, "fi", "de", {"usage.browsing"}).downstream, Verdict::kCovered);
  EXPECT_EQ(Ask(world, "fi", "de").downstream, Verdict::kConditional);
}

TEST(Check, FlowsForOtherOriginsAreNotBelow) {
  TestInventory world = World();
  model::Flow limited = world.Flow("de", "in", {"contact"});
  limited.exporter_role = model::Role::kProcessor;
  limited.on_behalf_of = {"ch"};
  world.AddFlow("fi", "de", {"contact"}).AddFlow("ch", "de", {"contact"}).Add(limited);
  EXPECT_EQ(Ask(world, "fi", "de", {"contact"}).downstream, Verdict::kUnspecified);
  EXPECT_EQ(Ask(world, "ch", "de", {"contact"}).downstream, Verdict::kLacking);
}

TEST(Check, OtherFlowsOfTheSenderAreNotBelow) {
  const TestInventory world = World()
                                  .AddFlow("fi", "de", {"contact"})
                                  .AddSub("de", "fi", {"contact"})
                                  .AddFlow("fi", "in", {"contact"});
  EXPECT_EQ(Ask(world, "fi", "de", {"contact"}).downstream, Verdict::kNotATransfer);
}

TEST(VerdictChanges, ListsWhatDiffers) {
  TestInventory world = World();
  world.AddFlow("fi", "in", {"contact"}).AddSub("us", "in", {"contact"});
  const SnapshotPtr before = world.Take();
  const SnapshotPtr after = world.AddFlow("fi", "us", {"contact"}).Take();
  const std::vector<VerdictChange> changes =
      ChangedVerdicts(before, after, testing::TheRegister(), {kDay, Date::Max()});
  EXPECT_THAT(
      changes,
      ElementsAre(VerdictChange{"fi-us", "US", Verdict::kUnspecified, Reason::kUnspecified,
                                Verdict::kLacking, Reason::kNoMechanism},
                  VerdictChange{"us-in", "IN", Verdict::kNotATransfer, Reason::kExporterNotBound,
                                Verdict::kLacking, Reason::kNoMechanism}));
  EXPECT_THAT(ChangedVerdicts(after, after, testing::TheRegister(), {kDay, Date::Max()}),
              IsEmpty());
}

// Also after more of them than are kept, and for questions that are alike but not the same.
TEST(Check, AnswersThatAreKeptAreThoseOfTheQuestion) {
  const TestInventory world = World()
                                  .AddFlow("fi", "us", {"contact.email", "health"})
                                  .AddFlow("us", "in", {"health"})
                                  .AddFlow("fi", "ch", {"contact"});
  const JudgementsPtr judged = world.Judge(kDay);
  std::vector<CheckQuestion> questions;
  for (const char* from : {"fi", "us", "f", "nobody"}) {
    for (const char* to : {"us", "in", "ch", "ius"}) {
      for (const model::Strings& asked : std::vector<model::Strings>{
               {}, {"health"}, {"contact.email"}, {"health", "contact.email"}, {"usage"}}) {
        questions.push_back({from, to, asked});
      }
    }
  }
  for (int i = 0; i < 40'000; ++i) {
    questions.push_back({"fi", "us", {"made-" + std::to_string(i)}});
  }
  questions.push_back({"fi", "us", model::Strings(1'000, "health")});
  for (int turn = 0; turn < 2; ++turn) {
    for (const CheckQuestion& question : questions) {
      ASSERT_EQ(CheckAgain(*judged, question), Check(*judged, question))
          << question.from << " " << question.to;
    }
  }
}

}  // namespace
}  // namespace onward::query
