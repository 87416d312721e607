// What it costs to check records, to build a snapshot and to change one.
#include <benchmark/benchmark.h>

#include "graph/model/validate.h"
#include "graph/snapshot.h"
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

}  // namespace
}  // namespace onward::bench
