// P1, P2: a store that is killed at any moment has lost nothing that it acknowledged, and no revision.
#include <gmock/gmock.h>

#include <array>
#include <csignal>
#include <random>

#include "storage/rocksdb/rocksdb_store.h"
#include "tests/crash/child.h"
#include "tests/crash/oracle.h"
#include "tests/crash/stored_writes.h"
#include "tests/support/env.h"
#include "tests/support/temp_folder.h"

namespace onward::crash {
namespace {

using ::testing::IsEmpty;

// ONWARD_CRASH_CYCLES: how often it is killed. ONWARD_SEED repeats a run, as far as time allows.
TEST(StoreCrashTest, NothingAcknowledgedIsLost) {
  const uint64_t cycles = ::onward::testing::NumberFromEnv("ONWARD_CRASH_CYCLES", 50);
  const uint64_t seed = ::onward::testing::Seed();
  SCOPED_TRACE("ONWARD_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  const std::array<std::string, 3> steps = {"wal", "anchor", "publish"};
  const ::onward::testing::TempFolder folder;
  Oracle oracle;
  std::map<std::string, Found> found;
  for (uint64_t cycle = 0; cycle < cycles; ++cycle) {
    SCOPED_TRACE("cycle " + std::to_string(cycle));
    std::vector<std::string> arguments = {ONWARD_STORE_CRASH_WRITER, folder.path(),
                                          "run" + std::to_string(cycle)};
    // Every other time it kills itself between two steps of a commit.
    const bool by_itself = cycle % 2 == 1;
    if (by_itself) {
      arguments.push_back(steps.at(cycle / 2 % steps.size()));
      arguments.push_back(std::to_string(1 + random() % 60));
    }
    const uint64_t kill_at = oracle.acknowledged() + 1 + random() % 200;
    Child child(arguments);
    // What is in the pipe was said before it died, so it counts too.
    for (std::string line = child.Line(); !line.empty(); line = child.Line()) {
      if (oracle.Hear(line) && !by_itself && oracle.acknowledged() == kill_at) {
        child.Kill();
      }
    }
    ASSERT_EQ(child.Wait(), SIGKILL);
    const auto store = storage::OpenRocksDb(folder.path(), {});
    ASSERT_TRUE(store.ok()) << store.status();
    ReadNew(**store, found);
    ASSERT_THAT(oracle.Problems(found), IsEmpty());
  }
  const auto store = storage::OpenRocksDb(folder.path(), {});
  ASSERT_TRUE(store.ok()) << store.status();
  std::map<std::string, Found> all;
  ReadNew(**store, all);
  EXPECT_THAT(oracle.Problems(all), IsEmpty());
  EXPECT_GT(oracle.acknowledged(), cycles);
  std::printf("%s kills, %s writes acknowledged\n", std::to_string(cycles).c_str(),
              std::to_string(oracle.acknowledged()).c_str());
}

}  // namespace
}  // namespace onward::crash
