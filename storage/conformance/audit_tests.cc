// Audit: the chain with its digests, and the versions of records.
#include "storage/audit_source.h"
#include "storage/changelog.h"
#include "storage/conformance/conformance.h"
#include "storage/digest.h"
#include "storage/record.h"

namespace onward::storage {
namespace {

using ::testing::ElementsAre;
using State = KeptVersion::State;

std::vector<ChangelogEntry> EntriesOf(const AuditSource& source, uint64_t after = 0) {
  std::vector<ChangelogEntry> entries;
  ONWARD_EXPECT_OK(source.VisitEntries(
      after, [&](uint64_t place, absl::StatusOr<ChangelogEntry> entry) -> absl::StatusOr<bool> {
        ONWARD_EXPECT_OK(entry);
        EXPECT_EQ(entry->info.revision, place);
        entries.push_back(*std::move(entry));
        return true;
      }));
  return entries;
}

std::vector<std::string> VersionsOf(const AuditSource& source) {
  std::vector<std::string> versions;
  ONWARD_EXPECT_OK(source.VisitVersions(
      [&](const model::RecordRef& ref, uint64_t revision, bool is_record) -> absl::StatusOr<bool> {
        versions.push_back(ref.id + "@" + std::to_string(revision) + (is_record ? "" : "-"));
        return true;
      }));
  return versions;
}

std::string DigestOf(const std::string& id, const std::string& name) {
  return Sha256(*EncodeRecord(TestParty(id, name)));
}

TEST_P(ConformanceTest, AuditHasTheChainFromItsStart) {
  Create("a");
  Commit("a", {PutParty("p", "1"), PutParty("q", "1")}, "first");
  Commit("a", {});
  Commit("a", {DeleteParty("q"), PutParty("p", "2")});
  const auto source = store().Audit("a");
  ONWARD_ASSERT_OK(source);
  const AuditSource::Chain& chain = (*source)->chain();
  const auto entries = EntriesOf(**source);
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(chain.head.revision, 3U);
  EXPECT_EQ(chain.head.oldest, 1U);
  EXPECT_EQ(chain.start, ChainStart(chain.incarnation, chain.head));
  std::string hash = chain.start;
  for (const ChangelogEntry& entry : entries) {
    EXPECT_EQ(entry.previous_hash, hash);
    EXPECT_EQ(entry.hash, HashOf(entry));
    hash = entry.hash;
  }
  EXPECT_EQ(chain.head_hash, hash);
  EXPECT_THAT(entries[0].digests, ElementsAre(DigestOf("p", "1"), DigestOf("q", "1")));
  EXPECT_THAT(entries[2].digests, ElementsAre("", DigestOf("p", "2")));
  EXPECT_EQ(entries[0].info.request_id, "first");
  EXPECT_EQ(EntriesOf(**source, 2).size(), 1U);
  EXPECT_TRUE(EntriesOf(**source, 3).empty());
}

TEST_P(ConformanceTest, AuditHasTheVersionsOfRecords) {
  Create("a");
  Commit("a", {PutParty("p", "1"), PutParty("q", "1")});
  Commit("a", {DeleteParty("q"), PutParty("p", "2")});
  const auto source = store().Audit("a");
  ONWARD_ASSERT_OK(source);
  EXPECT_THAT(VersionsOf(**source), ElementsAre("p@2", "p@1", "q@2-", "q@1"));
  const auto old = (*source)->VersionOf(PartyRef("p"), 1);
  ONWARD_ASSERT_OK(old);
  EXPECT_EQ(old->state, State::kRecord);
  EXPECT_EQ(old->digest, DigestOf("p", "1"));
  EXPECT_EQ((*source)->VersionOf(PartyRef("q"), 2)->state, State::kDeleted);
  EXPECT_EQ((*source)->VersionOf(PartyRef("q"), 3)->state, State::kMissing);
  std::vector<std::string> current;
  ONWARD_EXPECT_OK((*source)->VisitCurrent([&](const model::RecordRef& ref, uint64_t revision,
                                               const std::string& digest) -> absl::StatusOr<bool> {
    EXPECT_EQ(digest, DigestOf("p", "2"));
    current.push_back(ref.id + "@" + std::to_string(revision));
    return true;
  }));
  EXPECT_THAT(current, ElementsAre("p@2"));
}

TEST_P(ConformanceTest, AuditIsOfOneMoment) {
  Create("a");
  Commit("a", {PutParty("p", "1")});
  const auto source = store().Audit("a");
  ONWARD_ASSERT_OK(source);
  Commit("a", {PutParty("p", "2")});
  EXPECT_EQ((*source)->chain().head.revision, 1U);
  EXPECT_EQ(EntriesOf(**source).size(), 1U);
  EXPECT_THAT(VersionsOf(**source), ElementsAre("p@1"));
}

TEST_P(ConformanceTest, AuditKeepsTheEntriesOfWhatACompactionForgot) {
  Create("a");
  Commit("a", {PutParty("p", "1"), PutParty("q", "1")});
  Commit("a", {PutParty("p", "2")});
  Compact("a", 2);
  ONWARD_ASSERT_OK(store().Forget("a", {}));
  const auto source = store().Audit("a");
  ONWARD_ASSERT_OK(source);
  const auto entries = EntriesOf(**source);
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_THAT(entries[0].digests, ElementsAre(DigestOf("p", "1"), DigestOf("q", "1")));
  EXPECT_EQ(entries[2].info.oldest, 2U);
  EXPECT_EQ((*source)->chain().head.oldest, 2U);
  EXPECT_EQ((*source)->VersionOf(PartyRef("p"), 1)->state, State::kForgotten);
  EXPECT_EQ((*source)->VersionOf(PartyRef("q"), 1)->state, State::kRecord);
  EXPECT_THAT(VersionsOf(**source), ElementsAre("p@2", "p@1-", "q@1"));
}

TEST_P(ConformanceTest, AuditOfAnUnknownInventory) {
  EXPECT_THAT(store().Audit("none"), HasErrorReason("INVENTORY_NOT_FOUND"));
}

}  // namespace
}  // namespace onward::storage
