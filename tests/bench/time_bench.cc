// What it costs to say when verdicts change: of a whole inventory whose data goes on along chains, so that
// most verdicts depend on how the data came. Growing evenly with the flows is the point.
#include <benchmark/benchmark.h>

#include "graph/query/timeline.h"
#include "graph/query/transfers.h"
#include "tests/bench/sample_inventory.h"
#include "tests/support/law.h"

namespace onward::bench {
namespace {

constexpr size_t kPage = 1'000;
const Date kToday = Date::Of(2026, 11, 22);

query::JudgementsPtr JudgeChains(size_t vendors) {
  return query::Judgements::Make(Snapshot::Build(1, SampleChains(vendors)), testing::TheRegister(),
                                 {kToday, Date::Max()});
}

void JudgeADay(benchmark::State& state) {
  const SnapshotPtr snapshot =
      Snapshot::Build(1, SampleChains(static_cast<size_t>(state.range(0))));
  for (auto step : state) {
    benchmark::DoNotOptimize(
        query::Judgements::Make(snapshot, testing::TheRegister(), {kToday, Date::Max()}));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(snapshot->FlowCount()));
}
BENCHMARK(JudgeADay)->Arg(250)->Arg(1'000)->Arg(4'000)->Unit(benchmark::kMillisecond);

// All pages of a listing, each row with its next change; the day is judged before.
void ListWithNextChange(benchmark::State& state) {
  size_t rows = 0;
  for (auto step : state) {
    state.PauseTiming();
    const query::JudgementsPtr judged = JudgeChains(static_cast<size_t>(state.range(0)));
    query::TransferFilter filter;
    filter.include_not_a_transfer = true;
    std::optional<query::TransferKey> after;
    state.ResumeTiming();
    do {
      const query::TransferPage page = query::ListTransfers(*judged, filter, after, kPage);
      rows += page.rows.size();
      after = page.next;
    } while (after.has_value());
  }
  state.SetItemsProcessed(static_cast<int64_t>(rows));
}
BENCHMARK(ListWithNextChange)->Arg(250)->Arg(1'000)->Arg(4'000)->Unit(benchmark::kMillisecond);

// The first page of the changes over all dates.
void TimelineOfAll(benchmark::State& state) {
  size_t flows = 0;
  for (auto step : state) {
    state.PauseTiming();
    const query::JudgementsPtr judged = JudgeChains(static_cast<size_t>(state.range(0)));
    flows += judged->snapshot().FlowCount();
    state.ResumeTiming();
    benchmark::DoNotOptimize(query::Timeline(*judged, {}, std::nullopt, kPage,
                                             [](size_t /*changes*/) { return absl::OkStatus(); }));
  }
  state.SetItemsProcessed(static_cast<int64_t>(flows));
}
BENCHMARK(TimelineOfAll)->Arg(250)->Arg(1'000)->Arg(4'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace onward::bench
