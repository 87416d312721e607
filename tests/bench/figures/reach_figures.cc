// Labels of one origin against a plain breadth-first search and the naive fixpoint, on the same rows.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/query/judgements.h"
#include "graph/reach/labels.h"
#include "tests/bench/figures/groups.h"
#include "tests/bench/generator/debian.h"
#include "tests/bench/generator/records.h"
#include "tests/bench/reach/csr.h"
#include "tests/support/law.h"

namespace onward::bench {
namespace {

constexpr size_t kOrigins = 9;

// The engine's graph of a day in rows; its vertices and edges have the same numbers.
Csr CsrOf(const reach::DayGraph& graph) {
  Csr csr;
  csr.begin.reserve(graph.vertices() + 1);
  for (uint32_t vertex = 0; vertex <= graph.vertices(); ++vertex) {
    csr.begin.push_back(graph.OutBegin(vertex));
  }
  for (uint32_t edge = 0; edge < graph.edges(); ++edge) {
    csr.targets.push_back(graph.To(edge));
    csr.masks.push_back(graph.Mask(edge)[0]);
  }
  return csr;
}

// Origins that hold something, evenly from all. Parties that hand on what nothing shows them to have are left out: the
// search and the fixpoint start at one party alone.
std::vector<uint32_t> PickOrigins(const reach::DayGraph& graph) {
  std::vector<uint32_t> all = graph.origins();
  std::erase_if(all, [&](uint32_t party) {
    return graph.Holding(party)[0] == 0 || !graph.UnexplainedOf(party).empty();
  });
  if (all.empty()) {
    Fail("no party is an origin");
  }
  std::vector<uint32_t> picked;
  for (size_t i = 0; i < std::min(kOrigins, all.size()); ++i) {
    picked.push_back(all[i * all.size() / std::min(kOrigins, all.size())]);
  }
  return picked;
}

class ReachBench {
 public:
  explicit ReachBench(const reach::DayGraph& graph)
      : graph_(graph), csr_(CsrOf(graph)), labels_(graph), search_(csr_), fixpoint_(csr_) {}

  const Csr& csr() const { return csr_; }

  void CheckAnswers(uint32_t origin) {
    FollowAll(origin);
    fixpoint_.Run(origin, graph_.Holding(origin)[0]);
    for (uint32_t vertex = 0; vertex < graph_.vertices(); ++vertex) {
      const uint64_t expected = fixpoint_.labels()[vertex];
      if (labels_.Of(vertex)[0] != expected) {
        Fail(absl::StrCat("labels of vertex ", vertex, " from origin ", origin, ": ",
                          labels_.Of(vertex)[0], ", the naive fixpoint has ", expected));
      }
    }
  }

  // Edges out of what is reached, a second.
  double LabelsRate(uint32_t origin) {
    const uint64_t before = labels_.followed();
    const double seconds = CpuSeconds([&] { FollowAll(origin); });
    uint64_t edges = 0;
    for (const uint32_t vertex : labels_.reached()) {
      edges += csr_.begin[vertex + 1] - csr_.begin[vertex];
    }
    followed_ = static_cast<double>(labels_.followed() - before) / static_cast<double>(edges);
    return static_cast<double>(edges) / seconds;
  }

  double SearchRate(uint32_t origin) {
    uint64_t edges = 0;
    const double seconds = CpuSeconds([&] { edges = search_.Run(origin); });
    return static_cast<double>(edges) / seconds;
  }

  double FixpointRate(uint32_t origin) {
    const uint64_t held = graph_.Holding(origin)[0];
    const double seconds = CpuSeconds([&] { fixpoint_.Run(origin, held); });
    uint64_t edges = 0;
    for (const uint32_t vertex : fixpoint_.touched()) {
      edges += csr_.begin[vertex + 1] - csr_.begin[vertex];
    }
    return static_cast<double>(edges) / seconds;
  }

  // How often an edge was followed, in the last run.
  double followed() const { return followed_; }
  double bytes_per_vertex() const {
    return static_cast<double>(labels_.bytes()) / static_cast<double>(graph_.vertices());
  }
  size_t reached() const { return labels_.reached().size(); }

 private:
  void FollowAll(uint32_t origin) {
    if (!labels_.Follow(origin).ok()) {
      Fail("labels could not be followed");
    }
  }

  const reach::DayGraph& graph_;
  const Csr csr_;
  reach::Labels labels_;
  Bfs search_;
  NaiveFixpoint fixpoint_;
  double followed_ = 0;
};

void TakeReach(const std::string& group, const reach::DayGraph& graph, const std::string& target,
               const Settings& settings, const Report& report) {
  if (graph.words() != 1 || graph.HasLimits() || graph.vertices() != graph.parties()) {
    Fail("the graph is not the plain one that is compared");
  }
  ReachBench bench(graph);
  const std::vector<uint32_t> origins = PickOrigins(graph);
  for (const uint32_t origin : origins) {
    bench.CheckAnswers(origin);
  }
  size_t turn = 0;
  const auto next = [&] { return origins[turn++ / 2 % origins.size()]; };
  Figure search = TakePairs(
      settings.Pairs(), [&] { return bench.LabelsRate(next()); },
      [&] { return bench.SearchRate(next()); });
  search.group = group;
  search.name = "labels of one origin / breadth-first search";
  search.ours = "labels";
  search.other = "search";
  search.unit = "edges/s";
  search.target = target;
  search.note = absl::StrCat(graph.edges(), " edges, ", bench.reached(), " of ", graph.parties(),
                             " parties reached, an edge followed ", bench.followed(),
                             " times, scratch space ", bench.bytes_per_vertex(), " bytes a party");
  report(search);
  turn = 0;
  Figure naive = TakePairs(
      settings.Pairs(), [&] { return bench.LabelsRate(next()); },
      [&] { return bench.FixpointRate(next()); });
  naive.group = group;
  naive.name = "labels of one origin / naive fixpoint";
  naive.ours = "labels";
  naive.other = "fixpoint";
  naive.unit = "edges/s";
  naive.target = ">= 1.5 x";
  naive.note = "same answer";
  report(naive);
}

reach::DayGraphPtr GraphOf(std::vector<model::Record> records) {
  SnapshotPtr snapshot = Snapshot::Build(1, std::move(records));
  return reach::DayGraph::Of(query::Judgements::Make(std::move(snapshot), testing::TheRegister(),
                                                     {Date::Of(2026, 1, 1), Date::Max()}));
}

// All parties are controllers, as in preset X: what is compared is the spreading of labels.
std::vector<model::Record> PackageRecords(const TenantGraph& packages, const Settings& settings) {
  GeneratorOptions options;
  options.seed = settings.seed;
  options.labels = Labels::kHalfAll;
  options.controllers_alone = true;
  std::vector<model::Record> records;
  ForEachRecordOf(options, packages,
                  [&](model::Record record) { records.push_back(std::move(record)); });
  return records;
}

void TakePackages(const Settings& settings, const Report& report) {
  const std::optional<TenantGraph> packages = ReadPackageGraph();
  if (!packages.has_value()) {
    std::printf("Debian's package graph: skipped, this machine has no package index\n");
    return;
  }
  TakeReach("Debian's packages, half ALL_RECEIVED", *GraphOf(PackageRecords(*packages, settings)),
            ">= 0.4 x", settings, report);
}

}  // namespace

void TakeReachFigures(const Settings& settings, const Report& report) {
  const double scale = settings.is_short ? kShortScale : settings.scale;
  for (const bool narrow : {false, true}) {
    GeneratorOptions options = *PresetOptions("X", scale);
    options.seed = settings.seed;
    options.labels = narrow ? Labels::kNarrow : Labels::kHalfAll;
    TakeReach(absl::StrCat("X", scale < 1 ? absl::StrCat(" x ", scale) : "",
                           narrow ? ", narrow labels" : ", half ALL_RECEIVED"),
              *GraphOf(GenerateRecords(options)), narrow ? ">= 0.15 x" : ">= 0.4 x", settings,
              report);
  }
  if (!settings.is_short) {
    TakePackages(settings, report);
  }
}

}  // namespace onward::bench
