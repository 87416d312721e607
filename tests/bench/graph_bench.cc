// What it costs to check records, to build a snapshot and to change one.
#include <benchmark/benchmark.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "graph/model/validate.h"
#include "graph/snapshot.h"
#include "tests/bench/generator/records.h"
#include "tests/bench/sample_inventory.h"

namespace onward::bench {
namespace {

void ValidateFlow(benchmark::State& state) {
  const model::Record record = SampleFlow(1, "label");
  model::Vocabulary vocabulary;
  const auto known = [](std::string_view) { return true; };
  vocabulary.is_jurisdiction = vocabulary.is_instrument = vocabulary.is_scheme =
      vocabulary.is_condition = known;
  for (auto step : state) {
    model::Violations violations;
    model::ValidateRecord(record, vocabulary, model::FieldPath(), violations);
    benchmark::DoNotOptimize(violations);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(ValidateFlow);

void BuildSnapshot(benchmark::State& state) {
  const std::vector<model::Record> records = SampleInventory(static_cast<size_t>(state.range(0)));
  for (auto step : state) {
    state.PauseTiming();
    std::vector<model::Record> copy = records;
    state.ResumeTiming();
    benchmark::DoNotOptimize(Snapshot::Build(1, std::move(copy)));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BuildSnapshot)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);

void ChangeOneFlow(benchmark::State& state) {
  SnapshotPtr snapshot = Snapshot::Build(1, SampleInventory(static_cast<size_t>(state.range(0))));
  uint64_t revision = 1;
  for (auto step : state) {
    ++revision;
    model::Flow flow = SampleFlow(3, std::to_string(revision));
    const model::RecordRef ref{model::RecordKind::kFlow, flow.id};
    snapshot = snapshot->With(revision, {model::Mutation{ref, std::move(flow), {}, false}});
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(ChangeOneFlow)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);

// What a write costs in memory, on inventories of growing size: it is to grow with the flows that change,
// not with the inventory. And what the background pays for it, a fold.

// Unoptimised builds only show that it runs.
#ifdef NDEBUG
constexpr int64_t kScale = 1;
#else
constexpr int64_t kScale = 100;
#endif

SnapshotPtr GeneratedSnapshot(int64_t flows) {
  static std::map<int64_t, SnapshotPtr> made;
  SnapshotPtr& snapshot = made[flows];
  if (snapshot == nullptr) {
    GeneratorOptions options;
    options.tenants = 400;
    options.controllers = 2'500;
    options.flows_max = static_cast<uint64_t>(flows / kScale);
    snapshot = Snapshot::Build(1, GenerateRecords(options));
  }
  return snapshot;
}

// Flows drawn at random get another importer: that of another flow, so that hubs are hit as often as they
// are named.
std::vector<model::Mutation> RandomMoves(const Snapshot& snapshot, size_t count,
                                         std::mt19937_64& random) {
  std::map<std::string, model::Mutation> moves;
  while (moves.size() < std::min<size_t>(count, snapshot.RecordCount(model::RecordKind::kFlow))) {
    model::Flow flow = snapshot.FlowAt(static_cast<uint32_t>(random() % snapshot.FlowCount()));
    const auto other = static_cast<uint32_t>(random() % snapshot.FlowCount());
    flow.importer = std::string(snapshot.PartyId(snapshot.ImporterOf(other)));
    model::Mutation move;
    move.ref = {model::RecordKind::kFlow, flow.id};
    move.record = std::move(flow);
    moves.emplace(move.ref.id, std::move(move));
  }
  std::vector<model::Mutation> mutations;
  mutations.reserve(moves.size());
  for (auto& [id, move] : moves) {
    mutations.push_back(std::move(move));
  }
  return mutations;
}

// Arguments: flows of the inventory, flows that change.
void WriteSnapshot(benchmark::State& state) {
  const SnapshotPtr base = GeneratedSnapshot(state.range(0));
  std::mt19937_64 random(7);
  SnapshotPtr head = base;
  for (auto step : state) {
    state.PauseTiming();
    if (head->unfolded() > 1'024) {
      head = base;
    }
    const std::vector<model::Mutation> moves =
        RandomMoves(*base, static_cast<size_t>(state.range(1)), random);
    state.ResumeTiming();
    head = head->With(head->revision() + 1, moves);
  }
  state.SetItemsProcessed(state.iterations() * state.range(1));
}
BENCHMARK(WriteSnapshot)
    ->ArgsProduct({{10'000, 100'000, 1'000'000}, {1, 10, 1'000}})
    ->Unit(benchmark::kMicrosecond);

void FoldSnapshot(benchmark::State& state) {
  const SnapshotPtr base = GeneratedSnapshot(state.range(0));
  std::mt19937_64 random(7);
  const SnapshotPtr head = base->With(2, RandomMoves(*base, 200, random));
  for (auto step : state) {
    benchmark::DoNotOptimize(head->Folded());
  }
}
BENCHMARK(FoldSnapshot)->Arg(10'000)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

// Not a time: bytes per flow by part, as counters.
void SnapshotBytesPerFlow(benchmark::State& state) {
  const SnapshotPtr snapshot = GeneratedSnapshot(state.range(0));
  for (auto step : state) {
    benchmark::DoNotOptimize(snapshot->memory());
  }
  const SnapshotMemory memory = snapshot->memory();
  const auto flows = static_cast<double>(snapshot->FlowCount());
  const auto per_flow = [flows](size_t bytes) { return static_cast<double>(bytes) / flows; };
  state.counters["flows"] = per_flow(memory.flows);
  state.counters["terms"] = per_flow(memory.terms);
  state.counters["records"] = per_flow(memory.records);
  state.counters["names"] = per_flow(memory.names);
  state.counters["index"] = per_flow(memory.index);
  state.counters["graph"] = per_flow(memory.graph);
}
BENCHMARK(SnapshotBytesPerFlow)->Arg(1'000'000);

}  // namespace
}  // namespace onward::bench
