// P1, P2: an operation on a file fails (EIO, a short write, a failed sync, no space, a read error), at the n-th
// one: after the first failed write or sync nothing more is acknowledged until the store was opened again,
// nothing acknowledged is lost, reads go on, the process lives. ONWARD_IO_ERRORS_FROM, ONWARD_IO_ERRORS: from and
// up to which n; ONWARD_SEED repeats a run.
#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <thread>

#include "graph/base/error_detail.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "tests/faults/fault_files.h"
#include "tests/faults/ledger.h"
#include "tests/support/env.h"
#include "tests/support/temp_folder.h"

namespace onward::faults {
namespace {

using ::onward::testing::TempFolder;
using ::testing::AnyOf;
using ::testing::IsEmpty;

constexpr uint64_t kWrites = 400;

class IoErrorTest : public ::testing::Test {
 protected:
  storage::RocksDbOptions Options(uint64_t upkeep_every_ms) const {
    storage::RocksDbOptions options;
    options.env = env_.get();
    options.write_buffer_bytes = 64 << 10;
    options.wal_bytes_max = 128 << 10;
    options.block_cache_bytes = 1 << 20;
    options.upkeep_every_ms = upkeep_every_ms;
    return options;
  }

  // The n-th operation fails; with `for_good`, all later ones too. Reads count where `reads` says so.
  void FailAt(uint64_t n, Outcome outcome, bool for_good, bool reads) {
    left_ = n;
    reads_ = 0;
    files_->SetDecide([this, outcome, for_good, reads](const std::string& operation) {
      const bool read = operation.ends_with(".read");
      reads_ += read ? 1 : 0;
      if (read != reads || left_ == 0) {
        return Outcome::kDone;
      }
      if (left_ > 1) {
        --left_;
        return Outcome::kDone;
      }
      left_ = for_good ? 1 : 0;
      ++failed_[operation];
      return outcome;
    });
  }
  void FailNoMore() { left_ = 0; }

  // Writes until something fails, which must seal the writes; then reads go on.
  void WriteUntilSealed(storage::Store& store, Ledger& ledger) {
    for (uint64_t i = 0; i < kWrites; ++i) {
      const absl::Status status = ledger.WriteOne(store, random_);
      if (status.ok()) {
        continue;
      }
      const bool sealed = HasReason(status, "STORE_SEALED");
      EXPECT_TRUE(sealed || absl::IsUnavailable(status)) << status;
      if (sealed) {
        FailNoMore();
        EXPECT_TRUE(HasReason(store.Writable(), "STORE_SEALED"));
        EXPECT_TRUE(HasReason(store.Commit("a", 0, {}, {}).status(), "STORE_SEALED"));
        EXPECT_THAT(ledger.CheckReads(store), IsEmpty());
      }
      return;
    }
  }

  void ExpectNothingLost(const std::string& folder, Ledger& ledger) {
    const auto store = storage::OpenRocksDb(folder, Options(0));
    ASSERT_TRUE(store.ok()) << store.status();
    EXPECT_THAT(ledger.Check(**store), IsEmpty());
    EXPECT_TRUE(ledger.WriteOne(**store, random_).ok());
  }

  const uint64_t seed_ = ::onward::testing::Seed();
  std::mt19937_64 random_{seed_};
  const TempFolder trash_;
  const std::shared_ptr<FaultFiles> files_ = std::make_shared<FaultFiles>(trash_.path());
  const std::unique_ptr<rocksdb::Env> env_ = NewFaultEnv(files_);
  std::atomic<uint64_t> left_{0};
  // Reads since FailAt.
  std::atomic<uint64_t> reads_{0};
  // How often each operation was made to fail.
  std::map<std::string, uint64_t> failed_;
};

TEST_F(IoErrorTest, TheNthOperationFails) {
  const uint64_t most = ::onward::testing::NumberFromEnv("ONWARD_IO_ERRORS", 25);
  const uint64_t first = ::onward::testing::NumberFromEnv("ONWARD_IO_ERRORS_FROM", 1);
  SCOPED_TRACE("ONWARD_SEED=" + std::to_string(seed_));
  uint64_t acknowledged = 0;
  // The most reads that a run had: fewer than writes, so they come again and again.
  uint64_t reads_max = 0;
  for (uint64_t n = first; n <= most; ++n) {
    const bool reads = n % 5 == 0;
    const uint64_t at = reads && reads_max > 0 ? 1 + n / 5 % reads_max : n;
    const auto drawn = static_cast<Outcome>(1 + random_() % 3);
    const Outcome outcome = reads ? Outcome::kFails : drawn;
    const bool for_good = random_() % 2 == 0;
    SCOPED_TRACE("n " + std::to_string(at) + ", outcome " +
                 std::to_string(static_cast<int>(outcome)) + (for_good ? ", for good" : ", once") +
                 (reads ? ", reads" : ""));
    const TempFolder folder;
    const std::string data = folder.path() + "/data";
    Ledger ledger;
    files_->power().Forget();
    FailAt(at, outcome, for_good, reads);
    {
      const auto store = storage::OpenRocksDb(data, Options(0));
      if (store.ok()) {
        WriteUntilSealed(**store, ledger);
      } else {
        EXPECT_FALSE(absl::IsDataLoss(store.status()) && !reads) << store.status();
      }
    }
    FailNoMore();
    reads_max = std::max(reads_max, reads_.load());
    if (random_() % 2 == 0) {
      // And then the power goes.
      files_->Lose(random_);
    }
    ExpectNothingLost(data, ledger);
    acknowledged += ledger.acknowledged();
    if (HasFatalFailure()) {
      return;
    }
  }
  std::printf("%s runs, %s writes acknowledged, %zu kinds of operation failed\n",
              std::to_string(most + 1 - first).c_str(), std::to_string(acknowledged).c_str(),
              failed_.size());
}

// Without being opened anew by anybody.
TEST_F(IoErrorTest, WritesAreTakenAgainOnceTheErrorIsOver) {
  const uint64_t rounds = ::onward::testing::NumberFromEnv("ONWARD_HEALINGS", 5);
  SCOPED_TRACE("ONWARD_SEED=" + std::to_string(seed_));
  const TempFolder folder;
  Ledger ledger;
  const auto store = storage::OpenRocksDb(folder.path() + "/data", Options(1));
  ASSERT_TRUE(store.ok()) << store.status();
  for (uint64_t round = 0; round < rounds; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    FailAt(1 + random_() % 100, static_cast<Outcome>(1 + random_() % 3), true, false);
    while (ledger.WriteOne(**store, random_).ok()) {
    }
    EXPECT_THAT(ledger.CheckReads(**store).size(), AnyOf(0U, 1U, 2U, 3U, 4U));
    const auto over = std::chrono::steady_clock::now();
    FailNoMore();
    while (!(*store)->Writable().ok()) {
      std::this_thread::yield();
      ASSERT_LT(std::chrono::steady_clock::now() - over, std::chrono::seconds(5));
    }
    ASSERT_THAT(ledger.Check(**store, false), IsEmpty());
  }
  EXPECT_THAT(ledger.Check(**store), IsEmpty());
  EXPECT_GE(ledger.acknowledged(), rounds);
}

// A scan holds the files, and its visitor waits for the writer that wants to open them again.
TEST_F(IoErrorTest, AVisitorThatWritesDoesNotStopTheStoreFromHealing) {
  const TempFolder folder;
  const auto opened = storage::OpenRocksDb(folder.path() + "/data", Options(1));
  ASSERT_TRUE(opened.ok()) << opened.status();
  storage::Store& store = **opened;
  ASSERT_TRUE(store.CreateInventory("a", "", storage::Time()).ok());
  model::Party party;
  party.id = "p";
  ASSERT_TRUE(store.Commit("a", 0, {{{model::RecordKind::kParty, "p"}, party}}, {}).ok());
  const absl::Status scanned = store.Scan("a", 1, [&](const storage::StoredRecord&) {
    FailAt(1, Outcome::kFails, false, false);
    EXPECT_FALSE(store.Commit("a", 1, {}, {}).ok());
    for (int i = 0; i < 100; ++i) {
      (void)store.Commit("a", 1, {}, {});
    }
    return true;
  });
  EXPECT_TRUE(scanned.ok() || absl::IsUnavailable(scanned)) << scanned;
  while (!store.Writable().ok()) {
    std::this_thread::yield();
  }
  EXPECT_TRUE(store.Commit("a", store.GetHead("a")->revision, {}, {}).ok());
}

TEST_F(IoErrorTest, WritesWaitWhileTheVolumeIsNearlyFull) {
  const TempFolder folder;
  storage::RocksDbOptions options = Options(0);
  options.free_bytes_min = 10'000;
  const auto store = storage::OpenRocksDb(folder.path(), options);
  ASSERT_TRUE(store.ok()) << store.status();
  ASSERT_TRUE((*store)->CreateInventory("a", "", storage::Time()).ok());
  files_->SetFreeBytes(9'999);
  const absl::Status full = (*store)->Commit("a", 0, {}, {}).status();
  EXPECT_EQ(full.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(HasReason(full, "STORE_FULL"));
  EXPECT_TRUE(HasReason((*store)->Writable(), "STORE_FULL"));
  EXPECT_EQ((*store)->GetHead("a")->revision, 0U);
  EXPECT_EQ((*store)->Space().free, 9'999U);
  EXPECT_EQ((*store)->Space().free_min, 10'000U);
  EXPECT_GT((*store)->Space().used, 8'000U);
  files_->SetFreeBytes(10'000);
  EXPECT_TRUE((*store)->Commit("a", 0, {}, {}).ok());
}

}  // namespace
}  // namespace onward::faults
