// S5 (services/PROMISES.md): how many tables a store has does not depend on how often it was backed up or opened.
#include "storage/rocksdb/small_tables.h"

#include <gmock/gmock.h>

#include <chrono>
#include <thread>

#include "storage/rocksdb/backup_for_tests.h"
#include "storage/rocksdb/folder.h"
#include "storage/rocksdb/maintenance.h"

namespace onward::storage {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<Db::Table> Tables(const std::vector<uint64_t>& sizes) {
  std::vector<Db::Table> tables;
  tables.reserve(sizes.size());
  for (const uint64_t size : sizes) {
    const auto letter = static_cast<char>('a' + tables.size());
    tables.push_back({size, std::string(1, letter), std::string(2, letter)});
  }
  return tables;
}

constexpr uint64_t kHalf = kMergedBytesMax / 2;

TEST(RangesToMergeTest, AreRowsOfSmallTables) {
  EXPECT_THAT(RangesToMerge({}), IsEmpty());
  EXPECT_THAT(RangesToMerge(Tables({1, 1, 1, 1, 1, 1, 1})), IsEmpty());
  const auto all = RangesToMerge(Tables({1, 1, 1, 1, 1, 1, 1, 1, 1}));
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].from, "a");
  EXPECT_EQ(all[0].until, std::string("ii\0", 3));
}

TEST(RangesToMergeTest, LeaveOutWhatWouldNotBeOneTable) {
  EXPECT_THAT(RangesToMerge(Tables({1, 1, 1, 1, kMergedBytesMax, 1, 1, 1, 1})), IsEmpty());
  const auto right = RangesToMerge(Tables({kHalf, kHalf, 1, 1, 1, 1, 1, 1, 1, kHalf}));
  ASSERT_THAT(right, SizeIs(1));
  EXPECT_EQ(right[0].from, "b");
  EXPECT_EQ(right[0].until, std::string("ii\0", 3));
}

class SmallTablesTest : public BackupTest {
 protected:
  // A small write, and what is in memory goes to tables, as with each backup.
  void WriteAndFlush() {
    Write(1);
    ONWARD_ASSERT_OK(dynamic_cast<CheckpointSource&>(*store_).Checkpoint());
  }
  void OpenAnew() {
    backups_.reset();
    store_.reset();
    Open();
  }
  size_t TablesOnDisk() const { return FilesEnding(Data(), ".sst").size(); }
  void ExpectFewTablesSoon(size_t most) const {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (TablesOnDisk() > most && std::chrono::steady_clock::now() < until) {
      std::this_thread::yield();
    }
    EXPECT_LE(TablesOnDisk(), most);
  }
};

// Of each family, RocksDB leaves up to four in the first level; in the next fewer than a row.
constexpr size_t kTablesMost = 5 * (4 + kTablesInARow);

TEST_F(SmallTablesTest, ManyBackupsLeaveFew) {
  options_.upkeep_every_ms = 1;
  OpenAnew();
  for (int i = 0; i < 200; ++i) {
    WriteAndFlush();
  }
  ExpectFewTablesSoon(kTablesMost);
  const std::string before = DigestOf(*store_, store_->GetHead("a")->revision);
  OpenAnew();
  EXPECT_EQ(DigestOf(*store_, store_->GetHead("a")->revision), before);
  backups_.reset();
  store_.reset();
  const auto report = CheckStoreFolder(Data(), options_, kQuiet);
  ONWARD_ASSERT_OK(report);
  EXPECT_THAT(report->problems, IsEmpty());
}

TEST_F(SmallTablesTest, ManyOpeningsLeaveFew) {
  options_.upkeep_every_ms = 1;
  for (int i = 0; i < 60; ++i) {
    Write(1);
    OpenAnew();
  }
  ExpectFewTablesSoon(kTablesMost);
}

TEST_F(SmallTablesTest, MergingCanBeStopped) {
  for (int i = 0; i < 60; ++i) {
    WriteAndFlush();
  }
  backups_.reset();
  store_.reset();
  const auto db = Db::Open(Data(), options_, Db::Mode::kExisting);
  ONWARD_ASSERT_OK(db);
  const size_t before = (*db)->LiveTables().size();
  std::atomic<bool> stop{true};
  ONWARD_EXPECT_OK(MergeSmallTables(**db, stop));
  EXPECT_GT((*db)->LiveTables().size(), kTablesMost);
  stop = false;
  ONWARD_EXPECT_OK(MergeSmallTables(**db, stop));
  EXPECT_LT((*db)->LiveTables().size(), before);
}

}  // namespace
}  // namespace onward::storage
