#include "graph/reach/chokepoints.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "graph/query/random_inventory.h"
#include "graph/query/test_inventory.h"
#include "graph/reach/removal_for_tests.h"

namespace onward::reach {
namespace {

using query::JudgementsPtr;
using query::TestInventory;
using Target = ChokepointsQuestion::Target;

const Date kToday = Date::Of(2026, 11, 22);

ChokepointsQuestion Lacking(std::optional<uint32_t> origin = std::nullopt) {
  return {origin, Target::kLacking, ""};
}

// "b 2/1, c 1/1 of 2": flows and recipients behind each, then all target flows.
std::string Told(const DayGraph& graph, const ChokepointsQuestion& question) {
  const auto list = FindChokepoints(graph, question);
  std::string text;
  for (const Chokepoint& point : list.value().chokepoints) {
    text += (text.empty() ? "" : ", ") + std::string(graph.snapshot().PartyId(point.party)) + " " +
            std::to_string(point.flows) + "/" + std::to_string(point.recipients);
  }
  return text + " of " + std::to_string(list->flows);
}

std::set<uint32_t> Leaving(const DayGraph& graph, const std::set<uint32_t>& edges) {
  std::set<uint32_t> leaving;
  for (const uint32_t edge : edges) {
    if (graph.KindOf(edge) == DayGraph::Kind::kActive && LeavesEea(graph, edge)) {
      leaving.insert(edge);
    }
  }
  return leaving;
}

TEST(Chokepoints, EveryPartyOfAChainButTheOriginThatIsAskedAbout) {
  TestInventory world;
  world.Party("a", "FI").Party("b", "SE").Party("c", "DE").Party("d", "IN");
  world.AddFlow("a", "b", {"contact"}).AddSub("b", "c", {"ALL_RECEIVED"});
  world.AddSub("c", "d", {"ALL_RECEIVED"});
  const auto graph = DayGraph::Of(world.Judge(kToday));
  EXPECT_EQ(Told(*graph, Lacking()), "a 1/1, b 1/1, c 1/1 of 1");
  EXPECT_EQ(Told(*graph, Lacking(graph->snapshot().PartyNumber("a"))), "b 1/1, c 1/1 of 1");
  EXPECT_EQ(Told(*graph, {std::nullopt, Target::kCountry, "IN"}), "a 1/1, b 1/1, c 1/1 of 1");
  EXPECT_EQ(Told(*graph, {std::nullopt, Target::kCountry, "US"}), " of 0");
}

TEST(Chokepoints, NoneOfTwoWaysForTheSameCategory) {
  TestInventory world;
  world.Party("a", "FI").Party("b", "SE").Party("c", "DE").Party("d", "FR").Party("e", "IN");
  world.AddFlow("a", "b", {"contact"}).AddFlow("a", "c", {"contact"});
  world.AddSub("b", "d", {"ALL_RECEIVED"}).AddSub("c", "d", {"ALL_RECEIVED"});
  world.AddSub("d", "e", {"ALL_RECEIVED"});
  const auto graph = DayGraph::Of(world.Judge(kToday));
  EXPECT_EQ(Told(*graph, Lacking(graph->snapshot().PartyNumber("a"))), "d 1/1 of 1");
}

// Two ways of two categories: nothing reaches the flow without the one party that both take.
TEST(Chokepoints, WaysAreTakenCategoryByCategory) {
  TestInventory world;
  world.Party("a", "FI").Party("b", "SE").Party("c", "DE").Party("d", "FR").Party("e", "IN");
  world.AddFlow("a", "b", {"contact"}).AddFlow("a", "c", {"financial"});
  world.AddSub("b", "d", {"ALL_RECEIVED"}).AddSub("c", "d", {"ALL_RECEIVED"});
  world.Add([&] {
    model::Flow flow = world.Flow("d", "e", {"contact"});
    flow.exporter_role = model::Role::kProcessor;
    return flow;
  }());
  const auto graph = DayGraph::Of(world.Judge(kToday));
  const auto list = FindChokepoints(*graph, Lacking(graph->snapshot().PartyNumber("a"))).value();
  ASSERT_EQ(list.chokepoints.size(), 2U);
  EXPECT_EQ(graph->snapshot().PartyId(list.chokepoints[0].party), "b");
  EXPECT_EQ(list.chokepoints[0].categories.ids, (std::vector<std::string>{"contact"}));
}

TEST(Chokepoints, TheMostFlowsFirst) {
  TestInventory world;
  world.Party("a", "FI").Party("b", "SE").Party("in", "IN").Party("us", "US").Party("z", "DE");
  world.AddFlow("a", "z", {"contact"}).AddFlow("a", "b", {"contact"});
  world.AddSub("z", "in", {"contact"})
      .AddSub("z", "us", {"contact"})
      .AddSub("b", "in", {"contact"});
  const auto graph = DayGraph::Of(world.Judge(kToday));
  EXPECT_EQ(Told(*graph, Lacking(graph->snapshot().PartyNumber("a"))), "z 2/2, b 1/1 of 3");
}

TEST(Chokepoints, AgreesWithTakingEachPartyAway) {
  constexpr uint64_t kSeed = 20261122;
  query::RandomInventory random(kSeed);
  size_t behind_others = 0;
  for (int i = 0; i < 400; ++i) {
    const JudgementsPtr judged = random.Next().Judge(random.NextDay());
    const auto graph = DayGraph::Of(judged);
    for (uint32_t origin = 0; origin <= graph->parties(); ++origin) {
      ChokepointsQuestion question;
      if (origin < graph->parties()) {
        question.origin = origin;
      }
      const Removal naive(*graph, question.origin);
      const std::set<uint32_t> all = Leaving(*graph, naive.Taken(std::nullopt));
      const auto found = FindChokepoints(*graph, question).value();
      ASSERT_EQ(found.flows, all.size()) << "seed " << kSeed << " graph " << i;
      std::map<uint32_t, size_t> counts;
      for (const Chokepoint& point : found.chokepoints) {
        counts[point.party] = point.flows;
      }
      for (uint32_t party = 0; party < graph->parties(); ++party) {
        if (party != question.origin) {
          const size_t lost = all.size() - Leaving(*graph, naive.Taken(party)).size();
          ASSERT_EQ(counts[party], lost) << "seed " << kSeed << " graph " << i << " without "
                                         << graph->snapshot().PartyId(party);
          behind_others += lost;
        }
      }
    }
  }
  EXPECT_GT(behind_others, 500U);
}

TEST(Chokepoints, AChainOfTenThousand) {
  TestInventory chain;
  constexpr int kLong = 10'000;
  const auto name = [](int i) { return "p" + std::to_string(100'000 + i); };
  for (int i = 0; i <= kLong; ++i) {
    chain.Party(name(i), i == kLong ? "IN" : "FI");
  }
  chain.AddFlow(name(0), name(1), {"contact"});
  for (int i = 1; i < kLong; ++i) {
    chain.AddSub(name(i), name(i + 1), {"ALL_RECEIVED"});
  }
  const auto list = FindChokepoints(*DayGraph::Of(chain.Judge(kToday)), Lacking()).value();
  EXPECT_EQ(list.flows, 1U);
  EXPECT_EQ(list.chokepoints.size(), size_t{kLong});
}

TEST(Chokepoints, EndsAtItsBoundAndWhenAsked) {
  TestInventory world;
  world.Party("a", "FI").Party("b", "IN").AddFlow("a", "b", {"contact"});
  const auto graph = DayGraph::Of(world.Judge(kToday));
  TestInventory star;
  star.Party("a", "FI");
  for (int i = 0; i < 4'000; ++i) {
    star.Party("p" + std::to_string(i), "IN").AddFlow("a", "p" + std::to_string(i), {"contact"});
  }
  const auto large = DayGraph::Of(star.Judge(kToday));
  const ChokepointLimits few{10, {}};
  EXPECT_EQ(FindChokepoints(*large, Lacking(), few).status().code(),
            absl::StatusCode::kResourceExhausted);
  const ChokepointLimits cancelled{UINT64_MAX, [] { return absl::CancelledError("enough"); }};
  EXPECT_EQ(FindChokepoints(*large, Lacking(), cancelled).status().code(),
            absl::StatusCode::kCancelled);
  EXPECT_EQ(Told(*graph, Lacking()), "a 1/1 of 1");
}

}  // namespace
}  // namespace onward::reach
