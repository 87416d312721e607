#include "storage/changelog.h"

#include <gmock/gmock.h>

#include "absl/strings/escaping.h"
#include "storage/digest.h"
#include "storage/schema.h"
#include "tests/support/status_matchers.h"

namespace onward::storage {
namespace {

using ::onward::testing::StatusIs;
using ::testing::_;
using ::testing::HasSubstr;

ChangelogEntry SampleEntry() {
  ChangelogEntry entry;
  entry.info = {
      2,   Time(std::chrono::microseconds(1'700'000'000'000'001)),
      "a", "c",
      "r", {{{model::RecordKind::kParty, "p"}, false}, {{model::RecordKind::kFlow, "f"}, true}}};
  entry.digests = {Sha256("record"), ""};
  entry.previous_hash = Sha256("before");
  entry.hash = HashOf(entry);
  return entry;
}

TEST(DigestTest, IsSha256) {
  EXPECT_EQ(absl::BytesToHexString(Sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(DigestTest, ListsOfValuesAreKeptApart) {
  EXPECT_NE(DigestInput("x").Text("ab").Text("c").Digest(),
            DigestInput("x").Text("a").Text("bc").Digest());
  EXPECT_NE(DigestInput("x").Digest(), DigestInput("y").Digest());
}

// The chain's encoding is in checkpoints: these values never change. They are SHA-256 over the bytes that
// storage/changelog.h describes, computed apart from this code.
TEST(ChainGoldenTest, Hashes) {
  InventoryHead head;
  head.id = "acme";
  head.created_at = Time(std::chrono::microseconds(5));
  EXPECT_EQ(absl::BytesToHexString(ChainStart(std::string(32, 'a'), head)),
            "deb6591fc4629f165836d184d0daa97c4089971e82887d242c6709dbcd543d89");
  EXPECT_EQ(absl::BytesToHexString(SampleEntry().hash),
            "5ea64a610e335796b98364cbbb57a02d3dc685bde7ad9675c4ceb1ab74bdb0d6");
}

TEST(ChangelogTest, AnEntryComesBack) {
  const ChangelogEntry entry = SampleEntry();
  const auto bytes = EncodeEntry(entry);
  ONWARD_ASSERT_OK(bytes);
  const auto back = DecodeEntry(*bytes, "acme", 2);
  ONWARD_ASSERT_OK(back);
  EXPECT_EQ(back->hash, entry.hash);
  EXPECT_EQ(back->digests, entry.digests);
  EXPECT_EQ(back->info.committed_at, entry.info.committed_at);
  ASSERT_EQ(back->info.changes.size(), 2U);
  EXPECT_FALSE(back->info.changes[0].deleted);
  EXPECT_TRUE(back->info.changes[1].deleted);
}

TEST(ChangelogTest, EveryPartOfAnEntryIsInItsHash) {
  const std::vector<std::function<void(ChangelogEntry&)>> changes = {
      [](auto& e) { e.previous_hash[0] ^= 1; },
      [](auto& e) { e.info.revision = 3; },
      [](auto& e) { e.info.committed_at += std::chrono::microseconds(1); },
      [](auto& e) { e.info.author = "b"; },
      [](auto& e) { e.info.comment = "d"; },
      [](auto& e) { e.info.request_id = "s"; },
      [](auto& e) { e.info.changes[0].ref.id = "q"; },
      [](auto& e) { e.info.changes[0].ref.kind = model::RecordKind::kFlow; },
      [](auto& e) { e.digests[0][5] ^= 1; },
      [](auto& e) { std::swap(e.digests[0], e.digests[1]); },
      [](auto& e) {
        e.info.changes.pop_back();
        e.digests.pop_back();
      }};
  for (size_t i = 0; i < changes.size(); ++i) {
    ChangelogEntry entry = SampleEntry();
    changes[i](entry);
    EXPECT_NE(HashOf(entry), SampleEntry().hash) << i;
    const auto bytes = EncodeEntry(entry);
    ONWARD_ASSERT_OK(bytes);
    EXPECT_THAT(DecodeEntry(*bytes, "acme", entry.info.revision),
                StatusIs(absl::StatusCode::kDataLoss, HasSubstr("changelog of acme")))
        << i;
  }
}

TEST(ChangelogTest, DamagedBytesAreDamage) {
  const auto bytes = EncodeEntry(SampleEntry());
  ONWARD_ASSERT_OK(bytes);
  for (size_t length = 0; length < bytes->size(); ++length) {
    EXPECT_THAT(DecodeEntry(bytes->substr(0, length), "acme", 2),
                StatusIs(absl::StatusCode::kDataLoss, _));
  }
  EXPECT_THAT(DecodeEntry(*bytes, "acme", 3), StatusIs(absl::StatusCode::kDataLoss, _));
}

TEST(ChangelogTest, AHeadComesBack) {
  const StoredHead head{{"acme", "Acme", 7, Time(std::chrono::microseconds(9))}, 3, Sha256("x")};
  const auto bytes = EncodeHead(head);
  ONWARD_ASSERT_OK(bytes);
  const auto back = DecodeHead(*bytes);
  ONWARD_ASSERT_OK(back);
  EXPECT_EQ(back->head.id, "acme");
  EXPECT_EQ(back->head.display_name, "Acme");
  EXPECT_EQ(back->head.revision, 7U);
  EXPECT_EQ(back->head.created_at, head.head.created_at);
  EXPECT_EQ(back->number, 3U);
  EXPECT_EQ(back->hash, head.hash);
}

TEST(SchemaTest, StatesComeBackAndAreChained) {
  const StoreState first = NewState(std::string(32, 'a'));
  const StoreState next = NextState(first, Sha256("entry"));
  EXPECT_EQ(next.sequence, 1U);
  EXPECT_EQ(next.previous_root, first.root);
  EXPECT_NE(next.root, first.root);
  EXPECT_NE(NextState(first, Sha256("other")).root, next.root);
  const auto back = DecodeState(EncodeState(next));
  ONWARD_ASSERT_OK(back);
  EXPECT_EQ(*back, next);
  EXPECT_THAT(DecodeState("x"), StatusIs(absl::StatusCode::kDataLoss, _));
}

TEST(SchemaTest, FormatsOfTheFutureAreRefused) {
  ONWARD_EXPECT_OK(CheckFormat("dir", kFormat));
  EXPECT_THAT(CheckFormat("dir", kFormat + 1), StatusIs(absl::StatusCode::kFailedPrecondition, _));
  EXPECT_THAT(CheckFormat("dir", 0), StatusIs(absl::StatusCode::kDataLoss, _));
}

}  // namespace
}  // namespace onward::storage
