// What a durable write costs: a commit of one flow on each backend, and RocksDB commits against raw synced
// RocksDB batches of the same record bytes.
#include <benchmark/benchmark.h>
#include <rocksdb/db.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "storage/memory/memory_store.h"
#include "storage/record.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "tests/bench/sample_inventory.h"
#include "tests/support/temp_folder.h"

namespace onward::bench {
namespace {

constexpr char kInventory[] = "bench";

// Commits one flow at a time, each as a new revision.
class Committer {
 public:
  explicit Committer(storage::Store& store) : store_(store) {
    ok_ = store_.CreateInventory(kInventory, "", {}).ok();
  }

  bool ok() const { return ok_; }

  void Commit() {
    model::Flow flow = SampleFlow(head_ % 1'000, std::to_string(head_));
    const model::RecordRef ref{model::RecordKind::kFlow, flow.id};
    ok_ = ok_ && store_.Commit(kInventory, head_, {{ref, std::move(flow)}}, {}).ok();
    ++head_;
  }

 private:
  storage::Store& store_;
  uint64_t head_ = 0;
  bool ok_ = false;
};

// Writes the record bytes of the same flows twice in one synced batch, as a commit does (current state
// and history), and nothing else.
class RawWriter {
 public:
  explicit RawWriter(const std::string& folder) {
    rocksdb::Options options;
    options.create_if_missing = true;
    rocksdb::DB* db = nullptr;
    ok_ = rocksdb::DB::Open(options, folder, &db).ok();
    db_.reset(db);
  }

  bool ok() const { return ok_; }

  void Write() {
    const model::Flow flow = SampleFlow(next_ % 1'000, std::to_string(next_));
    const auto bytes = storage::EncodeRecord(model::Record(flow));
    rocksdb::WriteBatch batch;
    ok_ = ok_ && bytes.ok() && batch.Put("c" + flow.id, *bytes).ok() &&
          batch.Put("h" + flow.id + std::to_string(next_), *bytes).ok();
    rocksdb::WriteOptions synced;
    synced.sync = true;
    ok_ = ok_ && db_->Write(synced, &batch).ok();
    ++next_;
  }

 private:
  std::unique_ptr<rocksdb::DB> db_;
  uint64_t next_ = 0;
  bool ok_ = false;
};

void CommitToMemory(benchmark::State& state) {
  const std::unique_ptr<storage::Store> store = storage::NewMemoryStore();
  Committer committer(*store);
  for (auto step : state) {
    committer.Commit();
  }
  if (!committer.ok()) {
    state.SkipWithError("a commit failed");
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(CommitToMemory)->UseRealTime()->Unit(benchmark::kMicrosecond);

double MicrosOf(const std::function<void()>& work) {
  const auto began = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - began)
      .count();
}

double Median(std::vector<double> values) {
  if (values.empty()) {
    return 0;
  }
  const auto middle = values.begin() + static_cast<ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// One writer. Counters: medians in microseconds, and `of_raw`, the median over interleaved pairs of how much
// of the raw rate a commit reaches (1: as quick).
void CommitToRocksDb(benchmark::State& state) {
  const testing::TempFolder folder;
  auto store = storage::OpenRocksDb(folder.path() + "/store", {});
  RawWriter raw(folder.path() + "/raw");
  if (!store.ok() || !raw.ok()) {
    state.SkipWithError("a database could not be opened");
    return;
  }
  Committer committer(**store);
  std::vector<double> commits;
  std::vector<double> raws;
  std::vector<double> ratios;
  for (auto step : state) {
    commits.push_back(MicrosOf([&committer] { committer.Commit(); }));
    state.SetIterationTime(commits.back() / 1e6);
    raws.push_back(MicrosOf([&raw] { raw.Write(); }));
    ratios.push_back(raws.back() / commits.back());
  }
  if (!committer.ok() || !raw.ok()) {
    state.SkipWithError("a write failed");
  }
  state.counters["commit_us"] = Median(commits);
  state.counters["raw_us"] = Median(raws);
  state.counters["of_raw"] = Median(ratios);
}
BENCHMARK(CommitToRocksDb)->UseManualTime()->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace onward::bench
