// What a compaction ends, forgets and leaves; request ids of writes that changed nothing.
#include "storage/conformance/conformance.h"

namespace onward::storage {
namespace {

using ::onward::testing::StatusIs;
using ::testing::_;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

CommitMeta MetaOf(const std::string& request_id, const std::string& digest = "") {
  CommitMeta meta;
  meta.request_id = request_id;
  meta.payload_digest = digest;
  return meta;
}

std::vector<absl::Status> ReadsAt(Store& store, uint64_t revision) {
  return {store.Get("a", PartyRef("p"), revision).status(),
          store.Scan("a", revision, [](const StoredRecord&) { return true; })};
}

void ExpectCompacted(Store& store, uint64_t revision, const std::string& oldest) {
  for (const absl::Status& status : ReadsAt(store, revision)) {
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kOutOfRange, _));
    EXPECT_EQ(DetailOf(status),
              (ErrorDetail{"REVISION_COMPACTED",
                           {{"revision", std::to_string(revision)}, {"oldest", oldest}}}));
  }
}

}  // namespace

void ConformanceTest::ExpectReadableFromThree() {
  ExpectCompacted(store(), 1, "3");
  ExpectCompacted(store(), 2, "3");
  EXPECT_THAT(ScanAt("a", 0), IsEmpty());
  EXPECT_THAT(ScanAt("a", 3), ElementsAre("p=2@2", "r=2@2"));
  EXPECT_THAT(ScanAt("a", 4), ElementsAre("p=4@4", "q=4@4", "r=2@2"));
  EXPECT_THAT(ScanAt("a", 5), ElementsAre("p=4@4", "q=4@4"));
  EXPECT_THAT(ScanAt("a", Head("a")), ElementsAre("p=4@4", "q=4@4"));
  EXPECT_EQ(NameAt("a", "p", 3), "2");
  EXPECT_EQ(NameAt("a", "q", 3), "-");
  EXPECT_EQ(NameAt("a", "r", 4), "2");
}

namespace {

TEST_P(ConformanceTest, WhatWasBeforeTheOldestCannotBeReadAndTheRestCan) {
  WriteFive();
  EXPECT_EQ(store().GetHead("a")->oldest, 1U);
  Compact("a", 3);
  EXPECT_EQ(store().GetHead("a")->oldest, 3U);
  ExpectReadableFromThree();
  // p in 1, q in 1.
  EXPECT_EQ(*store().Forget("a", {}), 2U);
  ExpectReadableFromThree();
  EXPECT_EQ(*store().Forget("a", {}), 0U);
}

TEST_P(ConformanceTest, ItIsARevisionThatChangesNoRecordAndNamesTheOldest) {
  WriteFive();
  CommitMeta meta = MetaOf("c", "digest");
  meta.author = "dpo";
  meta.comment = "retention";
  meta.committed_at = At(77);
  ONWARD_ASSERT_OK(store().Compact("a", 5, 4, meta));
  ONWARD_ASSERT_OK(store().Forget("a", {}));
  const std::vector<RevisionInfo> entries = Entries("a", std::nullopt, 0, 10);
  ASSERT_EQ(entries.size(), 6U);
  EXPECT_EQ(entries[0].revision, 6U);
  EXPECT_EQ(entries[0].oldest, 4U);
  EXPECT_EQ(entries[0].author, "dpo");
  EXPECT_EQ(entries[0].comment, "retention");
  EXPECT_EQ(entries[0].committed_at, At(77));
  EXPECT_THAT(entries[0].changes, IsEmpty());
  EXPECT_EQ(entries[1].oldest, 0U);
  EXPECT_EQ(store().FindRequest("a", "c")->value().revision, 6U);
  EXPECT_EQ(Commit("a", {PutParty("p", "7")}), 7U);
  EXPECT_EQ(store().GetHead("a")->oldest, 4U);
}

TEST_P(ConformanceTest, TheChangelogAndRequestIdsStay) {
  Create("a");
  Commit("a", {PutParty("p", "1")}, "r1");
  CommitFive("a");
  Compact("a", 6);
  ONWARD_ASSERT_OK(store().Forget("a", {}));
  EXPECT_THAT(Revisions("a", std::nullopt, 0, 10), ElementsAre(7, 6, 5, 4, 3, 2, 1));
  EXPECT_THAT(Revisions("a", PartyRef("p"), 0, 10), ElementsAre(5, 3, 2, 1));
  EXPECT_THAT(Revisions("a", PartyRef("q"), 4, 10), ElementsAre(2));
  EXPECT_EQ(store().FindRequest("a", "r1")->value().revision, 1U);
}

TEST_P(ConformanceTest, OnlyALaterRevisionUpToTheHeadCanBecomeTheOldest) {
  WriteFive();
  EXPECT_THAT(store().Compact("a", 5, 6, {}), HasErrorReason("REVISION_IN_FUTURE"));
  EXPECT_THAT(store().Compact("a", 5, 1, {}), HasErrorReason("INVALID_REQUEST"));
  EXPECT_THAT(store().Compact("a", 5, 0, {}), HasErrorReason("INVALID_REQUEST"));
  EXPECT_THAT(store().Compact("a", 4, 2, {}), HasErrorReason("HEAD_MOVED"));
  EXPECT_THAT(store().Compact("x", 4, 2, {}), HasErrorReason("INVENTORY_NOT_FOUND"));
  EXPECT_EQ(Head("a"), 5U);
  EXPECT_EQ(NameAt("a", "p", 1), "1");
  Compact("a", 3);
  EXPECT_THAT(store().Compact("a", 6, 3, {}), HasErrorReason("INVALID_REQUEST"));
  EXPECT_THAT(store().Compact("a", 6, 2, {}), HasErrorReason("INVALID_REQUEST"));
  Compact("a", 6);
  EXPECT_EQ(*store().Forget("a", {}), 4U);
  EXPECT_THAT(ScanAt("a", 6), ElementsAre("p=4@4", "q=4@4"));
}

TEST_P(ConformanceTest, VersionsAreCountedAndNothingIsForgottenBeforeTheCompaction) {
  WriteFive();
  EXPECT_EQ(*store().CountUnreadable("a", 1, {}), 0U);
  EXPECT_EQ(*store().CountUnreadable("a", 3, {}), 2U);
  // p in 1 and 2, q in 1, r in 2: the deletions are none.
  EXPECT_EQ(*store().CountUnreadable("a", 5, {}), 4U);
  EXPECT_THAT(store().CountUnreadable("a", 6, {}), HasErrorReason("REVISION_IN_FUTURE"));
  EXPECT_EQ(*store().Forget("a", {}), 0U);
  EXPECT_EQ(NameAt("a", "p", 1), "1");
}

TEST_P(ConformanceTest, OtherInventoriesAreLeftAlone) {
  WriteFive("a");
  WriteFive("b");
  Compact("a", 5);
  ONWARD_ASSERT_OK(store().Forget("a", {}));
  EXPECT_EQ(NameAt("b", "p", 1), "1");
  EXPECT_THAT(ScanAt("b", 1), ElementsAre("p=1@1", "q=1@1"));
}

TEST_P(ConformanceTest, WhatWasStoppedIsForgottenLater) {
  Create("a");
  for (int i = 0; i < 3'000; i += 1'000) {
    std::vector<RecordWrite> writes;
    for (int p = 0; p < 1'000; ++p) {
      writes.push_back(PutParty("p" + std::to_string(p), std::to_string(i)));
    }
    Commit("a", writes);
  }
  Compact("a", 3);
  const auto first = store().Forget("a", [] { return true; });
  ONWARD_ASSERT_OK(first);
  EXPECT_LT(*first, 2'000U);
  EXPECT_EQ(NameAt("a", "p7", 3), "2000");
  EXPECT_EQ(*store().Forget("a", {}), 2'000U - *first);
  EXPECT_EQ(*store().Forget("a", {}), 0U);
}

TEST_P(ConformanceTest, ACompactionIsThereAfterOpeningAgain) {
  ONWARD_NEEDS_REOPEN();
  WriteFive();
  Compact("a", 3);
  Reopen();
  ExpectReadableFromThree();
  EXPECT_EQ(*store().Forget("a", {}), 2U);
  Reopen();
  ExpectReadableFromThree();
  EXPECT_EQ(*store().Forget("a", {}), 0U);
  EXPECT_EQ(Commit("a", {PutParty("p", "7")}), 7U);
  EXPECT_EQ(Entries("a", std::nullopt, 7, 1)[0].oldest, 3U);
}

TEST_P(ConformanceTest, ARequestThatChangedNothingIsRememberedWithoutARevision) {
  Create("a");
  Commit("a", {PutParty("p", "1")});
  CommitMeta meta = MetaOf("r", "digest");
  meta.unchanged = 5;
  ONWARD_ASSERT_OK(store().KeepRequest("a", 1, meta));
  EXPECT_EQ(Head("a"), 1U);
  EXPECT_THAT(Revisions("a", std::nullopt, 0, 10), ElementsAre(1));
  EXPECT_EQ(store().KeepRequest("a", 1, meta).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(store().Commit("a", 1, {}, MetaOf("r")), HasErrorReason("REQUEST_ID_REUSED"));
  EXPECT_THAT(store().KeepRequest("a", 0, MetaOf("s")), HasErrorReason("HEAD_MOVED"));
  EXPECT_THAT(store().KeepRequest("a", 1, MetaOf("")), HasErrorReason("INVALID_REQUEST"));
  EXPECT_THAT(store().KeepRequest("x", 0, MetaOf("s")), HasErrorReason("INVENTORY_NOT_FOUND"));
  Commit("a", {PutParty("p", "2")});
  if (GetParam().keeps_nothing.empty()) {
    Reopen();
  }
  const auto found = store().FindRequest("a", "r");
  ONWARD_ASSERT_OK(found);
  ASSERT_TRUE(found->has_value());
  EXPECT_EQ((*found)->revision, 1U);
  EXPECT_EQ((*found)->payload_digest, "digest");
  EXPECT_EQ((*found)->unchanged, 5U);
}

}  // namespace
}  // namespace onward::storage
