#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "tests/bench/generator/compact.h"
#include "tests/bench/generator/facts.h"
#include "tests/bench/generator/records.h"
#include "tests/bench/generator/summary.h"
#include "tests/bench/reach/csr.h"

namespace onward::bench {
namespace {

GeneratorOptions Small(size_t controllers = 60) {
  GeneratorOptions options;
  options.tenants = 2;
  options.controllers = controllers;
  return options;
}

// The ranges that published lists and the prototype of the generator gave: a thousand controllers, one
// tenant.
TEST(GeneratorTest, LooksLikePublishedLists) {
  GeneratorOptions options;
  options.tenants = 1;
  options.controllers = 1'000;
  const Summary summary = Summarise(GenerateCompact(options), 1'000);
  EXPECT_NEAR(summary.in_degree_exponent, 1.93, 0.12);
  EXPECT_NEAR(summary.named_once, 0.68, 0.03);
  EXPECT_NEAR(summary.out_degree_mean, 13.1, 0.6);
  EXPECT_NEAR(summary.out_degree_median, 11, 1);
  EXPECT_NEAR(summary.out_degree_p90, 28, 3);
  EXPECT_GE(summary.largest_component, 180U);
  EXPECT_LE(summary.largest_component, 300U);
  EXPECT_GE(summary.reachable_median, 900U);
  EXPECT_LE(summary.reachable_median, 1'500U);
  EXPECT_GE(summary.eccentricity_median, 10U);
  EXPECT_LE(summary.eccentricity_median, 16U);
  EXPECT_NEAR(summary.labelled, 0.06, 0.01);
}

TEST(GeneratorTest, PresetSHasTheSizeThatThePrototypeGave) {
  const Summary summary = Summarise(GenerateCompact(*PresetOptions("S")), 1);
  EXPECT_EQ(summary.controllers, 1'440U);
  EXPECT_NEAR(static_cast<double>(summary.flows), 99'360, 6'000);
  EXPECT_NEAR(static_cast<double>(summary.largest_tenant_flows), 10'189, 1'200);
}

TEST(GeneratorTest, PresetXIsReachedNearlyWhole) {
  const CompactGraph graph = GenerateCompact(*PresetOptions("X", 0.01));
  const Summary summary = Summarise(graph, 9);
  EXPECT_NEAR(summary.parties, 10'000, 100);
  EXPECT_NEAR(static_cast<double>(summary.flows), 100'000, 5'000);
  EXPECT_NEAR(summary.all_received, 0.5, 0.02);
  EXPECT_GT(summary.reachable_median, 9'000U);
}

TEST(GeneratorTest, TheSameSeedGivesTheSameRecordsAndAnotherOthers) {
  EXPECT_EQ(GenerateRecords(Small()), GenerateRecords(Small()));
  GeneratorOptions other = Small();
  other.seed = 2;
  EXPECT_NE(GenerateRecords(Small()), GenerateRecords(other));
}

TEST(GeneratorTest, RecordsAreThoseOfTheNumbersAndComeAfterWhatTheyName) {
  const GeneratorOptions options = Small();
  const CompactGraph graph = GenerateCompact(options);
  std::set<std::string> parties;
  size_t flows = 0;
  ForEachRecord(options, [&](const model::Record& record) {
    if (const auto* party = std::get_if<model::Party>(&record)) {
      EXPECT_TRUE(parties.insert(party->id).second) << party->id;
    } else if (const auto* flow = std::get_if<model::Flow>(&record)) {
      EXPECT_TRUE(parties.contains(flow->exporter) && parties.contains(flow->importer)) << flow->id;
      EXPECT_NE(flow->exporter, flow->importer);
      ASSERT_LT(flows, graph.exporters.size());
      EXPECT_EQ(flow->exporter, graph.ids[graph.exporters[flows]]);
      EXPECT_EQ(flow->importer, graph.ids[graph.importers[flows]]);
      EXPECT_EQ(flow->data_categories.empty(), graph.labels[flows] == 0);
      ++flows;
    }
  });
  EXPECT_EQ(flows, graph.exporters.size());
  EXPECT_EQ(parties.size(), graph.parties);
}

TEST(GeneratorTest, ALimitOnFlowsCutsAPrefix) {
  GeneratorOptions options = Small();
  const CompactGraph whole = GenerateCompact(options);
  options.flows_max = 100;
  const CompactGraph part = GenerateCompact(options);
  ASSERT_EQ(part.exporters.size(), 100U);
  EXPECT_TRUE(std::equal(part.labels.begin(), part.labels.end(), whole.labels.begin()));
}

TEST(GeneratorTest, ModesShapeTheGraph) {
  GeneratorOptions options = Small();
  options.tenants = 1;
  ASSERT_TRUE(SetMode("dag", options));
  EXPECT_EQ(Summarise(GenerateCompact(options)).largest_component, 1U);
  ASSERT_TRUE(SetMode("star", options));
  EXPECT_GE(Summarise(GenerateCompact(options)).in_degree_max, 60U);
  ASSERT_TRUE(SetMode("cyclic", options));
  const size_t plain = GenerateCompact(options).exporters.size();
  ASSERT_TRUE(SetMode("chain:64", options));
  const CompactGraph chain = GenerateCompact(options);
  EXPECT_EQ(chain.exporters.size(), plain + 64);
  const Csr csr = MakeCsr(chain);
  Bfs search(csr);
  search.Run(0);
  EXPECT_EQ(search.Depth(), 64U);
  EXPECT_FALSE(SetMode("chain:0", options));
  EXPECT_FALSE(SetMode("ring", options));
}

TEST(GeneratorTest, SelfLoopsAreDrawnWhenAskedFor) {
  GeneratorOptions options = Small();
  options.self_loops = true;
  const CompactGraph graph = GenerateCompact(options);
  size_t loops = 0;
  for (size_t edge = 0; edge < graph.exporters.size(); ++edge) {
    loops += graph.exporters[edge] == graph.importers[edge] ? 1 : 0;
  }
  EXPECT_GT(loops, 0U);
}

TEST(GeneratorTest, LabelsFollowTheVariant) {
  GeneratorOptions options = Small();
  options.labels = Labels::kNarrow;
  const CompactGraph narrow = GenerateCompact(options);
  EXPECT_EQ(std::count(narrow.labels.begin(), narrow.labels.end(), LabelMask{0}), 0);
  double bits = 0;
  for (const LabelMask mask : narrow.labels) {
    EXPECT_NE(mask, kAllReceivedMask);
    bits += __builtin_popcount(mask);
  }
  EXPECT_NEAR(bits / static_cast<double>(narrow.labels.size()), 5.5, 0.2);
}

// Two ways to the same sets: the fixpoint, and for each category a search on the edges that carry it.
TEST(GeneratorTest, TheNaiveFixpointIsAUnionOfSearches) {
  for (const char* labels : {"half-all", "narrow"}) {
    GeneratorOptions options = Small(20);
    options.labels = *LabelsOf(labels);
    const CompactGraph graph = GenerateCompact(options);
    const Csr csr = MakeCsr(graph);
    const uint64_t held = OriginMask(graph, 0);
    NaiveFixpoint fixpoint(csr);
    fixpoint.Run(0, held);
    for (uint64_t bit = 1; bit < kAllReceivedMask; bit <<= 1) {
      CompactGraph part = graph;
      for (size_t edge = 0; edge < part.labels.size(); ++edge) {
        const bool carries =
            part.labels[edge] == kAllReceivedMask || (part.labels[edge] & bit) != 0;
        part.importers[edge] = carries ? part.importers[edge] : part.exporters[edge];
      }
      const Csr kept = MakeCsr(part);
      Bfs search(kept);
      search.Run(0);
      const std::set<uint32_t> reached(search.order().begin(), search.order().end());
      for (uint32_t party = 1; party < graph.parties; ++party) {
        EXPECT_EQ((fixpoint.labels()[party] & bit) != 0,
                  (held & bit) != 0 && reached.contains(party))
            << labels << ", category " << bit << ", " << graph.ids[party];
      }
    }
  }
}

}  // namespace
}  // namespace onward::bench
