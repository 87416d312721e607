// Exports and imports of one inventory with its history.
#include "storage/audit_source.h"
#include "storage/conformance/conformance.h"
#include "storage/export_file.h"
#include "storage/export_for_tests.h"

namespace onward::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Where `id` is empty, under the id of the file.
absl::StatusOr<ExportSummary> Import(Store& store, std::string_view bytes, const std::string& id) {
  ExportReader reader([&](StoredHead head) {
    head.head.id = id.empty() ? head.head.id : id;
    return store.BeginImport(head);
  });
  const absl::Status read = reader.Add(bytes);
  return read.ok() ? reader.Finish() : read;
}

std::vector<std::string> InventoriesOf(const Store& store) {
  std::vector<std::string> ids;
  const auto heads = store.ListInventories();
  for (const InventoryHead& head : heads.value()) {
    ids.push_back(head.id);
  }
  return ids;
}

TEST_P(ConformanceTest, AnExportedInventoryIsImportedWithItsHistory) {
  WriteFive();
  CommitMeta meta;
  meta.committed_at = At(77);
  meta.author = "dpo";
  meta.comment = "because";
  meta.request_id = "r";
  meta.payload_digest = "digest";
  meta.updated = 1;
  ONWARD_ASSERT_OK(store().Commit("a", 5, {PutParty("p", "6")}, meta));
  const std::string bytes = ExportOf(store(), "a");
  const auto imported = Import(store(), bytes, "b");
  ONWARD_ASSERT_OK(imported);
  EXPECT_EQ(imported->versions, 9U);
  EXPECT_EQ(Head("b"), 6U);
  for (uint64_t revision = 0; revision <= 6; ++revision) {
    EXPECT_EQ(ScanAt("b", revision), ScanAt("a", revision)) << revision;
    EXPECT_EQ(NameAt("b", "q", revision), NameAt("a", "q", revision)) << revision;
  }
  EXPECT_EQ(Revisions("b", PartyRef("p"), 0, 10), Revisions("a", PartyRef("p"), 0, 10));
  const RevisionInfo entry = Entries("b", std::nullopt, 0, 1)[0];
  EXPECT_EQ(entry.author, "dpo");
  EXPECT_EQ(entry.comment, "because");
  EXPECT_EQ(entry.committed_at, At(77));
  const auto request = store().FindRequest("b", "r");
  ONWARD_ASSERT_OK(request);
  ASSERT_TRUE(request->has_value());
  EXPECT_EQ((*request)->revision, 6U);
  EXPECT_EQ((*request)->payload_digest, "digest");
  EXPECT_EQ((*request)->updated, 1U);
  EXPECT_EQ((*request)->committed_at, At(77));
  EXPECT_EQ(store().GetHead("b")->created_at, store().GetHead("a")->created_at);
  EXPECT_EQ(store().GetHead("b")->display_name, store().GetHead("a")->display_name);
}

TEST_P(ConformanceTest, AnImportedInventoryGoesOnWithItsChain) {
  WriteFive();
  ONWARD_ASSERT_OK(Import(store(), ExportOf(store(), "a"), "b"));
  const AuditSource::Chain chain = (*store().Audit("a"))->chain();
  const AuditSource::Chain imported = (*store().Audit("b"))->chain();
  EXPECT_EQ(imported.start, chain.start);
  EXPECT_EQ(imported.head_hash, chain.head_hash);
  EXPECT_EQ(imported.inventory, "a");
  EXPECT_EQ(Commit("b", {PutParty("p", "6")}, "six"), 6U);
  if (GetParam().keeps_nothing.empty()) {
    Reopen();
  }
  EXPECT_EQ(NameAt("b", "p", 6), "6");
  EXPECT_EQ(NameAt("a", "p", 5), "4");
  EXPECT_EQ((*store().Audit("b"))->chain().start, chain.start);
  // Read as it is written.
  ExportOf(store(), "b");
}

TEST_P(ConformanceTest, ExportImportExportGivesTheSameBytes) {
  WriteFive();
  CommitMeta meta;
  meta.request_id = "changed nothing";
  meta.unchanged = 3;
  ONWARD_ASSERT_OK(store().KeepRequest("a", 5, meta));
  const std::string bytes = ExportOf(store(), "a");
  EXPECT_EQ(ExportOf(store(), "a"), bytes);
  const std::unique_ptr<TestStore> other = GetParam().make();
  ONWARD_ASSERT_OK(Import(other->store(), bytes, ""));
  EXPECT_EQ(ExportOf(other->store(), "a"), bytes);
  EXPECT_NE(other->store().incarnation(), store().incarnation());
  EXPECT_TRUE(other->store().FindRequest("a", "changed nothing")->has_value());
}

TEST_P(ConformanceTest, AnEmptyInventoryIsExportedAndImported) {
  Create("a");
  ONWARD_ASSERT_OK(Import(store(), ExportOf(store(), "a"), "b"));
  EXPECT_EQ(Head("b"), 0U);
  EXPECT_EQ(Commit("b", {PutParty("p", "1")}), 1U);
}

TEST_P(ConformanceTest, WhatACompactionLeftIsExportedAndImported) {
  WriteFive();
  Compact("a", 3);
  ONWARD_ASSERT_OK(store().Forget("a", {}));
  const std::string bytes = ExportOf(store(), "a");
  const std::unique_ptr<TestStore> other = GetParam().make();
  const auto imported = Import(other->store(), bytes, "");
  ONWARD_ASSERT_OK(imported);
  EXPECT_EQ(imported->head.head.oldest, 3U);
  EXPECT_EQ(imported->forgotten, 2U);
  EXPECT_EQ(ExportOf(other->store(), "a"), bytes);
  EXPECT_EQ(other->store().GetHead("a")->oldest, 3U);
  EXPECT_THAT(other->store().Get("a", PartyRef("p"), 2), HasErrorReason("REVISION_COMPACTED"));
  EXPECT_TRUE(other->store().Get("a", PartyRef("p"), 3)->has_value());
  EXPECT_EQ(*other->store().Forget("a", {}), 0U);
}

TEST_P(ConformanceTest, AnInventoryThatIsThereIsNotImportedOver) {
  WriteFive();
  const std::string bytes = ExportOf(store(), "a");
  Commit("a", {PutParty("p", "6")});
  EXPECT_THAT(Import(store(), bytes, ""), HasErrorReason("INVENTORY_EXISTS"));
  EXPECT_EQ(NameAt("a", "p", 6), "6");
  EXPECT_THAT(InventoriesOf(store()), ElementsAre("a"));
}

TEST_P(ConformanceTest, OneThatWasMadeMeanwhileIsNotImportedOver) {
  WriteFive();
  const std::string bytes = ExportOf(store(), "a");
  ExportReader reader([&](StoredHead head) {
    head.head.id = "b";
    return store().BeginImport(head);
  });
  ONWARD_ASSERT_OK(reader.Add(bytes));
  Create("b");
  Commit("b", {PutParty("mine", "1")});
  EXPECT_THAT(reader.Finish(), HasErrorReason("INVENTORY_EXISTS"));
  EXPECT_THAT(ScanAt("b", 1), ElementsAre("mine=1@1"));
}

TEST_P(ConformanceTest, AnImportThatIsNotFinishedLeavesNothingAndCanBeRepeated) {
  WriteFive();
  const std::string bytes = ExportOf(store(), "a");
  for (const size_t share : {4, 3, 2}) {
    ExportReader reader([&](StoredHead head) {
      head.head.id = "b";
      return store().BeginImport(head);
    });
    ONWARD_ASSERT_OK(reader.Add(std::string_view(bytes).substr(0, bytes.size() / share)));
    EXPECT_THAT(store().GetHead("b"), HasErrorReason("INVENTORY_NOT_FOUND"));
    EXPECT_THAT(reader.Finish(), HasErrorReason("BACKUP_DAMAGED"));
  }
  EXPECT_THAT(InventoriesOf(store()), ElementsAre("a"));
  if (GetParam().keeps_nothing.empty()) {
    Reopen();
  }
  EXPECT_THAT(InventoriesOf(store()), ElementsAre("a"));
  ONWARD_ASSERT_OK(Import(store(), bytes, "b"));
  EXPECT_EQ(ScanAt("b", 5), ScanAt("a", 5));
}

TEST_P(ConformanceTest, ManyRecordsAreImported) {
  Create("a");
  for (int i = 0; i < 3; ++i) {
    std::vector<RecordWrite> writes;
    writes.reserve(2'000);
    for (int p = 0; p < 2'000; ++p) {
      writes.push_back(PutParty("p" + std::to_string(p), std::to_string(i)));
    }
    Commit("a", writes, "request-" + std::to_string(i));
  }
  const std::string bytes = ExportOf(store(), "a");
  ONWARD_ASSERT_OK(Import(store(), bytes, "b"));
  EXPECT_THAT(ScanAt("b", 3), SizeIs(2'000));
  EXPECT_EQ(ScanAt("b", 2), ScanAt("a", 2));
  EXPECT_THAT(ScanAt("b", 0), IsEmpty());
}

}  // namespace
}  // namespace onward::storage
