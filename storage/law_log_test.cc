#include "storage/law_log.h"

#include <gmock/gmock.h>

#include "absl/strings/escaping.h"
#include "storage/digest.h"
#include "tests/support/status_matchers.h"

namespace onward::storage {
namespace {

using ::onward::testing::StatusIs;
using ::testing::HasSubstr;

LawMeta MetaOf(const std::string& version) {
  return {version, "2026-10-08", Time(std::chrono::microseconds(1'234'567)), "ann", "why"};
}

LawEntry EntryOf(const std::string& version) {
  return NextLawEntry(0, LawChainStart("0123"), "bytes of " + version, MetaOf(version));
}

TEST(LawLogTest, AnEntryComesBackAsItWas) {
  const LawEntry entry = EntryOf("2026-12-01");
  const auto bytes = EncodeLawEntry(entry);
  ONWARD_ASSERT_OK(bytes);
  const auto back = DecodeLawEntry(*bytes, 1);
  ONWARD_ASSERT_OK(back);
  EXPECT_EQ(back->info, entry.info);
  EXPECT_EQ(back->hash, entry.hash);
  EXPECT_EQ(back->previous_hash, LawChainStart("0123"));
}

// On disk: a change here makes old stores unreadable; add a format instead.
TEST(LawLogTest, TheChainIsWhatItAlwaysWas) {
  EXPECT_EQ(absl::BytesToHexString(LawChainStart("0123")),
            absl::BytesToHexString(DigestInput("onward.laws.1").Text("0123").Digest()));
  const LawEntry entry = EntryOf("2026-12-01");
  EXPECT_EQ(entry.hash, DigestInput("onward.law.1")
                            .Text(LawChainStart("0123"))
                            .Number(1)
                            .Text("2026-12-01")
                            .Text("2026-10-08")
                            .Text(Sha256("bytes of 2026-12-01"))
                            .Number(1'234'567)
                            .Text("ann")
                            .Text("why")
                            .Digest());
}

TEST(LawLogTest, EveryChangedByteIsFound) {
  const std::string bytes = EncodeLawEntry(EntryOf("2026-12-01")).value();
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    EXPECT_THAT(DecodeLawEntry(damaged, 1),
                StatusIs(absl::StatusCode::kDataLoss, HasSubstr("entry 1")))
        << i;
  }
  EXPECT_THAT(DecodeLawEntry(bytes, 2),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("another entry")));
}

TEST(LawLogTest, OtherBytesAreNamedByVersion) {
  const LawInfo info = EntryOf("2026-12-01").info;
  ONWARD_EXPECT_OK(CheckLawBytes(info, "bytes of 2026-12-01"));
  EXPECT_THAT(CheckLawBytes(info, "bytes of 2026-12-02"),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("law register 2026-12-01")));
}

}  // namespace
}  // namespace onward::storage
