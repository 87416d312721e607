#include "graph/reach/concentration.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "graph/query/random_inventory.h"
#include "graph/query/test_inventory.h"
#include "graph/reach/removal_for_tests.h"

namespace onward::reach {
namespace {

using query::TestInventory;

const Date kToday = Date::Of(2026, 11, 22);

// "b: 1 party, 2 origins, 1 activities, 3 flows, 1 lacking", a line each.
std::string Told(const Concentration& found) {
  std::string text;
  for (const Vendor& vendor : found.vendors) {
    text += vendor.id + ": " + std::to_string(vendor.parties) + " parties, " +
            std::to_string(vendor.origins) + " origins, " + std::to_string(vendor.activities) +
            " activities, " + std::to_string(vendor.flows) + " flows, " +
            std::to_string(vendor.lacking) + " lacking\n";
  }
  return text;
}

Concentration Find(const TestInventory& world, ConcentrationBy by) {
  return FindConcentration(*DayGraph::Of(world.Judge(kToday)), by).value();
}

model::Party Daughter(const std::string& id, const std::string& country,
                      const std::string& parent) {
  model::Party party;
  party.id = id;
  party.establishment = country;
  party.group_parent = parent;
  return party;
}

model::Activity Activity(const std::string& id, const std::string& controller,
                         const model::Strings& categories) {
  model::Activity activity;
  activity.id = id;
  activity.controllers = {controller};
  activity.data_categories = categories;
  return activity;
}

TestInventory TwoOriginsAndAGroup() {
  TestInventory world;
  world.Party("a", "FI").Party("b", "SE").Party("cloud", "US");
  world.Add(Daughter("cloud-in", "IN", "cloud")).Add(Daughter("cloud-us", "US", "cloud"));
  world.AddFlow("a", "cloud-us", {"contact"}).AddFlow("b", "cloud-us", {"financial"});
  world.AddSub("cloud-us", "cloud-in", {"financial"}).AddFlow("a", "cloud", {"contact"});
  world.Add(Activity("news", "a", {"contact"})).Add(Activity("pay", "b", {"financial"}));
  return world;
}

TEST(Concentration, CountsWhatHangsOnEachRecipient) {
  const Concentration found = Find(TwoOriginsAndAGroup(), ConcentrationBy::kParty);
  EXPECT_EQ(found.origins, 2U);
  EXPECT_EQ(Told(found),
            "cloud-us: 1 parties, 2 origins, 2 activities, 2 flows, 2 lacking\n"
            "cloud: 1 parties, 1 origins, 1 activities, 1 flows, 1 lacking\n"
            "cloud-in: 1 parties, 1 origins, 1 activities, 1 flows, 1 lacking\n");
  EXPECT_DOUBLE_EQ(found.flow_concentration, (4.0 + 1.0 + 1.0) / 16.0);
}

TEST(Concentration, AGroupIsOneVendor) {
  const Concentration found = Find(TwoOriginsAndAGroup(), ConcentrationBy::kUltimateParent);
  EXPECT_EQ(Told(found), "cloud: 3 parties, 2 origins, 2 activities, 4 flows, 4 lacking\n");
  EXPECT_DOUBLE_EQ(found.flow_concentration, 1.0);
}

TEST(Concentration, NothingMovesInAnEmptyInventory) {
  const Concentration found = Find(TestInventory(), ConcentrationBy::kParty);
  EXPECT_TRUE(found.vendors.empty());
  EXPECT_EQ(found.origins, 0U);
  EXPECT_EQ(found.flow_concentration, 0.0);
}

// More origins than are followed at once.
TEST(Concentration, ManyOriginsAreAllCounted) {
  TestInventory world;
  world.Party("vendor", "US");
  for (int i = 0; i < 200; ++i) {
    const std::string id = "o" + std::to_string(i);
    world.Party(id, "FI").AddFlow(id, "vendor", {i % 2 == 0 ? "contact" : "financial"});
  }
  const Concentration found = Find(world, ConcentrationBy::kParty);
  EXPECT_EQ(found.origins, 200U);
  EXPECT_EQ(Told(found), "vendor: 1 parties, 200 origins, 0 activities, 200 flows, 200 lacking\n");
}

TEST(Concentration, AgreesWithFollowingEachOriginByItself) {
  constexpr uint64_t kSeed = 4711;
  query::RandomInventory random(kSeed);
  size_t reached = 0;
  for (int i = 0; i < 600; ++i) {
    const auto graph = DayGraph::Of(random.Next().Judge(random.NextDay()));
    std::map<std::string, std::set<uint32_t>> expected;
    std::set<uint32_t> reaching;
    for (const uint32_t origin : graph->origins()) {
      for (const uint32_t edge : Removal(*graph, origin).Taken(std::nullopt)) {
        if (graph->To(edge) < graph->parties() && graph->To(edge) != origin) {
          expected[std::string(graph->snapshot().PartyId(graph->To(edge)))].insert(origin);
          reaching.insert(origin);
        }
      }
    }
    const Concentration found = FindConcentration(*graph, ConcentrationBy::kParty).value();
    ASSERT_EQ(found.origins, reaching.size()) << "seed " << kSeed << " graph " << i;
    for (const Vendor& vendor : found.vendors) {
      ASSERT_EQ(vendor.origins, expected[vendor.id].size())
          << "seed " << kSeed << " graph " << i << " vendor " << vendor.id;
      reached += vendor.origins;
      expected.erase(vendor.id);
    }
    ASSERT_TRUE(expected.empty()) << "seed " << kSeed << " graph " << i;
  }
  EXPECT_GT(reached, 1'000U);
}

TEST(Concentration, EndsAtItsBound) {
  TestInventory world;
  world.Party("vendor", "US");
  for (int i = 0; i < 4'000; ++i) {
    world.Party("o" + std::to_string(i), "FI")
        .AddFlow("o" + std::to_string(i), "vendor", {"contact"});
  }
  const ConcentrationLimits few{10, {}};
  const auto found =
      FindConcentration(*DayGraph::Of(world.Judge(kToday)), ConcentrationBy::kParty, few);
  EXPECT_EQ(found.status().code(), absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace onward::reach
