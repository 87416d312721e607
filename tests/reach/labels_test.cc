// Labels on graphs of some hundred parties against the plainest fixpoint on the same edges: with more categories than fit a
// word, flows on behalf of some origins only, circles, and checks on the way.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/query/judgements.h"
#include "graph/reach/labels.h"
#include "tests/support/env.h"
#include "tests/support/law.h"

namespace onward::reach_test {
namespace {

class Drawn {
 public:
  Drawn(uint64_t seed, size_t parties, size_t flows, size_t categories, bool limits)
      : random_(seed), parties_(parties) {
    for (size_t i = 0; i < categories; ++i) {
      model::Category category;
      category.id = absl::StrCat("own-", i);
      records_.emplace_back(std::move(category));
    }
    for (size_t i = 0; i < parties; ++i) {
      model::Party party;
      party.id = absl::StrCat("p", i);
      party.establishment = Chance(30) ? "FI" : Chance(50) ? "US" : "GB";
      records_.emplace_back(std::move(party));
    }
    for (size_t i = 0; i < flows; ++i) {
      AddFlow(i, categories, limits);
    }
  }

  reach::DayGraphPtr Graph() const {
    return reach::DayGraph::Of(query::Judgements::Make(
        Snapshot::Build(1, records_), testing::TheRegister(), {Date::Of(2026, 1, 1), Date::Max()}));
  }

 private:
  size_t Below(size_t bound) {
    return std::uniform_int_distribution<size_t>(0, bound - 1)(random_);
  }
  bool Chance(size_t percent) { return Below(100) < percent; }

  void AddFlow(size_t number, size_t categories, bool limits) {
    model::Flow flow;
    const size_t from = Below(parties_);
    flow.id = absl::StrCat("f", number);
    flow.exporter = absl::StrCat("p", from);
    flow.importer = absl::StrCat("p", (from + 1 + Below(parties_ - 1)) % parties_);
    flow.exporter_role = flow.importer_role = model::Role::kController;
    if (Chance(40)) {
      flow.data_categories = {std::string(model::kAllReceived)};
    } else {
      for (size_t i = 1 + Below(4); i > 0; --i) {
        flow.data_categories.push_back(absl::StrCat("own-", Below(categories)));
      }
    }
    if (limits && Chance(20)) {
      flow.on_behalf_of = {absl::StrCat("p", Below(parties_))};
    }
    records_.emplace_back(std::move(flow));
  }

  std::mt19937_64 random_;
  const size_t parties_;
  std::vector<model::Record> records_;
};

// What of an origin's data is where: all edges again and again until nothing changes.
class PlainFixpoint {
 public:
  PlainFixpoint(const reach::DayGraph& graph, uint32_t origin)
      : graph_(graph), origin_(origin), labels_(size_t{graph.vertices()} * graph.words(), 0) {
    Add(origin, graph.Holding(origin));
    for (const uint32_t edge : graph.UnexplainedOf(origin)) {
      Add(graph.To(edge), graph.Unexplained(edge));
    }
    while (Sweep()) {
    }
  }

  uint64_t At(uint32_t vertex, uint32_t word) const {
    return labels_[size_t{vertex} * graph_.words() + word];
  }
  // Of data that the exporter has, and of unexplained ones.
  uint64_t Carried(uint32_t edge, uint32_t word) const {
    const bool own = graph_.Allows(edge, graph_.ClassOf(origin_));
    const auto of = graph_.UnexplainedOf(origin_);
    const bool unexplained = std::find(of.begin(), of.end(), edge) != of.end();
    return (own ? At(graph_.From(edge), word) & graph_.Mask(edge)[word] : 0) |
           (unexplained ? graph_.Unexplained(edge)[word] : 0);
  }

 private:
  bool Add(uint32_t vertex, reach::Words words) {
    bool grown = false;
    for (uint32_t word = 0; word < graph_.words(); ++word) {
      uint64_t& label = labels_[size_t{vertex} * graph_.words() + word];
      grown = grown || (words[word] & ~label) != 0;
      label |= words[word];
    }
    return grown;
  }

  bool Sweep() {
    bool grown = false;
    std::vector<uint64_t> words(graph_.words());
    for (uint32_t edge = 0; edge < graph_.edges(); ++edge) {
      for (uint32_t word = 0; word < graph_.words(); ++word) {
        words[word] = Carried(edge, word);
      }
      grown = Add(graph_.To(edge), words) || grown;
    }
    return grown;
  }

  const reach::DayGraph& graph_;
  const uint32_t origin_;
  std::vector<uint64_t> labels_;
};

void CheckOrigin(const reach::DayGraph& graph, uint32_t origin, reach::Labels& labels) {
  const PlainFixpoint plain(graph, origin);
  ASSERT_TRUE(labels.Follow(origin).ok());
  std::vector<uint8_t> worst(graph.vertices(), 0);
  for (uint32_t edge = 0; edge < graph.edges(); ++edge) {
    uint64_t carried = 0;
    for (uint32_t word = 0; word < graph.words(); ++word) {
      ASSERT_EQ(labels.Carried(edge, word), plain.Carried(edge, word)) << "edge " << edge;
      carried |= plain.Carried(edge, word);
    }
    if (carried != 0) {
      uint8_t& badness = worst[graph.To(edge)];
      badness = std::max(badness, graph.BadnessOf(edge));
    }
  }
  size_t labelled = 0;
  for (uint32_t vertex = 0; vertex < graph.vertices(); ++vertex) {
    bool any = false;
    for (uint32_t word = 0; word < graph.words(); ++word) {
      ASSERT_EQ(labels.Of(vertex)[word], plain.At(vertex, word)) << "vertex " << vertex;
      any = any || plain.At(vertex, word) != 0;
    }
    labelled += any ? 1 : 0;
    ASSERT_EQ(verdict::Badness(labels.WorstInto(vertex)), worst[vertex]) << "vertex " << vertex;
  }
  EXPECT_EQ(labels.reached().size(), labelled);
}

void CheckGraph(uint64_t seed, size_t categories, bool limits) {
  SCOPED_TRACE(absl::StrCat("ONWARD_LABELS_SEED=", seed));
  const reach::DayGraphPtr graph = Drawn(seed, 150, 400, categories, limits).Graph();
  reach::Labels labels(*graph);
  for (uint32_t origin = 0; origin < graph->parties(); origin += 13) {
    SCOPED_TRACE(absl::StrCat("origin ", origin));
    CheckOrigin(*graph, origin, labels);
  }
}

TEST(Labels, AreThoseOfThePlainestFixpoint) {
  const uint64_t first = testing::NumberFromEnv("ONWARD_LABELS_SEED", 4);
  for (uint64_t seed = first; seed < first + 4 && !::testing::Test::HasFailure(); ++seed) {
    CheckGraph(seed, 12, seed % 2 == 0);
    CheckGraph(seed, 90, seed % 2 == 1);
  }
}

// Besides the graph: 33 bytes a party, and what waits. A million parties stay below 64 MiB.
TEST(Labels, HoldAtMost64BytesAParty) {
  constexpr size_t kParties = 500;
  const reach::DayGraphPtr graph = Drawn(7, kParties, 10 * kParties, 12, false).Graph();
  reach::Labels labels(*graph);
  for (uint32_t origin = 0; origin < graph->parties(); origin += 31) {
    ASSERT_TRUE(labels.Follow(origin).ok());
  }
  EXPECT_LE(labels.bytes(), kParties * 64);
}

}  // namespace
}  // namespace onward::reach_test
