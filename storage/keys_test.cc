#include "storage/keys.h"

#include <gmock/gmock.h>

#include "absl/strings/escaping.h"

namespace onward::storage::keys {
namespace {

using model::RecordKind;
using model::RecordRef;

std::string Hex(const std::string& bytes) { return absl::BytesToHexString(bytes); }

const RecordRef kFlow{RecordKind::kFlow, "f1"};

// These bytes are on disk in every store: a difference here makes old stores unreadable.
TEST(KeysGoldenTest, Bytes) {
  const InventoryKeys keys(7);
  EXPECT_EQ(Hex(StoreState()), "73");
  EXPECT_EQ(Hex(Head("acme")), "6961636d65");
  EXPECT_EQ(Hex(LawEntry(258)), "6c0000000000000102");
  EXPECT_EQ(Hex(LawBytes("\x01\x02")), "720102");
  EXPECT_EQ(Hex(keys.Current(kFlow)), "00000007056631");
  EXPECT_EQ(Hex(keys.History(kFlow, 2)), "0000000705663100fffffffffffffffd");
  EXPECT_EQ(Hex(keys.Changelog(258)), "000000070000000000000102");
  EXPECT_EQ(Hex(keys.Request("r-1")), "00000007722d31");
  EXPECT_EQ(Hex(keys.All().from), "00000007");
  EXPECT_EQ(Hex(keys.All().until), "00000008");
}

TEST(KeysTest, NumbersSortAsBytes) {
  EXPECT_LT(InventoryKeys(1).Changelog(255), InventoryKeys(1).Changelog(256));
  EXPECT_LT(InventoryKeys(255).Current(kFlow), InventoryKeys(256).Current(kFlow));
}

TEST(KeysTest, NewerVersionsComeFirstAndStayBesideTheirRecord) {
  const InventoryKeys keys(1);
  const RecordRef a{RecordKind::kFlow, "a"};
  const RecordRef ab{RecordKind::kFlow, "a-b"};
  EXPECT_LT(keys.History(a, 9), keys.History(a, 2));
  EXPECT_LT(keys.History(a, 0), keys.History(ab, UINT64_MAX));
  EXPECT_LT(keys.Current(a), keys.Current(ab));
  EXPECT_LT(keys.Current({RecordKind::kParty, "z"}), keys.Current({RecordKind::kFlow, "a"}));
}

TEST(KeysTest, HistoryRangeHoldsTheVersionsUpToARevisionAndNoOtherRecord) {
  const InventoryKeys keys(1);
  const Range range = keys.HistoryOf(kFlow, 5);
  const auto inside = [&range](const std::string& key) {
    return range.from <= key && key < range.until;
  };
  EXPECT_TRUE(inside(keys.History(kFlow, 5)));
  EXPECT_TRUE(inside(keys.History(kFlow, 0)));
  EXPECT_FALSE(inside(keys.History(kFlow, 6)));
  EXPECT_FALSE(inside(keys.History({RecordKind::kFlow, "f"}, 1)));
  EXPECT_FALSE(inside(keys.History({RecordKind::kFlow, "f1.x"}, 1)));
}

TEST(KeysTest, RangesAtTheEdgeOfNumbers) {
  const InventoryKeys last(UINT32_MAX - 1);
  EXPECT_LT(last.All().from, last.All().until);
  EXPECT_EQ(Hex(InventoryKeys(0x00FFFFFF).All().until), "01");
  EXPECT_EQ(Hex(last.All().until), "ffffffff");
  const Range all = InventoryKeys(3).ChangelogUpTo(UINT64_MAX);
  EXPECT_LT(InventoryKeys(3).Changelog(UINT64_MAX), all.until);
}

TEST(KeysTest, ParsesWhatItMakes) {
  const InventoryKeys keys(7);
  EXPECT_EQ(keys.ParseCurrent(keys.Current(kFlow)), kFlow);
  const auto version = keys.ParseHistory(keys.History(kFlow, 12));
  ASSERT_TRUE(version.has_value());
  EXPECT_EQ(version->ref, kFlow);
  EXPECT_EQ(version->revision, 12U);
  EXPECT_EQ(keys.ParseChangelog(keys.Changelog(12)), 12U);
  EXPECT_EQ(InventoryOf(InventoryKeys(0x01020384).Changelog(1)), 0x01020384U);
  EXPECT_EQ(InventoryOf("abc"), std::nullopt);
}

TEST(KeysTest, ForeignAndDamagedKeysAreNotParsed) {
  const InventoryKeys keys(7);
  const InventoryKeys other(8);
  EXPECT_FALSE(keys.ParseCurrent(other.Current(kFlow)));
  EXPECT_FALSE(keys.ParseHistory(other.History(kFlow, 1)));
  EXPECT_FALSE(keys.ParseChangelog(other.Changelog(1)));
  const std::string good = keys.History(kFlow, 1);
  for (size_t length = 0; length < good.size(); ++length) {
    EXPECT_FALSE(keys.ParseHistory(good.substr(0, length))) << length;
  }
  std::string bad_kind = keys.Current(kFlow);
  bad_kind[4] = 99;
  EXPECT_FALSE(keys.ParseCurrent(bad_kind));
  EXPECT_FALSE(keys.ParseCurrent(keys.Current({RecordKind::kFlow, ""})));
  EXPECT_FALSE(keys.ParseChangelog(keys.Changelog(1) + "x"));
}

TEST(KeysTest, StorableIds) {
  EXPECT_TRUE(IsStorableId("a"));
  EXPECT_TRUE(IsStorableId(std::string(128, 'a')));
  EXPECT_FALSE(IsStorableId(""));
  EXPECT_FALSE(IsStorableId(std::string(129, 'a')));
  EXPECT_FALSE(IsStorableId(std::string_view("a\0b", 3)));
}

}  // namespace
}  // namespace onward::storage::keys
