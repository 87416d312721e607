// What judging costs: one hop, a hop's boundaries, all flows of an inventory on one date.
#include <benchmark/benchmark.h>

#include "absl/strings/str_cat.h"
#include "graph/query/judgements.h"
#include "graph/snapshot.h"
#include "graph/verdict/judge.h"
#include "tests/bench/sample_inventory.h"
#include "tests/support/law.h"

namespace onward::bench {
namespace {

const Date kDay = Date::Of(2024, 6, 1);

// The argument is the vendor's number: 0 is in the US under an agreement, 1 in India without one, 2 in Japan
// (adequacy under a condition that is not stated), 4 in Germany (no transfer).
void JudgeHop(benchmark::State& state) {
  const SnapshotPtr snapshot = Snapshot::Build(1, SampleInventory(6));
  const law::RegisterPtr law = testing::TheRegister();
  const model::Flow flow = *snapshot->FindFlow(absl::StrCat("flow-", state.range(0)));
  for (auto step : state) {
    benchmark::DoNotOptimize(verdict::JudgeHop(flow, *snapshot, *law, {kDay}, {}));
  }
  state.SetLabel(std::string(Name(verdict::JudgeHop(flow, *snapshot, *law, {kDay}, {}).reason)));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(JudgeHop)->Arg(0)->Arg(1)->Arg(2)->Arg(4);

void HopBoundaries(benchmark::State& state) {
  const SnapshotPtr snapshot = Snapshot::Build(1, SampleInventory(6));
  const law::RegisterPtr law = testing::TheRegister();
  const model::Flow flow = *snapshot->FindFlow("flow-0");
  for (auto step : state) {
    benchmark::DoNotOptimize(verdict::Boundaries(flow, *snapshot, *law, Date::Max()));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(HopBoundaries);

void JudgeInventory(benchmark::State& state) {
  const auto flows = static_cast<size_t>(state.range(0));
  const SnapshotPtr snapshot = Snapshot::Build(1, SampleInventory(flows));
  const law::RegisterPtr law = testing::TheRegister();
  for (auto step : state) {
    benchmark::DoNotOptimize(query::Judgements::Make(snapshot, law, {kDay}));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(JudgeInventory)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace onward::bench
