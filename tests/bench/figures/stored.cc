#include "tests/bench/figures/stored.h"

#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/law_version.h"
#include "storage/record.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "tests/bench/figures/figures.h"
#include "tests/bench/generator/records.h"
#include "tests/bench/sample_inventory.h"
#include "tests/support/law.h"

namespace onward::bench {

std::unique_ptr<storage::Store> OpenStore(const std::string& folder) {
  auto store = storage::OpenRocksDb(folder, {});
  if (!store.ok()) {
    Fail("a store could not be opened: " + std::string(store.status().message()));
  }
  return *std::move(store);
}

void Check(bool ok, const char* what) {
  if (!ok) {
    Fail(what);
  }
}

void StoreRecords(storage::Store& store, const std::string& inventory,
                  std::vector<model::Record> records) {
  std::vector<storage::RecordWrite> writes;
  writes.reserve(records.size());
  for (model::Record& record : records) {
    const model::RecordRef ref{model::KindOf(record), model::IdOf(record)};
    writes.push_back({ref, std::move(record)});
  }
  Check(
      store.CreateInventory(inventory, "", {}).ok() && store.Commit(inventory, 0, writes, {}).ok(),
      "the store could not be filled");
}

std::unique_ptr<commands::Engine> OpenEngine(storage::Store& store, const Clock& clock) {
  auto engine = commands::Engine::Open(
      {&store, &clock, services::MakeLawVersion(testing::TheLoadedRegister()),
       &services::LoadLawVersion},
      {});
  if (!engine.ok()) {
    Fail("no engine: " + std::string(engine.status().message()));
  }
  return *std::move(engine);
}

double WriteRate(size_t writers, size_t each, const std::function<void(size_t, size_t)>& write) {
  const double seconds = Seconds([&] {
    std::vector<std::thread> threads;
    for (size_t writer = 0; writer < writers; ++writer) {
      threads.emplace_back([&, writer] {
        for (size_t i = 0; i < each; ++i) {
          write(writer, i);
        }
      });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
  });
  return static_cast<double>(writers * each) / seconds;
}

RawFlows::RawFlows(const std::string& folder, size_t writers) : next_(writers) {
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* db = nullptr;
  Check(rocksdb::DB::Open(options, folder, &db).ok(), "no raw database");
  db_.reset(db);
}

void RawFlows::Write(size_t writer, size_t flows) {
  constexpr size_t kVendors = 1'000;
  uint64_t& number = next_[writer];
  rocksdb::WriteBatch batch;
  for (size_t i = 0; i < flows; ++i) {
    const model::Flow flow = SampleFlow((number + i) % kVendors, absl::StrCat(number));
    const auto bytes = storage::EncodeRecord(model::Record(flow));
    Check(bytes.ok() && batch.Put(absl::StrCat("c", writer, flow.id), *bytes).ok() &&
              batch.Put(absl::StrCat("h", writer, flow.id, number), *bytes).ok(),
          "no batch");
  }
  rocksdb::WriteOptions synced;
  synced.sync = true;
  Check(db_->Write(synced, &batch).ok(), "a raw write failed");
  ++number;
}

size_t FillStore(const std::string& folder, const GeneratorOptions& options) {
  constexpr size_t kBatch = 10'000;
  const std::unique_ptr<storage::Store> store = OpenStore(folder);
  Check(store->CreateInventory(commands::kDefaultInventory, "", {}).ok(), "no inventory");
  std::vector<storage::RecordWrite> writes;
  uint64_t head = 0;
  size_t flows = 0;
  const auto commit = [&] {
    Check(store->Commit(commands::kDefaultInventory, head++, writes, {}).ok(), "a commit failed");
    writes.clear();
  };
  ForEachRecord(options, [&](model::Record record) {
    const model::RecordRef ref{model::KindOf(record), model::IdOf(record)};
    flows += ref.kind == model::RecordKind::kFlow ? 1 : 0;
    writes.push_back({ref, std::move(record)});
    if (writes.size() == kBatch) {
      commit();
    }
  });
  commit();
  return flows;
}

void StartCold(const std::string& folder) {
  const std::unique_ptr<storage::Store> store = OpenStore(folder);
  const SystemClock clock;
  OpenEngine(*store, clock);
}

}  // namespace onward::bench
