// P6: a damaged table file is refused by name, whatever of it is damaged: RocksDB must not be asked to read it.
#include <gmock/gmock.h>

#include <filesystem>

#include "storage/rocksdb/damage_for_tests.h"
#include "tests/support/status_matchers.h"

namespace onward::storage::damage {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class TableDamageTest : public DamageTest {};

TEST_F(TableDamageTest, FlippedBytesInATableFile) {
  for (const std::string& table : FilesLike(folder_.path(), ".sst")) {
    Restore();
    Flip(table, 20);
    EXPECT_EQ(Refused(), table);
  }
}

// The last 53 bytes have no checksum, and say how all others are to be read.
TEST_F(TableDamageTest, TheEndOfATableFileDamaged) {
  const std::string table = FilesLike(folder_.path(), ".sst").front();
  const std::string whole = ReadFile(PathOf(table));
  for (size_t at = whole.size() - 53; at < whole.size(); ++at) {
    Restore();
    SCOPED_TRACE(whole.size() - at);
    std::string bytes = whole;
    bytes[at] = bytes[at] == '\0' ? '\x02' : '\0';
    WriteFile(PathOf(table), bytes);
    const auto store = OpenRocksDb(folder_.path(), {});
    if (store.ok()) {
      ONWARD_EXPECT_OK(CheckEverything(**store));
    } else {
      EXPECT_EQ(store.status().code(), absl::StatusCode::kDataLoss) << store.status();
      EXPECT_THAT(std::string(store.status().message()), HasSubstr(table));
    }
  }
}

TEST_F(TableDamageTest, ATableFileThatSaysItsBlocksAreNotChecked) {
  const std::string table = FilesLike(folder_.path(), ".sst").front();
  std::string bytes = ReadFile(PathOf(table));
  bytes[bytes.size() - 53] = '\0';
  WriteFile(PathOf(table), bytes);
  EXPECT_EQ(Refused(), table);
}

// Where the block ends that comes before the list of blocks: the properties. The number of the list's first byte
// follows the type of checksums.
size_t EndOfProperties(const std::string& table) {
  size_t list = 0;
  for (size_t i = 0; i < 10; ++i) {
    const auto byte = static_cast<uint8_t>(table[table.size() - 52 + i]);
    list |= static_cast<size_t>(byte & 0x7FU) << (7 * i);
    if (byte < 0x80U) {
      break;
    }
  }
  return list - 5;
}

// RocksDB takes these bytes for a hash index without buckets, and the process ends.
TEST_F(TableDamageTest, PropertiesOfATableThatSayTheyHaveAHashIndex) {
  const std::string table = FilesLike(folder_.path(), ".sst").front();
  std::string bytes = ReadFile(PathOf(table));
  bytes.replace(EndOfProperties(bytes) - 6, 6, std::string("\0\0\x01\0\0\x80", 6));
  WriteFile(PathOf(table), bytes);
  EXPECT_EQ(Refused(), table);
}

TEST_F(TableDamageTest, ThePropertiesOfATableDamagedAnywhere) {
  const std::string table = FilesLike(folder_.path(), ".sst").front();
  const std::string whole = ReadFile(PathOf(table));
  const size_t end = EndOfProperties(whole);
  constexpr size_t kBytes = 600;
  constexpr size_t kStep = 7;
  for (size_t at = end - kBytes; at < end; at += kStep) {
    Restore();
    SCOPED_TRACE(end - at);
    Flip(table, at);
    EXPECT_EQ(Refused(), table);
  }
}

TEST_F(TableDamageTest, FlippedBytesInATableFileTooLargeToCheckAtOpeningAreFoundWhenRead) {
  for (const std::string& table : FilesLike(folder_.path(), ".sst")) {
    Flip(table, 20);
  }
  RocksDbOptions options;
  options.verify_at_open_bytes_max = 0;
  const auto store = OpenRocksDb(folder_.path(), options);
  const absl::Status status = store.ok() ? CheckEverything(**store) : store.status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
  const auto detail = DetailOf(status);
  ASSERT_TRUE(detail.has_value());
  EXPECT_THAT(detail->metadata.at("file"), HasSubstr(".sst"));
}

TEST_F(TableDamageTest, ATableFileDeleted) {
  const std::string table = FilesLike(folder_.path(), ".sst").front();
  fs::remove(PathOf(table));
  EXPECT_EQ(Refused(), table);
}

}  // namespace
}  // namespace onward::storage::damage
