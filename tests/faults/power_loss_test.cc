// P1, P2, P6: the power goes at any operation on a file, and any part of what was not synced is lost: nothing
// acknowledged is, and the store opens. ONWARD_POWER_CUTS: how often; ONWARD_SEED repeats a run.
#include <gmock/gmock.h>

#include <map>
#include <set>

#include "storage/rocksdb/rocksdb_store.h"
#include "tests/faults/fault_files.h"
#include "tests/faults/ledger.h"
#include "tests/support/env.h"
#include "tests/support/temp_folder.h"

namespace onward::faults {
namespace {

using ::onward::testing::TempFolder;
using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;

// Writes to one folder until it has had its share of cuts.
constexpr uint64_t kCutsPerFolder = 20;

class PowerLossTest : public ::testing::Test {
 protected:
  void SetUp() override { SetFaults(); }

  // Cuts the power at the n-th operation from now on; 0: never.
  void CutAt(uint64_t n) { left_ = n; }
  void SetFaults() {
    files_->SetDecide([this](const std::string& operation) {
      if (operation.ends_with(".read") || left_ == 0 || --left_ > 0) {
        return Outcome::kDone;
      }
      cut_.insert(operation);
      files_->CutPower();
      return random_() % 2 == 0 ? Outcome::kShort : Outcome::kFails;
    });
  }
  storage::RocksDbOptions Options() const {
    storage::RocksDbOptions options;
    options.env = env_.get();
    options.write_buffer_bytes = 64 << 10;
    options.wal_bytes_max = 128 << 10;
    options.block_cache_bytes = 1 << 20;
    return options;
  }
  // Opens, writes until the power goes, and loses what may be lost. Opening may be cut, too.
  void WriteUntilCut(const std::string& folder, Ledger& ledger) {
    {
      const auto store = storage::OpenRocksDb(folder, Options());
      for (bool going = store.ok(); going;) {
        going = ledger.WriteOne(**store, random_).ok();
        ASSERT_TRUE(going || files_->off());
      }
    }
    ASSERT_TRUE(files_->off());
    left_ = 0;
    files_->Lose(random_);
  }

  const uint64_t seed_ = ::onward::testing::Seed();
  std::mt19937_64 random_{seed_};
  const TempFolder trash_;
  const std::shared_ptr<FaultFiles> files_ = std::make_shared<FaultFiles>(trash_.path());
  const std::unique_ptr<rocksdb::Env> env_ = NewFaultEnv(files_);
  std::atomic<uint64_t> left_{0};
  // Operations at which the power went.
  std::set<std::string> cut_;
};

TEST_F(PowerLossTest, NothingAcknowledgedIsLostAndTheStoreOpens) {
  const uint64_t cuts = ::onward::testing::NumberFromEnv("ONWARD_POWER_CUTS", 15);
  SCOPED_TRACE("ONWARD_SEED=" + std::to_string(seed_));
  uint64_t acknowledged = 0;
  for (uint64_t done = 0; done < cuts;) {
    const TempFolder folder;
    Ledger ledger;
    files_->power().Forget();
    for (uint64_t i = 0; i < kCutsPerFolder && done < cuts; ++i, ++done) {
      SCOPED_TRACE("cut " + std::to_string(done));
      // Every fourth one while the store is opened.
      CutAt(1 + random_() % (done % 4 == 0 ? 60 : 400));
      WriteUntilCut(folder.path() + "/data", ledger);
      if (HasFatalFailure()) {
        return;
      }
      const auto store = storage::OpenRocksDb(folder.path() + "/data", Options());
      ASSERT_TRUE(store.ok()) << store.status();
      ASSERT_THAT(ledger.Check(**store), IsEmpty());
    }
    acknowledged += ledger.acknowledged();
  }
  EXPECT_GT(acknowledged, cuts);
  if (cuts >= 1000) {
    EXPECT_THAT(cut_, IsSupersetOf({"wal.append", "wal.sync", "anchor.append", "anchor.sync",
                                    "table.append", "table.sync", "manifest.append",
                                    "manifest.sync", "current.rename", "folder.sync"}));
  }
  RecordProperty("acknowledged", std::to_string(acknowledged));
  std::printf("%s cuts, %s writes acknowledged, %zu kinds of operation cut\n",
              std::to_string(cuts).c_str(), std::to_string(acknowledged).c_str(), cut_.size());
}

// The test above can fail: a disk that lies about its syncs loses what was acknowledged.
TEST_F(PowerLossTest, ADiskThatLiesIsFoundOut) {
  SCOPED_TRACE("ONWARD_SEED=" + std::to_string(seed_));
  files_->Lie();
  bool lost = false;
  for (int i = 0; i < 20 && !lost; ++i) {
    const TempFolder folder;
    Ledger ledger;
    files_->power().Forget();
    CutAt(200 + random_() % 200);
    WriteUntilCut(folder.path() + "/data", ledger);
    const auto store = storage::OpenRocksDb(folder.path() + "/data", Options());
    lost = !store.ok() || !ledger.Check(**store).empty();
  }
  EXPECT_TRUE(lost);
}

}  // namespace
}  // namespace onward::faults
