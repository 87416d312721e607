// Inventories, commits, request ids.
#include "storage/conformance/conformance.h"
#include "tests/support/sample_records.h"

namespace onward::storage {
namespace {

using ::onward::testing::StatusIs;
using ::testing::_;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;

std::vector<std::string> Ids(const std::vector<InventoryHead>& heads) {
  std::vector<std::string> ids;
  ids.reserve(heads.size());
  for (const InventoryHead& head : heads) {
    ids.push_back(head.id);
  }
  return ids;
}

TEST_P(ConformanceTest, ANewInventoryIsEmptyAtRevisionZero) {
  const auto head = store().CreateInventory("acme", "Acme group", At(1'234'567));
  ONWARD_ASSERT_OK(head);
  EXPECT_EQ(head->id, "acme");
  EXPECT_EQ(head->display_name, "Acme group");
  EXPECT_EQ(head->revision, 0U);
  EXPECT_EQ(head->created_at, At(1'234'567));
  EXPECT_THAT(ScanAt("acme", 0), IsEmpty());
}

TEST_P(ConformanceTest, AnInventoryIsMadeOnce) {
  Create("acme");
  Commit("acme", {PutParty("p", "1")});
  const auto again = store().CreateInventory("acme", "", At(0));
  EXPECT_THAT(again, StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr("acme")));
  EXPECT_THAT(again, HasErrorReason("INVENTORY_EXISTS"));
  EXPECT_EQ(Head("acme"), 1U);
}

TEST_P(ConformanceTest, InventoriesAreListedInOrderOfId) {
  for (const char* id : {"b", "a.z", "a", "c"}) {
    Create(id);
  }
  const auto all = store().ListInventories();
  ONWARD_ASSERT_OK(all);
  EXPECT_THAT(Ids(*all), ElementsAre("a", "a.z", "b", "c"));
}

TEST_P(ConformanceTest, IdsOfInventoriesThatCannotBeKeptAreRefused) {
  for (const std::string& id :
       {std::string(), std::string(129, 'a'), std::string("a\0b", 3), std::string("\xff")}) {
    EXPECT_THAT(store().CreateInventory(id, "", At(0)),
                StatusIs(absl::StatusCode::kInvalidArgument, _));
  }
  EXPECT_THAT(store().CreateInventory("a", "\xff", At(0)),
              StatusIs(absl::StatusCode::kInvalidArgument, _));
  EXPECT_THAT(*store().ListInventories(), IsEmpty());
}

TEST_P(ConformanceTest, EveryCallOnAMissingInventorySaysSo) {
  const std::vector<absl::Status> answers = {
      store().GetHead("x").status(),
      store().Commit("x", 0, {}, {}).status(),
      store().FindRequest("x", "r").status(),
      store().Get("x", PartyRef("p"), 0).status(),
      store().Scan("x", 0, [](const StoredRecord&) { return true; }),
      store().History("x", std::nullopt, 0, 10).status()};
  for (const absl::Status& status : answers) {
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kNotFound, HasSubstr("x")));
    EXPECT_THAT(status, HasErrorReason("INVENTORY_NOT_FOUND"));
  }
}

TEST_P(ConformanceTest, RevisionsRiseByOnePerInventory) {
  Create("a");
  Create("b");
  EXPECT_EQ(Commit("a", {PutParty("p", "1")}), 1U);
  EXPECT_EQ(Commit("a", {PutParty("p", "2")}), 2U);
  EXPECT_EQ(Commit("b", {PutParty("p", "3")}), 1U);
  EXPECT_EQ(Head("a"), 2U);
  EXPECT_EQ(Head("b"), 1U);
}

TEST_P(ConformanceTest, ACommitOnAnotherHeadWritesNothing) {
  Create("a");
  Commit("a", {PutParty("p", "1")});
  for (const uint64_t expected : {0U, 2U}) {
    const auto moved = store().Commit("a", expected, {PutParty("q", "x")}, {});
    EXPECT_THAT(moved, StatusIs(absl::StatusCode::kFailedPrecondition, _));
    const auto detail = DetailOf(moved.status());
    ASSERT_TRUE(detail.has_value());
    EXPECT_EQ(*detail, (ErrorDetail{"HEAD_MOVED",
                                    {{"expected", std::to_string(expected)}, {"actual", "1"}}}));
  }
  EXPECT_EQ(Head("a"), 1U);
  EXPECT_THAT(ScanAt("a", 1), ElementsAre("p=1@1"));
}

TEST_P(ConformanceTest, WritesThatCannotBeKeptAreRefusedAsAWhole) {
  Create("a");
  const auto no_kind =
      static_cast<model::RecordKind>(static_cast<int32_t>(model::RecordKind::kLast) + 1);
  const std::vector<std::vector<RecordWrite>> bad = {
      {PutParty("q", "1"), PutParty("p", "1"), DeleteParty("q")},
      {PutParty("q", "1"), {PartyRef("r"), TestParty("s", "1")}},
      {PutParty("q", "1"), {{model::RecordKind::kFlow, "p"}, TestParty("p", "1")}},
      {PutParty("q", "1"), {{model::RecordKind::kUnspecified, "p"}, std::nullopt}},
      {PutParty("q", "1"), {{no_kind, "p"}, std::nullopt}},
      {PutParty("q", "1"), PutParty("", "1")},
      {PutParty("q", "1"), DeleteParty(std::string(129, 'a'))},
      {PutParty("q", "1"), DeleteParty(std::string("a\0b", 3))},
      {PutParty("q", "1"), PutParty("p", "\xc3\x28")}};
  for (size_t i = 0; i < bad.size(); ++i) {
    EXPECT_THAT(store().Commit("a", 0, bad[i], {}), StatusIs(absl::StatusCode::kInvalidArgument, _))
        << i;
  }
  CommitMeta meta;
  meta.author = "\xff";
  EXPECT_THAT(store().Commit("a", 0, {}, meta), StatusIs(absl::StatusCode::kInvalidArgument, _));
  meta.author.clear();
  meta.request_id = std::string(129, 'r');
  EXPECT_THAT(store().Commit("a", 0, {}, meta), StatusIs(absl::StatusCode::kInvalidArgument, _));
  EXPECT_EQ(Head("a"), 0U);
  EXPECT_THAT(ScanAt("a", 0), IsEmpty());
}

TEST_P(ConformanceTest, ADeleteOfNothingAndNoWritesAreRevisionsToo) {
  Create("a");
  EXPECT_EQ(Commit("a", {DeleteParty("p")}), 1U);
  EXPECT_EQ(Commit("a", {}), 2U);
  const auto history = store().History("a", std::nullopt, 0, 10);
  ONWARD_ASSERT_OK(history);
  ASSERT_EQ(history->size(), 2U);
  EXPECT_THAT((*history)[0].changes, IsEmpty());
  ASSERT_EQ((*history)[1].changes.size(), 1U);
  EXPECT_TRUE((*history)[1].changes[0].deleted);
}

TEST_P(ConformanceTest, EveryKindOfRecordComesBackAsItWas) {
  Create("a");
  std::vector<RecordWrite> writes;
  for (const model::Record& record : onward::testing::SampleRecords()) {
    writes.push_back({{model::KindOf(record), model::IdOf(record)}, record});
  }
  Commit("a", writes);
  Commit("a", {PutParty("later", "x")});
  for (const RecordWrite& write : writes) {
    for (const uint64_t revision : {1U, 2U}) {
      const auto stored = store().Get("a", write.ref, revision);
      ONWARD_ASSERT_OK(stored);
      ASSERT_TRUE(stored->has_value());
      EXPECT_EQ((*stored)->record, *write.record);
      EXPECT_EQ((*stored)->last_changed_at, 1U);
    }
  }
}

TEST_P(ConformanceTest, InventoriesDoNotSeeEachOther) {
  Create("a");
  Create("b");
  Commit("a", {PutParty("p", "of a")}, "r");
  EXPECT_THAT(ScanAt("b", 0), IsEmpty());
  EXPECT_EQ(NameAt("b", "p", 0), "-");
  EXPECT_EQ(*store().FindRequest("b", "r"), std::nullopt);
  Commit("b", {PutParty("p", "of b")}, "r");
  EXPECT_EQ(NameAt("a", "p", 1), "of a");
  EXPECT_EQ(NameAt("b", "p", 1), "of b");
  EXPECT_EQ(store().History("a", PartyRef("p"), 0, 10)->size(), 1U);
}

TEST_P(ConformanceTest, ARequestIdIsRememberedWithItsResult) {
  Create("a");
  EXPECT_EQ(*store().FindRequest("a", "r1"), std::nullopt);
  EXPECT_EQ(*store().FindRequest("a", ""), std::nullopt);
  CommitMeta meta;
  meta.request_id = "r1";
  meta.payload_digest = std::string("\x00\xff digest", 9);
  meta.created = 1;
  meta.updated = 2;
  meta.unchanged = 3;
  meta.deleted = 4;
  ONWARD_ASSERT_OK(store().Commit("a", 0, {PutParty("p", "1")}, meta));
  Commit("a", {PutParty("p", "2")});
  const auto found = store().FindRequest("a", "r1");
  ONWARD_ASSERT_OK(found);
  ASSERT_TRUE(found->has_value());
  EXPECT_EQ((*found)->revision, 1U);
  EXPECT_EQ((*found)->payload_digest, meta.payload_digest);
  EXPECT_EQ((*found)->created, 1U);
  EXPECT_EQ((*found)->updated, 2U);
  EXPECT_EQ((*found)->unchanged, 3U);
  EXPECT_EQ((*found)->deleted, 4U);
  EXPECT_EQ(*store().FindRequest("a", "r"), std::nullopt);
}

TEST_P(ConformanceTest, ARequestIdIsUsedOnce) {
  Create("a");
  Commit("a", {PutParty("p", "1")}, "r");
  Commit("a", {PutParty("p", "2")});
  CommitMeta meta;
  meta.request_id = "r";
  EXPECT_THAT(store().Commit("a", 1, {}, meta), HasErrorReason("HEAD_MOVED"));
  const auto again = store().Commit("a", 2, {PutParty("p", "3")}, meta);
  EXPECT_THAT(again, StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr("r")));
  const auto detail = DetailOf(again.status());
  ASSERT_TRUE(detail.has_value());
  EXPECT_EQ(*detail, (ErrorDetail{"REQUEST_ID_REUSED", {{"request_id", "r"}, {"revision", "1"}}}));
  EXPECT_EQ(Head("a"), 2U);
  EXPECT_EQ(NameAt("a", "p", 2), "2");
}

TEST_P(ConformanceTest, WithoutARequestIdCommitsAreNotIdempotent) {
  Create("a");
  EXPECT_EQ(Commit("a", {PutParty("p", "1")}), 1U);
  EXPECT_EQ(Commit("a", {PutParty("p", "1")}), 2U);
}

TEST_P(ConformanceTest, TheIncarnationIsRandomPerStore) {
  EXPECT_THAT(store().incarnation(), MatchesRegex("[0-9a-f]{32}"));
  EXPECT_NE(GetParam().make()->store().incarnation(), store().incarnation());
}

TEST_P(ConformanceTest, AnOpenStoreIsWritable) {
  ONWARD_EXPECT_OK(store().Writable());
  EXPECT_EQ(store().backend(), GetParam().name);
}

TEST_P(ConformanceTest, EverythingIsThereAfterOpeningAgain) {
  ONWARD_NEEDS_REOPEN();
  ONWARD_ASSERT_OK(store().CreateInventory("a", "Name", At(77)));
  Create("empty");
  Commit("a", {PutParty("p", "1"), PutParty("q", "1")}, "r1");
  Commit("a", {PutParty("p", "2"), DeleteParty("q")});
  const std::string incarnation = store().incarnation();
  Reopen();
  EXPECT_EQ(store().incarnation(), incarnation);
  EXPECT_THAT(Ids(*store().ListInventories()), ElementsAre("a", "empty"));
  EXPECT_EQ(store().GetHead("a")->display_name, "Name");
  EXPECT_EQ(store().GetHead("a")->created_at, At(77));
  EXPECT_EQ(Head("a"), 2U);
  EXPECT_EQ(Head("empty"), 0U);
  EXPECT_THAT(ScanAt("a", 1), ElementsAre("p=1@1", "q=1@1"));
  EXPECT_THAT(ScanAt("a", 2), ElementsAre("p=2@2"));
  EXPECT_EQ(store().History("a", std::nullopt, 0, 10)->size(), 2U);
  EXPECT_EQ(store().FindRequest("a", "r1")->value().revision, 1U);
  EXPECT_EQ(Commit("a", {PutParty("p", "3")}), 3U);
  Create("later");
  Commit("later", {PutParty("p", "own")});
  EXPECT_EQ(NameAt("a", "p", 3), "3");
  EXPECT_EQ(NameAt("later", "p", 1), "own");
}

}  // namespace
}  // namespace onward::storage
