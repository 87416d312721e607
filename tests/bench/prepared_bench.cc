// What it costs to prepare the verdicts of a whole inventory for every date, and to ask for them.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <random>
#include <vector>

#include "graph/query/judgements.h"
#include "graph/query/prepare.h"
#include "graph/snapshot.h"
#include "graph/verdict/judge.h"
#include "graph/verdict/prepared.h"
#include "tests/bench/generator/records.h"
#include "tests/support/law.h"

namespace onward::bench {
namespace {

// Unoptimised builds only show that it runs.
GeneratorOptions Size() {
  GeneratorOptions options;
#ifdef NDEBUG
  options.tenants = 400;
  options.controllers = 2'500;
  options.flows_max = 1'000'000;
#else
  options.tenants = 3;
  options.controllers = 20;
  options.flows_max = 3'000;
#endif
  return options;
}

// By number of tiers; 1: controllers' own disclosures alone.
const Snapshot& LoadSnapshot(int tiers) {
  static std::map<int, SnapshotPtr> snapshots;
  SnapshotPtr& snapshot = snapshots[tiers];
  if (snapshot == nullptr) {
    GeneratorOptions size = Size();
    size.tiers = tiers;
    size.controllers *= tiers == 1 ? 5 : 1;
    snapshot = Snapshot::Build(1, GenerateRecords(size));
  }
  return *snapshot;
}

const verdict::Prepared& LoadPrepared(int tiers) {
  static std::map<int, verdict::Prepared> all;
  const auto at = all.find(tiers);
  if (at != all.end()) {
    return at->second;
  }
  const Snapshot& snapshot = LoadSnapshot(tiers);
  return all.emplace(tiers, *query::Prepare(snapshot, *testing::TheRegister(), Date::Max(), {}))
      .first->second;
}

struct Asked {
  uint32_t flow = 0;
  Date day;
  verdict::Arrival arrival;
};

// Random hops on random dates from 2010 to 2029; half of them with restricted data.
std::vector<Asked> RandomQuestions(size_t flows, size_t count) {
  std::mt19937_64 random(7);
  const int32_t first = Date::Of(2010, 1, 1).days();
  std::vector<Asked> questions;
  questions.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    Asked asked;
    asked.flow = static_cast<uint32_t>(random() % flows);
    asked.day = Date(first + static_cast<int32_t>(random() % 7'300));
    asked.arrival.restricted = random() % 2 == 0;
    questions.push_back(asked);
  }
  return questions;
}

// All flows of the inventory, from its snapshot. `distinct_hops`: lists of places and steps that differ;
// `shapes`: hops to one place that differ in something that is read; `judged_shapes`: those that are left
// where dates count by their order alone; `open_reasons`: flows whose reason is judged when asked for.
void PrepareInventory(benchmark::State& state) {
  const Snapshot& snapshot = LoadSnapshot(static_cast<int>(state.range(0)));
  const law::RegisterPtr law = testing::TheRegister();
  verdict::Prepared::Stats stats;
  for (auto step : state) {
    const verdict::Prepared prepared = *query::Prepare(snapshot, *law, Date::Max(), {});
    stats = prepared.stats();
    benchmark::DoNotOptimize(prepared);
  }
  state.counters["flows"] = static_cast<double>(stats.flows);
  state.counters["distinct_hops"] = static_cast<double>(stats.distinct_hops);
  state.counters["shapes"] = static_cast<double>(stats.shapes);
  state.counters["judged_shapes"] = static_cast<double>(stats.judged_shapes);
  state.counters["unprepared"] = static_cast<double>(stats.unprepared);
  state.counters["open_reasons"] = static_cast<double>(stats.open_reasons);
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(stats.flows));
}
BENCHMARK(PrepareInventory)->ArgName("tiers")->Arg(1)->Arg(4)->Unit(benchmark::kMillisecond);

void AskPrepared(benchmark::State& state) {
  const verdict::Prepared& prepared = LoadPrepared(static_cast<int>(state.range(0)));
  const std::vector<Asked> questions = RandomQuestions(prepared.stats().flows, 1 << 20);
  size_t next = 0;
  for (auto step : state) {
    const Asked& asked = questions[next++ & (questions.size() - 1)];
    benchmark::DoNotOptimize(prepared.VerdictOn(asked.flow, asked.day, asked.arrival));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(AskPrepared)->ArgName("tiers")->Arg(1)->Arg(4);

// With the reason and the mechanism.
void AskPreparedForReason(benchmark::State& state) {
  const verdict::Prepared& prepared = LoadPrepared(static_cast<int>(state.range(0)));
  const std::vector<Asked> questions = RandomQuestions(prepared.stats().flows, 1 << 16);
  size_t next = 0;
  for (auto step : state) {
    const Asked& asked = questions[next++ & (questions.size() - 1)];
    benchmark::DoNotOptimize(prepared.On(asked.flow, asked.day, asked.arrival));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(AskPreparedForReason)->ArgName("tiers")->Arg(1)->Arg(4);

// The same questions, answered by the judge with the whole proof.
void AskJudge(benchmark::State& state) {
  const Snapshot& snapshot = LoadSnapshot(static_cast<int>(state.range(0)));
  const law::RegisterPtr law = testing::TheRegister();
  const std::vector<Asked> questions = RandomQuestions(snapshot.FlowCount(), 1 << 12);
  size_t next = 0;
  for (auto step : state) {
    const Asked& asked = questions[next++ & (questions.size() - 1)];
    benchmark::DoNotOptimize(verdict::JudgeHop(snapshot.FlowAt(asked.flow), snapshot, *law,
                                               {asked.day, Date::Max()}, asked.arrival));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(AskJudge)->ArgName("tiers")->Arg(1)->Arg(4);

// The verdicts of all flows on one date: the first one that is asked about, and a further one while the first
// is at hand (somebody drags a date). By number of flows, in thousands.
void JudgeDate(benchmark::State& state, bool first) {
  GeneratorOptions size = Size();
  size.flows_max = std::min<size_t>(size.flows_max, static_cast<size_t>(state.range(0)) * 1'000);
  const SnapshotPtr snapshot = Snapshot::Build(1, GenerateRecords(size));
  const law::RegisterPtr law = testing::TheRegister();
  Date day = Date::Of(2024, 6, 1);
  query::JudgementsPtr at_hand;
  if (!first) {
    at_hand = query::Judgements::Make(snapshot, law, {day, Date::Max()});
  }
  for (auto step : state) {
    day = day.Plus(1);
    benchmark::DoNotOptimize(query::Judgements::Make(snapshot, law, {day, Date::Max()}));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(snapshot->FlowCount()));
}
// One changed flow, from the write to the verdicts on a date: the next snapshot, and the judgements brought up to date. The
// flow is any. `moves`: it carries other data than before, all or some categories; else it says something else of itself.
// `median_us`, `p95_us`, `max_us`: of single writes.
void JudgeWrite(benchmark::State& state, [[maybe_unused]] const char* preset, bool moves) {
#ifdef NDEBUG
  const GeneratorOptions size = *PresetOptions(preset);
#else
  const GeneratorOptions size = Size();
#endif
  const SnapshotPtr snapshot = Snapshot::Build(1, GenerateRecords(size));
  const query::JudgementsPtr before = query::Judgements::Make(snapshot, testing::TheRegister(),
                                                              {Date::Of(2024, 6, 2), Date::Max()});
  model::Strings stated;
  for (uint32_t flow = 0; stated.empty() && flow < snapshot->FlowCount(); ++flow) {
    stated = snapshot->TermsOf(flow).data_categories;
  }
  std::mt19937 random(1);
  std::vector<double> took;
  for (auto step : state) {
    model::Flow flow = snapshot->FlowAt(static_cast<uint32_t>(random() % snapshot->FlowCount()));
    flow.purposes = {"changed"};
    if (moves) {
      flow.data_categories = flow.data_categories.empty() ? stated : model::Strings();
    }
    const std::vector<model::Mutation> writes = {
        {{model::RecordKind::kFlow, flow.id}, flow, {}, false}};
    const auto begin = std::chrono::steady_clock::now();
    benchmark::DoNotOptimize(
        query::Judgements::After(*before, snapshot->With(2, writes), writes, {}));
    took.push_back(
        std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin)
            .count());
  }
  std::sort(took.begin(), took.end());
  state.counters["flows"] = static_cast<double>(snapshot->FlowCount());
  state.counters["median_us"] = took[took.size() / 2];
  state.counters["p95_us"] = took[took.size() * 95 / 100];
  state.counters["max_us"] = took.back();
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(JudgeWrite, S / Terms, "S", false)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(JudgeWrite, S / Moves, "S", true)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(JudgeWrite, M / Terms, "M", false)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(JudgeWrite, M / Moves, "M", true)->Unit(benchmark::kMicrosecond);

BENCHMARK_CAPTURE(JudgeDate, First, true)->Arg(100)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(JudgeDate, Next, false)->Arg(100)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace onward::bench
