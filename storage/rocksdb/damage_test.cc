// P6: a damaged folder is refused, the file is named and nothing is changed; or the damage is harmless and
// everything acknowledged is there. Never anything between.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <random>

#include "storage/rocksdb/damage_for_tests.h"
#include "tests/support/env.h"
#include "tests/support/status_matchers.h"

namespace onward::storage::damage {
namespace {

namespace fs = std::filesystem;
using ::onward::testing::TempFolder;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(DamageTest, AnUndamagedFolderHoldsEverything) {
  const auto store = OpenRocksDb(folder_.path(), {});
  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_FALSE(FilesLike(folder_.path(), ".sst").empty());
  ONWARD_EXPECT_OK(CheckEverything(**store));
}

TEST_F(DamageTest, FlippedBytesInTheMiddleOfTheWriteAheadLog) {
  const std::string wal = FilesLike(folder_.path(), ".log").back();
  Flip(wal, fs::file_size(PathOf(wal)) / 2);
  EXPECT_EQ(Refused(), wal);
}

TEST_F(DamageTest, TheWriteAheadLogCutInAcknowledgedWrites) {
  const std::string wal = FilesLike(folder_.path(), ".log").back();
  fs::resize_file(PathOf(wal), fs::file_size(PathOf(wal)) - 10);
  EXPECT_EQ(Refused(), wal);
}

TEST_F(DamageTest, TheNewestWriteAheadLogDeleted) {
  for (const std::string& wal : FilesLike(folder_.path(), ".log")) {
    fs::remove(PathOf(wal));
  }
  EXPECT_THAT(Refused(), HasSubstr("write-ahead log"));
}

TEST_F(DamageTest, GarbageAfterTheLastAcknowledgedWriteIsHarmless) {
  const std::string wal = FilesLike(folder_.path(), ".log").back();
  for (const std::string& tail : {std::string(100, '\0'), std::string("\x12\x34\x56\x78torn")}) {
    Restore();
    WriteFile(PathOf(wal), ReadFile(PathOf(wal)) + tail);
    const auto store = OpenRocksDb(folder_.path(), {});
    ASSERT_TRUE(store.ok()) << store.status();
    ONWARD_EXPECT_OK(CheckEverything(**store));
  }
}

TEST_F(DamageTest, TheManifestDamagedCutOrDeleted) {
  const std::string manifest = FilesLike(folder_.path(), "MANIFEST-").back();
  Flip(manifest, fs::file_size(PathOf(manifest)) / 2);
  EXPECT_EQ(Refused(), manifest);
  Restore();
  fs::remove(PathOf(manifest));
  EXPECT_EQ(Refused(), manifest);
}

// RocksDB itself opens a MANIFEST that was cut anywhere behind its first lines, and forgets table files.
TEST_F(DamageTest, TheManifestCutAnywhere) {
  const std::string manifest = FilesLike(folder_.path(), "MANIFEST-").back();
  const size_t size = fs::file_size(PathOf(manifest));
  uint64_t refused = 0;
  for (size_t length = 0; length < size; length += 37) {
    Restore();
    SCOPED_TRACE(length);
    fs::resize_file(PathOf(manifest), length);
    const auto before = ContentOf(folder_.path());
    const auto store = OpenRocksDb(folder_.path(), {});
    if (store.ok()) {
      ONWARD_EXPECT_OK(CheckEverything(**store));
      continue;
    }
    ++refused;
    EXPECT_EQ(store.status().code(), absl::StatusCode::kDataLoss) << store.status();
    EXPECT_THAT(Changed(before, folder_.path()), IsEmpty());
  }
  EXPECT_GT(refused, 0U);
}

TEST_F(DamageTest, CurrentDamagedOrDeleted) {
  WriteFile(PathOf("CURRENT"), "MANIFEST-9");
  EXPECT_EQ(Refused(), "CURRENT");
  Restore();
  fs::remove(PathOf("CURRENT"));
  EXPECT_EQ(Refused(), "CURRENT");
}

TEST_F(DamageTest, TheAnchorDamagedOrDeleted) {
  WriteFile(PathOf("ONWARD-HEAD"), std::string(8192, '\0'));
  EXPECT_EQ(Refused(), "ONWARD-HEAD");
  WriteFile(PathOf("ONWARD-HEAD"), "");
  EXPECT_EQ(Refused(), "ONWARD-HEAD");
  fs::remove(PathOf("ONWARD-HEAD"));
  EXPECT_EQ(Refused(), "ONWARD-HEAD");
}

TEST_F(DamageTest, OneSlotOfTheAnchorLostIsHarmless) {
  for (const size_t offset : {20U, 4116U}) {
    Restore();
    Flip("ONWARD-HEAD", offset);
    const auto store = OpenRocksDb(folder_.path(), {});
    ASSERT_TRUE(store.ok()) << store.status();
    ONWARD_EXPECT_OK(CheckEverything(**store));
  }
}

TEST_F(DamageTest, AnAnchorOfAnotherStateOrStoreIsRefused) {
  fs::copy(fs::path(earlier_.path()) / "ONWARD-HEAD", PathOf("ONWARD-HEAD"), kCopyAll);
  EXPECT_EQ(Refused(), "ONWARD-HEAD");
  const TempFolder other;
  Fill(other.path(), 3, 16 << 20);
  fs::copy(fs::path(other.path()) / "ONWARD-HEAD", PathOf("ONWARD-HEAD"), kCopyAll);
  EXPECT_EQ(Refused(), "ONWARD-HEAD");
}

TEST_F(DamageTest, AnOlderStateUnderTheAnchorIsRefused) {
  const std::string anchor = ReadFile(PathOf("ONWARD-HEAD"));
  for (const auto& entry : fs::directory_iterator(folder_.path())) {
    fs::remove_all(entry.path());
  }
  fs::copy(earlier_.path(), folder_.path(), kCopyAll);
  WriteFile(PathOf("ONWARD-HEAD"), anchor);
  EXPECT_THAT(Refused(), HasSubstr(".log"));
}

// Does something bad to one file and says what.
std::string DamageOneFile(std::mt19937_64& random, const fs::path& folder,
                          const fs::path& earlier) {
  const auto below = [&random](size_t n) {
    return std::uniform_int_distribution<size_t>(0, n - 1)(random);
  };
  const std::vector<std::string> names = FilesLike(folder.string(), "");
  const std::string name = names[below(names.size())];
  std::string bytes = ReadFile(folder / name);
  const size_t at = bytes.empty() ? 0 : below(bytes.size());
  switch (below(6)) {
    case 0:
      fs::remove(folder / name);
      return "deleted " + name;
    case 1:
      bytes.resize(at);
      break;
    case 2:
      std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(at), bytes.end(), '\0');
      break;
    case 3:
      bytes = ReadFile(earlier / name);
      break;
    default:
      for (size_t i = at; i < std::min(at + 1 + below(8), bytes.size()); ++i) {
        bytes[i] = static_cast<char>(random());
      }
      break;
  }
  WriteFile(folder / name, bytes);
  return "damaged " + name + " at " + std::to_string(at);
}

// ONWARD_SEED repeats a run, ONWARD_DAMAGES makes it longer.
TEST_F(DamageTest, RandomDamageIsRefusedOrHarmless) {
  const uint64_t seed = ::onward::testing::Seed();
  SCOPED_TRACE("ONWARD_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  uint64_t refused = 0;
  const uint64_t rounds = ::onward::testing::NumberFromEnv("ONWARD_DAMAGES", 100);
  for (uint64_t i = 0; i < rounds; ++i) {
    Restore();
    SCOPED_TRACE(DamageOneFile(random, folder_.path(), earlier_.path()));
    const auto before = ContentOf(folder_.path());
    const auto store = OpenRocksDb(folder_.path(), {});
    if (store.ok()) {
      ONWARD_EXPECT_OK(CheckEverything(**store));
    } else {
      ++refused;
      EXPECT_EQ(store.status().code(), absl::StatusCode::kDataLoss) << store.status();
      EXPECT_THAT(Changed(before, folder_.path()), IsEmpty());
    }
  }
  EXPECT_GT(refused, 0U);
}

}  // namespace
}  // namespace onward::storage::damage
