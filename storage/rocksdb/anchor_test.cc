#include "storage/rocksdb/anchor.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/escaping.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_folder.h"

namespace onward::storage {
namespace {

using ::onward::testing::StatusIs;
using ::onward::testing::TempFolder;
using ::testing::_;

class AnchorTest : public ::testing::Test {
 protected:
  static StoreState StateAt(uint64_t sequence) {
    StoreState state;
    state.incarnation = std::string(32, 'a');
    state.sequence = sequence;
    state.root = std::string(32, static_cast<char>('0' + sequence % 10));
    return state;
  }
  std::string path() const { return folder_.path() + "/" + std::string(kAnchorFile); }
  std::string Bytes() const {
    std::ifstream in(path(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  // Damages a byte of a slot.
  void Spoil(size_t slot) const {
    std::fstream file(path(), std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(static_cast<std::streamoff>(slot * 4096 + 30)).put('!');
  }
  uint64_t Found() const {
    const auto anchor = Anchor::Open(folder_.path());
    EXPECT_THAT(anchor, ::onward::testing::IsOk());
    return anchor.ok() ? (*anchor)->found().sequence : UINT64_MAX;
  }

  const TempFolder folder_;
};

// These bytes are on disk beside every store of the first format; later ones differ in their number.
TEST_F(AnchorTest, GoldenBytes) {
  StoreState state = StateAt(258);
  state.format = 1;
  ONWARD_ASSERT_OK(Anchor::Create(folder_.path(), state));
  const std::string bytes = Bytes();
  ASSERT_EQ(bytes.size(), 8192U);
  EXPECT_EQ(absl::BytesToHexString(bytes.substr(0, 32)),
            "4f4e574448454144"
            "0000000100000000"
            "0000000000000102"
            "6161616161616161");
  EXPECT_EQ(bytes.substr(56, 32), std::string(32, '8'));
  EXPECT_EQ(absl::BytesToHexString(bytes.substr(88, 32)),
            "e1277043c20ef8ab287061f15955b55037150442d5bb3acba1e0b3078c69fb9d");
  EXPECT_EQ(bytes.substr(0, 4096), bytes.substr(4096));
}

TEST_F(AnchorTest, TheNewestSlotCounts) {
  ONWARD_ASSERT_OK(Anchor::Create(folder_.path(), StateAt(0)));
  EXPECT_EQ(Found(), 0U);
  for (uint64_t sequence = 1; sequence < 6; ++sequence) {
    const auto anchor = Anchor::Open(folder_.path());
    ONWARD_ASSERT_OK(anchor);
    ONWARD_ASSERT_OK((*anchor)->Write(StateAt(sequence)));
    EXPECT_EQ(Found(), sequence);
  }
  const auto anchor = Anchor::Open(folder_.path());
  EXPECT_EQ((*anchor)->found().root, StateAt(5).root);
  EXPECT_EQ((*anchor)->found().incarnation, StateAt(5).incarnation);
  EXPECT_EQ((*anchor)->found().format, kFormat);
}

TEST_F(AnchorTest, ATornSlotLeavesTheOneBefore) {
  ONWARD_ASSERT_OK(Anchor::Create(folder_.path(), StateAt(6)));
  ONWARD_ASSERT_OK((*Anchor::Open(folder_.path()))->Write(StateAt(7)));
  Spoil(1);
  EXPECT_EQ(Found(), 6U);
  Spoil(0);
  EXPECT_THAT(Anchor::Open(folder_.path()), StatusIs(absl::StatusCode::kDataLoss, _));
}

TEST_F(AnchorTest, AShortFileKeepsItsWholeSlot) {
  ONWARD_ASSERT_OK(Anchor::Create(folder_.path(), StateAt(6)));
  std::filesystem::resize_file(path(), 5000);
  EXPECT_EQ(Found(), 6U);
  std::filesystem::resize_file(path(), 4095);
  EXPECT_THAT(Anchor::Open(folder_.path()), StatusIs(absl::StatusCode::kDataLoss, _));
}

TEST_F(AnchorTest, AMissingFileIsDamage) {
  EXPECT_THAT(Anchor::Open(folder_.path()), StatusIs(absl::StatusCode::kDataLoss, _));
}

TEST_F(AnchorTest, SlotsOfDifferentStoresAreDamage) {
  ONWARD_ASSERT_OK(Anchor::Create(folder_.path(), StateAt(6)));
  StoreState other = StateAt(7);
  other.incarnation = std::string(32, 'b');
  ONWARD_ASSERT_OK((*Anchor::Open(folder_.path()))->Write(other));
  EXPECT_THAT(Anchor::Open(folder_.path()), StatusIs(absl::StatusCode::kDataLoss, _));
}

}  // namespace
}  // namespace onward::storage
