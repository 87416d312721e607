#include "storage/rocksdb/wal_files.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <string>

#include "rocksdb/file_system.h"
#include "storage/rocksdb/damage_for_tests.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_folder.h"

namespace onward::storage {
namespace {

namespace fs = std::filesystem;
using ::onward::testing::TempFolder;

const rocksdb::IOOptions kPlain;

class WalFilesTest : public ::testing::Test {
 protected:
  std::unique_ptr<rocksdb::FSWritableFile> Make(const std::string& name) {
    std::unique_ptr<rocksdb::FSWritableFile> file;
    EXPECT_TRUE(files_->NewWritableFile(PathOf(name), {}, &file, nullptr).ok());
    return file;
  }
  std::string PathOf(const std::string& name) const { return folder_.path() + "/" + name; }

  const TempFolder folder_;
  const std::shared_ptr<rocksdb::FileSystem> files_ = WithPaddedWal(rocksdb::FileSystem::Default());
};

TEST_F(WalFilesTest, ALogIsWrittenOverZerosAndCutWhenItIsClosed) {
  const auto file = Make("000001.log");
  EXPECT_TRUE(file->Append("abc", kPlain, nullptr).ok());
  const uint64_t padded = fs::file_size(PathOf("000001.log"));
  EXPECT_EQ(padded, 3 + kWalPaddingBytes);
  EXPECT_TRUE(file->Append("def", kPlain, nullptr).ok());
  EXPECT_TRUE(file->Sync(kPlain, nullptr).ok());
  EXPECT_EQ(fs::file_size(PathOf("000001.log")), padded);
  EXPECT_EQ(file->GetFileSize(kPlain, nullptr), 6U);
  EXPECT_EQ(damage::ReadFile(PathOf("000001.log")),
            "abcdef" + std::string(kWalPaddingBytes - 3, '\0'));
  EXPECT_TRUE(file->Close(kPlain, nullptr).ok());
  EXPECT_EQ(damage::ReadFile(PathOf("000001.log")), "abcdef");
}

TEST_F(WalFilesTest, ALogGrowsByZerosAgainWhereTheyEnd) {
  const auto file = Make("000001.log");
  const std::string part(1'000, 'x');
  std::string held;
  while (held.size() <= kWalPaddingBytes + 2 * part.size()) {
    EXPECT_TRUE(file->Append(part, kPlain, nullptr).ok());
    held += part;
    EXPECT_GE(fs::file_size(PathOf("000001.log")), held.size());
  }
  EXPECT_GT(fs::file_size(PathOf("000001.log")), held.size() + kWalPaddingBytes / 2);
  EXPECT_TRUE(file->Close(kPlain, nullptr).ok());
  EXPECT_EQ(damage::ReadFile(PathOf("000001.log")), held);
}

TEST_F(WalFilesTest, LongWritesAndOtherFilesHaveNone) {
  const std::string part(kWalPaddingBytes, 'x');
  const auto log = Make("000001.log");
  EXPECT_TRUE(log->Append(part, kPlain, nullptr).ok());
  EXPECT_EQ(fs::file_size(PathOf("000001.log")), part.size());
  const auto table = Make("000002.sst");
  EXPECT_TRUE(table->Append("abc", kPlain, nullptr).ok());
  EXPECT_TRUE(table->Flush(kPlain, nullptr).ok());
  EXPECT_EQ(fs::file_size(PathOf("000002.sst")), 3U);
}

// P1: what a process that was killed leaves behind.
TEST(PaddedStoreTest, AStoreWithZerosBehindItsLogOpensOrIsRefused) {
  const TempFolder folder;
  const TempFolder killed;
  const auto store = OpenRocksDb(folder.path(), {});
  ASSERT_TRUE(store.ok()) << store.status();
  ONWARD_ASSERT_OK((*store)->CreateInventory("main", "", {}).status());
  for (uint64_t revision = 0; revision < 20; ++revision) {
    ONWARD_ASSERT_OK((*store)->Commit("main", revision, {}, {}).status());
  }
  fs::copy(folder.path(), killed.path(), damage::kCopyAll);
  const std::string wal = damage::FilesLike(killed.path(), ".log").back();
  const std::string bytes = damage::ReadFile(killed.path() + "/" + wal);
  EXPECT_GE(bytes.size(), kWalPaddingBytes);
  {
    const auto again = OpenRocksDb(killed.path(), {});
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ((*again)->GetHead("main")->revision, 20U);
  }
  // One sector of what was acknowledged as it was before it was written.
  fs::remove_all(killed.path());
  fs::copy(folder.path(), killed.path(), damage::kCopyAll);
  const size_t end = bytes.find_last_not_of('\0') + 1;
  damage::WriteFile(killed.path() + "/" + wal,
                    bytes.substr(0, end - 100) + std::string(bytes.size() - end + 100, '\0'));
  const auto refused = OpenRocksDb(killed.path(), {});
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kDataLoss) << refused.status();
  EXPECT_THAT(std::string(refused.status().message()), ::testing::HasSubstr(wal));
}

}  // namespace
}  // namespace onward::storage
