// Paths through shapes that have very many of them, or none; limits, positions and cancellation. Agreement with a model:
// tests/reach.
#include "graph/reach/paths.h"

#include <gtest/gtest.h>

#include "graph/query/test_inventory.h"
#include "tests/support/status_matchers.h"

namespace onward::reach {
namespace {

using query::TestInventory;

const Date kDay = Date::Of(2026, 1, 1);

std::string Name(const std::string& kind, size_t number) {
  std::string digits = std::to_string(number);
  return kind + std::string(5 - digits.size(), '0') + digits;
}

struct Found {
  absl::StatusOr<PathsEnd> end;
  std::vector<std::vector<std::string>> paths;
};

class PathsTest : public ::testing::Test {
 protected:
  void Use(const TestInventory& inventory) {
    judged_ = inventory.Judge(kDay);
    graph_ = DayGraph::Of(judged_);
  }
  uint32_t Number(const std::string& party) const {
    return judged_->snapshot().PartyNumber(party).value();
  }
  PathsQuestion From(const std::string& from, const std::string& to, uint32_t max_hops = 16) const {
    PathsQuestion question;
    question.from = Number(from);
    question.to = Number(to);
    question.max_hops = max_hops;
    return question;
  }
  Found Find(const PathsQuestion& question, const PathsBounds& bounds = {},
             const std::optional<PathsPosition>& start = std::nullopt) const {
    Found found{absl::UnknownError("not asked"), {}};
    found.end = FindPaths(
        *graph_, question, bounds, start, [] { return absl::OkStatus(); },
        [&](const CarryingPath& path) {
          std::vector<std::string>& flows = found.paths.emplace_back();
          for (const uint32_t edge : path.edges) {
            flows.emplace_back(judged_->snapshot().FlowId(graph_->FlowOf(edge)));
          }
          return absl::OkStatus();
        });
    return found;
  }

  query::JudgementsPtr judged_;
  DayGraphPtr graph_;
};

// a, then layers of parties each of which gives to all of the next, then z.
TestInventory Layered(size_t layers, size_t width) {
  TestInventory inventory;
  inventory.Party("a", "FI").Party("z", "US");
  const auto party = [](size_t layer, size_t at) {
    return "l" + std::to_string(layer) + Name("p", at);
  };
  for (size_t layer = 0; layer < layers; ++layer) {
    for (size_t at = 0; at < width; ++at) {
      inventory.Party(party(layer, at), "FI");
      for (size_t before = 0; before < (layer == 0 ? 1 : width); ++before) {
        inventory.AddSub(layer == 0 ? "a" : party(layer - 1, before), party(layer, at),
                         {"contact"});
      }
    }
  }
  for (size_t at = 0; at < width; ++at) {
    inventory.AddSub(party(layers - 1, at), "z", {"contact"});
  }
  return inventory;
}

TEST_F(PathsTest, ThroughLayersTheFirstOfVeryManyComeAtOnce) {
  Use(Layered(10, 8));
  const Found found = Find(From("a", "z"), {50, 2'000, size_t{1} << 20});
  ONWARD_ASSERT_OK(found.end);
  ASSERT_EQ(found.paths.size(), 50);
  EXPECT_EQ(found.end->limit, PathsLimit::kPaths);
  EXPECT_LT(found.end->steps, 1'000);
  EXPECT_FALSE(found.end->longer_paths);
  EXPECT_TRUE(std::is_sorted(found.paths.begin(), found.paths.end()));
  EXPECT_EQ(found.paths.front().size(), 11);

  const Found next = Find(From("a", "z"), {1, 100, size_t{1} << 20}, found.end->next);
  ONWARD_ASSERT_OK(next.end);
  ASSERT_EQ(next.paths.size(), 1);
  EXPECT_GT(next.paths.front(), found.paths.back());
  EXPECT_LT(next.end->steps, 100) << "goes on, not again from the start";
}

TEST_F(PathsTest, AChainThatIsTooLongIsSaidToBe) {
  constexpr size_t kLength = 600;
  TestInventory inventory;
  for (size_t i = 0; i <= kLength; ++i) {
    inventory.Party(Name("p", i), i == kLength ? "US" : "FI");
    if (i > 0) {
      inventory.AddSub(Name("p", i - 1), Name("p", i), {"contact"});
    }
  }
  Use(inventory);
  const Found far = Find(From(Name("p", 0), Name("p", kLength), 256));
  ONWARD_ASSERT_OK(far.end);
  EXPECT_TRUE(far.paths.empty());
  EXPECT_EQ(far.end->limit, PathsLimit::kNone);
  EXPECT_TRUE(far.end->longer_paths);
  const Found near = Find(From(Name("p", 400), Name("p", kLength), 256));
  ONWARD_ASSERT_OK(near.end);
  ASSERT_EQ(near.paths.size(), 1);
  EXPECT_EQ(near.paths.front().size(), 200);
  EXPECT_FALSE(near.end->longer_paths);
}

// The only way to z is by g, and everything behind g leads back to it: a search that does not look ahead tries all orders of
// the parties behind.
TEST_F(PathsTest, ACrowdThatLeadsBackOnlyCostsLittle) {
  constexpr size_t kCrowd = 14;
  TestInventory inventory;
  inventory.Party("a", "FI").Party("g", "FI").Party("z", "US");
  inventory.AddFlow("a", "g", {"contact"}).AddSub("g", "z", {"contact"});
  for (size_t i = 0; i < kCrowd; ++i) {
    inventory.Party(Name("p", i), "FI");
    inventory.AddSub("g", Name("p", i), {"contact"}).AddSub(Name("p", i), "g", {"contact"});
  }
  for (size_t i = 0; i < kCrowd; ++i) {
    for (size_t j = 0; j < kCrowd; ++j) {
      if (i != j) {
        inventory.AddSub(Name("p", i), Name("p", j), {"contact"});
      }
    }
  }
  Use(inventory);
  const Found found = Find(From("a", "z"));
  ONWARD_ASSERT_OK(found.end);
  EXPECT_EQ(found.paths, (std::vector<std::vector<std::string>>{{"a-g", "g-z"}}));
  EXPECT_EQ(found.end->limit, PathsLimit::kNone);
  EXPECT_LT(found.end->steps, 50'000);
}

TEST_F(PathsTest, AHubIsWalkedOnlyWhereTheEndIs) {
  constexpr size_t kSpokes = 3'000;
  TestInventory inventory;
  inventory.Party("a", "FI").Party("hub", "FI").Party("z", "US");
  inventory.AddFlow("a", "hub", {"contact"}).AddSub(Name("p", 7), "z", {"contact"});
  for (size_t i = 0; i < kSpokes; ++i) {
    inventory.Party(Name("p", i), "FI").AddSub("hub", Name("p", i), {"contact"});
  }
  Use(inventory);
  const Found found = Find(From("a", "z"));
  ONWARD_ASSERT_OK(found.end);
  ASSERT_EQ(found.paths.size(), 1);
  EXPECT_LT(found.end->steps, 20);
}

TEST_F(PathsTest, StepsAndMemoryAreLimits) {
  Use(Layered(6, 6));
  const Found steps = Find(From("a", "z"), {100, 3, size_t{1} << 20});
  ONWARD_ASSERT_OK(steps.end);
  EXPECT_EQ(steps.end->limit, PathsLimit::kSteps);
  EXPECT_TRUE(steps.end->next.has_value());
  const Found memory = Find(From("a", "z"), {100, 1'000, 500});
  ONWARD_ASSERT_OK(memory.end);
  EXPECT_EQ(memory.end->limit, PathsLimit::kMemory);
  EXPECT_FALSE(memory.end->next.has_value());
  EXPECT_TRUE(memory.paths.empty());
}

TEST_F(PathsTest, APositionOfAnotherQuestionIsRefused) {
  Use(Layered(3, 3));
  for (const PathsPosition& position :
       {PathsPosition{0, {0}, false}, PathsPosition{99, {0}, false}, PathsPosition{4, {}, false},
        PathsPosition{4, {3}, false}, PathsPosition{4, {0, 9}, false},
        PathsPosition{4, {0, 0, 0, 0, 0}, false}}) {
    const Found found = Find(From("a", "z"), {}, position);
    EXPECT_EQ(found.end.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_TRUE(found.paths.empty());
  }
}

TEST_F(PathsTest, WhoeverAsksMayStopIt) {
  Use(Layered(10, 8));
  uint64_t taken = 0;
  const auto stopped = FindPaths(
      *graph_, From("a", "z"), {10'000, 10'000'000, size_t{64} << 20}, std::nullopt,
      [&] { return taken > 0 ? absl::CancelledError("gone") : absl::OkStatus(); },
      [&](const CarryingPath&) {
        ++taken;
        return absl::OkStatus();
      });
  EXPECT_EQ(stopped.status().code(), absl::StatusCode::kCancelled);
  EXPECT_LT(taken, 5'000);
  const auto refused = FindPaths(
      *graph_, From("a", "z"), {}, std::nullopt, [] { return absl::OkStatus(); },
      [](const CarryingPath&) { return absl::AbortedError("full"); });
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kAborted);
}

TEST_F(PathsTest, WithoutATargetPathsEndOutsideTheEea) {
  Use(TestInventory()
          .Party("a", "FI")
          .Party("b", "DE")
          .Party("c", "US")
          .Party("d", "")
          .AddFlow("a", "b", {"contact", "financial"})
          .AddSub("b", "c", {"contact"})
          .AddSub("b", "d", {"financial"})
          .AddSub("c", "d", {"contact"}));
  PathsQuestion question;
  question.from = Number("a");
  EXPECT_EQ(Find(question).paths, (std::vector<std::vector<std::string>>{
                                      {"a-b", "b-c"}, {"a-b", "b-d"}, {"a-b", "b-c", "c-d"}}));
  question.data_categories = {"financial.account"};
  EXPECT_EQ(Find(question).paths, (std::vector<std::vector<std::string>>{{"a-b", "b-d"}}));
  question.country = "US";
  EXPECT_TRUE(Find(question).paths.empty());
}

}  // namespace
}  // namespace onward::reach
