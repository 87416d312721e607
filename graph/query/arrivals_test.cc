#include "graph/query/arrivals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "graph/base/parallel.h"
#include "graph/query/test_inventory.h"

namespace onward::query {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using verdict::Reason;

const Date kDay = Date::Of(2024, 6, 1);

// A Finnish company, an American, an Indian, a Swiss and an Irish one.
TestInventory World() {
  return TestInventory()
      .Party("fi", "FI")
      .Party("us", "US")
      .Party("in", "IN")
      .Party("ch", "CH")
      .Party("ie", "IE");
}

TEST(Arrivals, RestrictedDataBeginsAtTheFirstBoundExporter) {
  const JudgementsPtr judged = World()
                                   .AddFlow("fi", "us", {"contact"})
                                   .AddSub("us", "in", {"contact.email"})
                                   .AddFlow("in", "ch", {"usage"})
                                   .Judge(kDay);
  EXPECT_FALSE(ArrivalOf(*judged, "fi-us").restricted);  // Bound: how it came does not matter.
  EXPECT_TRUE(ArrivalOf(*judged, "us-in").restricted);
  EXPECT_FALSE(ArrivalOf(*judged, "us-in").only_under_adequacy);
  EXPECT_EQ(VerdictOf(*judged, "us-in").reason, Reason::kNoMechanism);
  EXPECT_FALSE(ArrivalOf(*judged, "in-ch").restricted);
  EXPECT_EQ(VerdictOf(*judged, "in-ch").reason, Reason::kExporterNotBound);
}

TEST(Arrivals, NothingIsRestrictedWithoutABoundExporter) {
  const JudgementsPtr judged =
      World().AddFlow("us", "in", {"contact"}).AddSub("in", "ch", {"ALL_RECEIVED"}).Judge(kDay);
  EXPECT_FALSE(ArrivalOf(*judged, "us-in").restricted);
  EXPECT_FALSE(ArrivalOf(*judged, "in-ch").restricted);
}

TEST(Arrivals, NarrowingGoesAlongTheTree) {
  const JudgementsPtr judged = World()
                                   .AddFlow("fi", "us", {"contact.email", "usage"})
                                   .AddSub("us", "in", {"contact"})
                                   .AddSub("in", "ch", {"contact.phone"})
                                   .Judge(kDay);
  EXPECT_TRUE(ArrivalOf(*judged, "us-in").restricted);
  // Only contact.email got that far.
  EXPECT_FALSE(ArrivalOf(*judged, "in-ch").restricted);
}

TEST(Arrivals, AllReceivedAndUnstatedHandOnEverything) {
  const JudgementsPtr judged = World()
                                   .AddFlow("fi", "us", {"contact.email"})
                                   .AddSub("us", "in", {"ALL_RECEIVED"})
                                   .AddSub("in", "ch", {})
                                   .Judge(kDay);
  EXPECT_TRUE(ArrivalOf(*judged, "us-in").restricted);
  EXPECT_TRUE(ArrivalOf(*judged, "in-ch").restricted);
  const CategorySet received =
      judged->arrivals().Received(judged->snapshot().FlowNumber("in-ch").value());
  EXPECT_THAT(received.ids, ElementsAre("contact.email"));
}

TEST(Arrivals, UnspecifiedDataMeetsAnyCategory) {
  const JudgementsPtr judged =
      World().AddFlow("fi", "us", {"ALL_RECEIVED"}).AddSub("us", "in", {"contact"}).Judge(kDay);
  EXPECT_TRUE(ArrivalOf(*judged, "us-in").restricted);
}

TEST(Arrivals, ABoundProcessorsFlowsAreRestrictedAlsoWhereTheirSourceIsNotRecorded) {
  const JudgementsPtr judged = World()
                                   .AddFlow("fi", "ie", {"contact"})
                                   .AddSub("ie", "us", {"usage"})
                                   .AddSub("us", "in", {"usage"})
                                   .Judge(kDay);
  EXPECT_TRUE(ArrivalOf(*judged, "us-in").restricted);
}

TEST(Arrivals, UnderAdequacyOfTheExportersCountry) {
  const JudgementsPtr judged =
      World().AddFlow("fi", "ch", {"contact"}).AddSub("ch", "in", {"contact"}).Judge(kDay);
  EXPECT_TRUE(ArrivalOf(*judged, "ch-in").restricted);
  EXPECT_TRUE(ArrivalOf(*judged, "ch-in").only_under_adequacy);
  EXPECT_EQ(VerdictOf(*judged, "ch-in").reason, Reason::kOnwardByLocalRules);
}

TEST(Arrivals, OneOtherWayInIsEnoughNotToBeUnderAdequacy) {
  TestInventory world = World();
  world.Party("io", "IO:EPO")
      .AddFlow("fi", "ch", {"contact"})
      .AddSub("ch", "in", {"contact"})
      .AddSub("in", "us", {"contact"})
      .AddSub("us", "in", {"contact"});
  const JudgementsPtr judged = world.Judge(kDay);
  EXPECT_TRUE(ArrivalOf(*judged, "ch-in").only_under_adequacy);
  EXPECT_FALSE(ArrivalOf(*judged, "in-us").only_under_adequacy);
}

TEST(Arrivals, DataOfAnotherCategoryDoesNotSpoilAdequacy) {
  TestInventory world = World();
  model::Flow site = world.Flow("fi", "ch", {"usage"});
  site.id = "fi-ch-usage";
  site.sites = {{"", "US", "", model::SiteOperation::kStorage}};
  world.AddFlow("fi", "ch", {"contact"}).Add(site).AddSub("ch", "in", {"contact"});
  EXPECT_TRUE(ArrivalOf(*world.Judge(kDay), "ch-in").only_under_adequacy);
  world.AddSub("ch", "us", {"usage"});
  EXPECT_FALSE(ArrivalOf(*world.Judge(kDay), "ch-us").only_under_adequacy);
}

TEST(Arrivals, FlowsLimitedToAnOriginCarryOnlyItsData) {
  TestInventory world = World();
  world.Party("se", "SE").AddFlow("fi", "us", {"contact"}).AddFlow("in", "us", {"contact"});
  model::Flow for_in = world.Flow("us", "ch", {"contact"});
  for_in.exporter_role = model::Role::kProcessor;
  for_in.on_behalf_of = {"in"};
  world.Add(for_in);
  const JudgementsPtr other = world.Judge(kDay);
  EXPECT_FALSE(ArrivalOf(*other, "us-ch").restricted);
  EXPECT_THAT(other->arrivals().OriginsOf(other->snapshot().FlowNumber("us-ch").value()),
              ElementsAre("in"));
  model::Flow for_fi = for_in;
  for_fi.id = "us-ch-2";
  for_fi.on_behalf_of = {"fi", "in"};
  world.Add(for_fi);
  const JudgementsPtr both = world.Judge(kDay);
  EXPECT_TRUE(ArrivalOf(*both, "us-ch-2").restricted);
  EXPECT_THAT(both->arrivals().OriginsOf(both->snapshot().FlowNumber("us-ch-2").value()),
              ElementsAre("fi", "in"));
}

TEST(Arrivals, CirclesEnd) {
  const JudgementsPtr judged = World()
                                   .AddFlow("fi", "us", {"contact"})
                                   .AddSub("us", "in", {"ALL_RECEIVED"})
                                   .AddSub("in", "ch", {"ALL_RECEIVED"})
                                   .AddSub("ch", "us", {"ALL_RECEIVED"})
                                   .Judge(kDay);
  for (const char* flow : {"us-in", "in-ch", "ch-us"}) {
    EXPECT_TRUE(ArrivalOf(*judged, flow).restricted) << flow;
    EXPECT_FALSE(ArrivalOf(*judged, flow).only_from_importer) << flow;
  }
  EXPECT_FALSE(ArrivalOf(*judged, "in-ch").only_under_adequacy);
  // Whatever the way before: into Switzerland it came under the decision on Switzerland.
  EXPECT_TRUE(ArrivalOf(*judged, "ch-us").only_under_adequacy);
}

TEST(Arrivals, ACopyThatIsKeptGoesOn) {
  TestInventory world = World();
  model::Flow ended = world.Flow("fi", "us", {"contact"});
  ended.interval.until = Date::Of(2023, 1, 1);
  world.AddSub("us", "in", {"contact"});
  EXPECT_FALSE(ArrivalOf(*TestInventory(world).Add(ended).Judge(kDay), "us-in").restricted);
  ended.copy_ends = model::CopyEnd{model::CopyOutcome::kKept, std::nullopt};
  EXPECT_TRUE(ArrivalOf(*TestInventory(world).Add(ended).Judge(kDay), "us-in").restricted);
  ended.copy_ends = model::CopyEnd{model::CopyOutcome::kDeleted, std::nullopt};
  EXPECT_FALSE(ArrivalOf(*TestInventory(world).Add(ended).Judge(kDay), "us-in").restricted);
  ended.copy_ends = model::CopyEnd{model::CopyOutcome::kDeleted, Date::Of(2024, 7, 1)};
  EXPECT_TRUE(ArrivalOf(*TestInventory(world).Add(ended).Judge(kDay), "us-in").restricted);
}

TEST(Arrivals, AKeptCopyHoldsWhatCameBeforeOtherFlowsEnded) {
  TestInventory world = World();
  model::Flow first = world.Flow("fi", "us", {"contact"});
  first.interval.until = Date::Of(2022, 1, 1);
  model::Flow second = world.Flow("us", "in", {"contact"});
  second.exporter_role = model::Role::kProcessor;
  second.interval.until = Date::Of(2023, 1, 1);
  second.copy_ends = model::CopyEnd{model::CopyOutcome::kKept, std::nullopt};
  world.Add(first).Add(second).AddSub("in", "ch", {"contact"});
  EXPECT_TRUE(ArrivalOf(*world.Judge(kDay), "in-ch").restricted);
}

TEST(Arrivals, AProcessorsReturnEndsIt) {
  const JudgementsPtr judged = World()
                                   .AddFlow("us", "ie", {"contact"})
                                   .AddSub("ie", "us", {"contact"})
                                   .AddFlow("us", "in", {"contact"})
                                   .Judge(kDay);
  EXPECT_FALSE(ArrivalOf(*judged, "us-in").restricted);
  // From the bound processor itself the return is a transfer.
  EXPECT_NE(VerdictOf(*judged, "ie-us").verdict, verdict::Verdict::kNotATransfer);
}

TEST(Arrivals, AReturnDoesNotEndWhatOthersGaveTheProcessor) {
  const JudgementsPtr judged = World()
                                   .AddFlow("us", "ie", {"contact"})
                                   .AddFlow("fi", "ie", {"usage"})
                                   .AddSub("ie", "us", {"contact", "usage"})
                                   .AddFlow("us", "in", {"contact"})
                                   .AddFlow("us", "ch", {"usage"})
                                   .Judge(kDay);
  EXPECT_FALSE(ArrivalOf(*judged, "us-in").restricted);
  EXPECT_TRUE(ArrivalOf(*judged, "us-ch").restricted);
}

TEST(Arrivals, BackToTheGiverIsAReturn) {
  const JudgementsPtr judged = World()
                                   .AddFlow("fi", "ch", {"contact"})
                                   .AddSub("ch", "in", {"contact"})
                                   .AddSub("in", "ch", {"contact"})
                                   .AddSub("ch", "us", {"contact"})
                                   .Judge(kDay);
  EXPECT_TRUE(ArrivalOf(*judged, "in-ch").only_from_importer);
  EXPECT_EQ(VerdictOf(*judged, "in-ch").reason, Reason::kReturned);
  // What comes back does not count as another way in.
  EXPECT_TRUE(ArrivalOf(*judged, "ch-us").only_under_adequacy);
  EXPECT_FALSE(ArrivalOf(*judged, "ch-in").only_from_importer);
}

TEST(Arrivals, AReturnByAControllerIsOneToo) {
  const JudgementsPtr judged = World()
                                   .AddFlow("fi", "ch", {"contact"})
                                   .AddFlow("ch", "in", {"contact"})
                                   .AddFlow("in", "ch", {"contact"})
                                   .AddFlow("ch", "us", {"contact"})
                                   .AddFlow("in", "us", {"contact"})
                                   .Judge(kDay);
  EXPECT_EQ(VerdictOf(*judged, "in-ch").reason, Reason::kReturned);
  EXPECT_TRUE(ArrivalOf(*judged, "ch-us").only_under_adequacy);
  EXPECT_FALSE(ArrivalOf(*judged, "in-us").only_from_importer);
}

TEST(Arrivals, ADirectCollectionCarriesNothing) {
  TestInventory world = World();
  model::Flow direct = world.Flow("fi", "us", {"contact"});
  direct.collection = model::Collection::kDirectFromDataSubject;
  const JudgementsPtr judged = world.Add(direct).AddSub("us", "in", {"contact"}).Judge(kDay);
  EXPECT_FALSE(ArrivalOf(*judged, "us-in").restricted);
  EXPECT_THAT(judged->arrivals().OriginsOf(judged->snapshot().FlowNumber("fi-us").value()),
              IsEmpty());
}

TEST(Arrivals, OriginsAreWhoseDataItIs) {
  TestInventory world = World();
  model::Activity crm;
  crm.id = "crm";
  crm.controllers = {"fi"};
  crm.data_categories = {"contact"};
  const JudgementsPtr judged = world.Add(crm)
                                   .AddFlow("fi", "ie", {"contact", "usage"})
                                   .AddFlow("ch", "ie", {"usage"})
                                   .AddSub("ie", "us", {"contact.email"})
                                   .AddSub("us", "in", {"ALL_RECEIVED"})
                                   .Judge(kDay);
  EXPECT_THAT(judged->arrivals().OriginsOf(judged->snapshot().FlowNumber("us-in").value()),
              ElementsAre("fi"));
  EXPECT_THAT(judged->arrivals().OriginsOf(judged->snapshot().FlowNumber("ch-ie").value()),
              ElementsAre("ch"));
}

// Enough parties that threads take parts of them: chains of processors, circles among neighbours, copies and limits.
SnapshotPtr ManyParties() {
  constexpr size_t kParties = 3'000;
  constexpr size_t kFlows = 9'000;
  static const std::vector<std::string> kCountries = {"FI", "US", "IN", "CH", "JP"};
  static const std::vector<std::string> kCategories = {"contact", "contact.email", "usage",
                                                       "ALL_RECEIVED"};
  std::mt19937_64 random(7);
  const auto below = [&random](size_t max) { return random() % max; };
  const auto id = [](size_t number) { return "p" + std::to_string(number); };
  std::vector<model::Record> records;
  for (size_t i = 0; i < kParties; ++i) {
    model::Party party;
    party.id = id(i);
    party.establishment = kCountries[below(kCountries.size())];
    records.emplace_back(std::move(party));
  }
  for (size_t i = 0; i < kFlows; ++i) {
    const size_t from = below(kParties);
    const size_t to = below(4) == 0 ? (from + kParties - 1 - below(8)) % kParties : below(kParties);
    model::Flow flow;
    flow.id = "f" + std::to_string(i);
    flow.exporter = id(std::min(from, to));
    flow.importer = id(std::max(from, to));
    if (below(4) == 0) {
      std::swap(flow.exporter, flow.importer);
    }
    flow.exporter_role = below(3) == 0 ? model::Role::kController : model::Role::kProcessor;
    flow.importer_role = model::Role::kProcessor;
    flow.data_categories = {kCategories[below(kCategories.size())]};
    if (below(20) == 0) {
      flow.on_behalf_of = {id(below(3))};
    }
    if (below(20) == 0) {
      flow.interval.until = kDay.Plus(-1);
      flow.copy_ends = model::CopyEnd();
      flow.copy_ends->outcome = model::CopyOutcome::kKept;
    }
    records.emplace_back(std::move(flow));
  }
  return Snapshot::Build(1, std::move(records));
}

TEST(Arrivals, TheSameWithAnyNumberOfThreads) {
  const SnapshotPtr snapshot = ManyParties();
  const auto judge = [&snapshot](size_t threads) {
    WorkThreads::SetMax(threads);
    const verdict::Question question{kDay, Date::Max()};
    JudgementsPtr judged = Judgements::Make(snapshot, ::onward::testing::TheRegister(), question);
    WorkThreads::SetMax(0);
    return judged;
  };
  const JudgementsPtr one = judge(1);
  const JudgementsPtr many = judge(4);
  size_t returns = 0;
  size_t under_adequacy = 0;
  for (const uint32_t flow : snapshot->FlowsInOrder()) {
    const verdict::Arrival& arrival = one->arrivals().Of(flow);
    const verdict::Arrival& other = many->arrivals().Of(flow);
    ASSERT_EQ(one->VerdictOf(flow), many->VerdictOf(flow));
    ASSERT_EQ(arrival.restricted, other.restricted);
    ASSERT_EQ(arrival.only_under_adequacy, other.only_under_adequacy);
    ASSERT_EQ(arrival.only_from_importer, other.only_from_importer);
    ASSERT_EQ(one->arrivals().CarriageOf(flow), many->arrivals().CarriageOf(flow));
    returns += arrival.only_from_importer ? 1 : 0;
    under_adequacy += arrival.only_under_adequacy ? 1 : 0;
  }
  EXPECT_GT(returns, 0U);
  EXPECT_GT(under_adequacy, 0U);
}

}  // namespace
}  // namespace onward::query
