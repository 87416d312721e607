// P1, P2: killed at each named point, a store has lost nothing that it acknowledged, and no revision. A point
// that is never reached fails. ONWARD_KILL_ROUNDS: how often each; 0, as in ctest: once, and only a sixth of them,
// drawn by the seed. ONWARD_SEED repeats a run.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <random>

#include "storage/kill_points.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "tests/crash/child.h"
#include "tests/crash/stored_writes.h"
#include "tests/support/env.h"
#include "tests/support/temp_folder.h"

namespace onward::faults {
namespace {

using ::onward::testing::TempFolder;
using ::testing::AnyOf;
using ::testing::IsEmpty;

constexpr uint64_t kShare = 6;

// Operations on files, most of them made by RocksDB (tests/faults/fault_files.h).
constexpr auto kOperations = std::to_array<std::string_view>(
    {"wal.create",      "wal.append",      "wal.sync",        "wal.close",     "wal.cut",
     "wal.delete",      "table.create",    "table.append",    "table.sync",    "table.close",
     "table.delete",    "manifest.create", "manifest.append", "manifest.sync", "manifest.close",
     "manifest.delete", "current.create",  "current.append",  "current.sync",  "current.rename",
     "options.create",  "options.append",  "options.sync",    "options.close", "options.rename",
     "anchor.create",   "anchor.append",   "anchor.sync",     "anchor.close",  "anchor.rename",
     "folder.sync"});

// Points of other rooms have tests of their own there.
bool IsOurs(std::string_view point) {
  constexpr auto kRooms =
      std::to_array<std::string_view>({"create.", "open.", "write.", "import.", "seal.", "space."});
  return std::any_of(kRooms.begin(), kRooms.end(),
                     [point](std::string_view room) { return point.starts_with(room); });
}

std::vector<std::string> Points() {
  std::vector<std::string> points(kOperations.begin(), kOperations.end());
  for (const std::string_view point : storage::kKillPoints) {
    if (IsOurs(point)) {
      points.emplace_back(point);
    }
  }
  return points;
}

// Runs a writer until it ends; whether it came to the point.
bool RunUntilKilled(const std::string& folder, const std::string& trash, const std::string& run,
                    const std::string& point, uint64_t count, crash::Oracle& oracle) {
  crash::Child child({ONWARD_KILL_POINT_WRITER, folder, trash, run, point, std::to_string(count)});
  for (std::string line = child.Line(); !line.empty(); line = child.Line()) {
    oracle.Hear(line);
  }
  return child.Wait() == SIGKILL;
}

void ExpectNothingLost(const std::string& folder, const crash::Oracle& oracle) {
  const auto store = storage::OpenRocksDb(folder, {});
  ASSERT_TRUE(store.ok()) << store.status();
  std::map<std::string, crash::Found> found;
  crash::ReadNew(**store, found);
  EXPECT_THAT(oracle.Problems(found), IsEmpty());
  // The inventory that was imported is whole or not there.
  EXPECT_THAT(found["c"].size(), AnyOf(0, 3));
}

class KillPointTest : public ::testing::TestWithParam<std::string> {};

TEST_P(KillPointTest, IsReachedAndSurvived) {
  const uint64_t rounds = ::onward::testing::NumberFromEnv("ONWARD_KILL_ROUNDS", 0);
  const uint64_t seed = ::onward::testing::Seed();
  SCOPED_TRACE("ONWARD_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  if (rounds == 0 && (std::hash<std::string>()(GetParam()) + seed) % kShare != 0) {
    GTEST_SKIP() << "not in this run's share";
  }
  for (uint64_t round = 0; round < std::max<uint64_t>(1, rounds); ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    const TempFolder folder;
    const TempFolder trash;
    const std::string data = folder.path() + "/data";
    crash::Oracle oracle;
    // Later comings, too, where there are some.
    const uint64_t count = 1 + random() % (round + 1) * 3;
    if (!RunUntilKilled(data, trash.path(), "one", GetParam(), count, oracle)) {
      ASSERT_GT(count, 1U) << "never reached";
      std::filesystem::remove_all(data);
      oracle = crash::Oracle();
      ASSERT_TRUE(RunUntilKilled(data, trash.path(), "one", GetParam(), 1, oracle))
          << "never reached";
    }
    ExpectNothingLost(data, oracle);
  }
}

INSTANTIATE_TEST_SUITE_P(Points, KillPointTest, ::testing::ValuesIn(Points()),
                         [](const auto& point) {
                           std::string name = point.param;
                           std::replace_if(
                               name.begin(), name.end(),
                               [](char c) { return c == '.' || c == '-'; }, '_');
                           return name;
                         });

TEST(KillPointListTest, HasFortyPointsAtLeast) { EXPECT_GE(Points().size(), 40U); }

}  // namespace
}  // namespace onward::faults
