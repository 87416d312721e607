// P1, P9: the volume is full: no abort, writes are refused with a reason, reads are served, writes are taken
// within five seconds of there being space, and nothing acknowledged is lost. On a small tmpfs where this process
// may mount one; else, and for each kind of file, by a file system that says so. ONWARD_FULL_ROUNDS: how often
// each; ONWARD_SEED repeats a run.
#include <gmock/gmock.h>

#include <chrono>
#include <thread>

#include "graph/base/error_detail.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "storage/rocksdb/space.h"
#include "tests/faults/fault_files.h"
#include "tests/faults/ledger.h"
#include "tests/support/env.h"
#include "tests/support/small_volume.h"
#include "tests/support/temp_folder.h"

namespace onward::faults {
namespace {

using ::onward::testing::SmallVolume;
using ::onward::testing::TempFolder;
using ::testing::IsEmpty;

storage::RocksDbOptions SmallOptions() {
  storage::RocksDbOptions options;
  options.write_buffer_bytes = 256 << 10;
  options.wal_bytes_max = 1 << 20;
  options.block_cache_bytes = 1 << 20;
  options.upkeep_every_ms = 20;
  return options;
}

// How long after `over` writes are taken again; fails after five seconds.
void ExpectWritableSoon(const storage::Store& store) {
  const auto over = std::chrono::steady_clock::now();
  while (!store.Writable().ok()) {
    std::this_thread::yield();
    ASSERT_LT(std::chrono::steady_clock::now() - over, std::chrono::seconds(5)) << store.Writable();
  }
}

// Served, though not while the store is being opened again.
void ExpectReadsSoon(const Ledger& ledger, const storage::Store& store) {
  const auto from = std::chrono::steady_clock::now();
  std::vector<std::string> problems = ledger.CheckReads(store);
  while (!problems.empty() && problems.front().ends_with("is being opened again after an error") &&
         std::chrono::steady_clock::now() - from < std::chrono::seconds(5)) {
    std::this_thread::yield();
    problems = ledger.CheckReads(store);
  }
  EXPECT_THAT(problems, IsEmpty());
}

bool IsFullOrSealed(const absl::Status& status) {
  return HasReason(status, "STORE_FULL") || HasReason(status, "STORE_SEALED");
}

class DiskFullTest : public ::testing::Test {
 protected:
  // Writes until the volume is full.
  absl::Status Fill(storage::Store& store, Ledger& ledger) {
    absl::Status status;
    for (int i = 0; status.ok() && i < 100'000; ++i) {
      status = ledger.WriteOne(store, random_);
    }
    return status;
  }

  const uint64_t rounds_ = ::onward::testing::NumberFromEnv("ONWARD_FULL_ROUNDS", 1);
  const uint64_t seed_ = ::onward::testing::Seed();
  std::mt19937_64 random_{seed_};
};

class SmallVolumeTest : public DiskFullTest, public ::testing::WithParamInterface<uint64_t> {};

TEST_P(SmallVolumeTest, ReadsGoOnAndWritesComeBack) {
  SCOPED_TRACE("ONWARD_SEED=" + std::to_string(seed_));
  const TempFolder folder;
  const SmallVolume volume(folder.path(), 24);
  if (!volume.mounted()) {
    GTEST_SKIP() << "this process may not mount a tmpfs; a file system that says that it is full "
                    "runs instead";
  }
  const std::string data = folder.path() + "/data";
  storage::RocksDbOptions options = SmallOptions();
  options.free_bytes_min = GetParam();
  options.ballast_bytes = options.wal_bytes_max;
  Ledger ledger;
  auto store = storage::OpenRocksDb(data, options);
  ASSERT_TRUE(store.ok()) << store.status();
  for (uint64_t round = 0; round < rounds_; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    volume.Leave(200 << 10);
    const absl::Status full = Fill(**store, ledger);
    ASSERT_TRUE(IsFullOrSealed(full)) << full;
    if (GetParam() > 0) {
      EXPECT_EQ(full.code(), absl::StatusCode::kResourceExhausted) << full;
    }
    ExpectReadsSoon(ledger, **store);
    if (round % 2 == 1) {
      // Started again with the volume full: the ballast makes room.
      store->reset();
      store = storage::OpenRocksDb(data, options);
      ASSERT_TRUE(store.ok()) << store.status();
      EXPECT_THAT(ledger.Check(**store, false), IsEmpty());
    }
    volume.Free();
    ExpectWritableSoon(**store);
    ASSERT_THAT(ledger.Check(**store, false), IsEmpty());
    ASSERT_TRUE(ledger.WriteOne(**store, random_).ok());
  }
  store->reset();
  store = storage::OpenRocksDb(data, options);
  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_THAT(ledger.Check(**store), IsEmpty());
}

// Full to the last byte, and with some kept free.
INSTANTIATE_TEST_SUITE_P(FreeBytesMin, SmallVolumeTest, ::testing::Values(0, 2 << 20));

// Files of one kind cannot be written any more.
class FullForTest : public DiskFullTest, public ::testing::WithParamInterface<std::string> {};

TEST_P(FullForTest, ReadsGoOnAndWritesComeBack) {
  SCOPED_TRACE("ONWARD_SEED=" + std::to_string(seed_));
  const TempFolder folder;
  const TempFolder trash;
  const auto files = std::make_shared<FaultFiles>(trash.path());
  const std::unique_ptr<rocksdb::Env> env = NewFaultEnv(files);
  std::atomic<bool> full{false};
  files->SetDecide([&full](const std::string& operation) {
    const bool grows = operation.ends_with(".append") || operation.ends_with(".create");
    return full && grows && operation.starts_with(GetParam()) ? Outcome::kNoSpace : Outcome::kDone;
  });
  storage::RocksDbOptions options = SmallOptions();
  options.env = env.get();
  Ledger ledger;
  const auto store = storage::OpenRocksDb(folder.path() + "/data", options);
  ASSERT_TRUE(store.ok()) << store.status();
  for (uint64_t round = 0; round < rounds_; ++round) {
    full = true;
    const absl::Status refused = Fill(**store, ledger);
    ASSERT_TRUE(IsFullOrSealed(refused)) << refused;
    full = false;
    ExpectWritableSoon(**store);
    ASSERT_THAT(ledger.Check(**store, false), IsEmpty());
    ASSERT_TRUE(ledger.WriteOne(**store, random_).ok());
  }
  EXPECT_THAT(ledger.Check(**store), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Kinds, FullForTest,
                         ::testing::Values("wal", "table", "manifest", "anchor"),
                         [](const auto& kind) { return kind.param; });

}  // namespace
}  // namespace onward::faults
