#include "storage/conformance/conformance.h"

namespace onward::storage {

model::Record TestParty(const std::string& id, const std::string& name) {
  model::Party party;
  party.id = id;
  party.display_name = name;
  return party;
}

RecordWrite PutParty(const std::string& id, const std::string& name) {
  return {PartyRef(id), TestParty(id, name)};
}

RecordWrite DeleteParty(const std::string& id) { return {PartyRef(id), std::nullopt}; }

model::RecordRef PartyRef(const std::string& id) { return {model::RecordKind::kParty, id}; }

Time At(int64_t micros) { return Time(std::chrono::microseconds(micros)); }

void ConformanceTest::Create(const std::string& inventory) {
  ONWARD_ASSERT_OK(store().CreateInventory(inventory, "", At(0)));
}

uint64_t ConformanceTest::Commit(const std::string& inventory,
                                 const std::vector<RecordWrite>& writes,
                                 const std::string& request_id) {
  CommitMeta meta;
  meta.request_id = request_id;
  const uint64_t head = Head(inventory);
  const auto revision = store().Commit(inventory, head, writes, meta);
  EXPECT_THAT(revision, ::onward::testing::IsOk());
  EXPECT_EQ(revision.value_or(0), head + 1);
  return revision.value_or(0);
}

std::string ConformanceTest::NameAt(const std::string& inventory, const std::string& id,
                                    uint64_t revision) {
  const auto record = store().Get(inventory, PartyRef(id), revision);
  EXPECT_THAT(record, ::onward::testing::IsOk());
  if (!record.ok() || !record->has_value()) {
    return "-";
  }
  return std::get<model::Party>((*record)->record).display_name;
}

std::vector<std::string> ConformanceTest::ScanAt(const std::string& inventory, uint64_t revision) {
  std::vector<std::string> seen;
  ONWARD_EXPECT_OK(store().Scan(inventory, revision, [&seen](const StoredRecord& stored) {
    const auto& party = std::get<model::Party>(stored.record);
    seen.push_back(party.id + "=" + party.display_name + "@" +
                   std::to_string(stored.last_changed_at));
    return true;
  }));
  return seen;
}

void ConformanceTest::CommitFive(const std::string& inventory) {
  Commit(inventory, {PutParty("p", "1"), PutParty("q", "1")});
  Commit(inventory, {PutParty("p", "2"), PutParty("r", "2")});
  Commit(inventory, {DeleteParty("q")});
  Commit(inventory, {PutParty("p", "4"), PutParty("q", "4")});
  Commit(inventory, {DeleteParty("r")});
}

void ConformanceTest::WriteFive(const std::string& inventory) {
  Create(inventory);
  CommitFive(inventory);
}

void ConformanceTest::Compact(const std::string& inventory, uint64_t oldest) {
  const uint64_t head = Head(inventory);
  const auto revision = store().Compact(inventory, head, oldest, {});
  ONWARD_ASSERT_OK(revision);
  EXPECT_EQ(*revision, head + 1);
}

uint64_t ConformanceTest::Head(const std::string& inventory) {
  const auto head = store().GetHead(inventory);
  EXPECT_THAT(head, ::onward::testing::IsOk());
  return head.ok() ? head->revision : 0;
}

std::vector<RevisionInfo> ConformanceTest::Entries(const std::string& inventory,
                                                   const std::optional<model::RecordRef>& ref,
                                                   uint64_t before, size_t limit) {
  auto entries = store().History(inventory, ref, before, limit);
  EXPECT_THAT(entries, ::onward::testing::IsOk());
  return entries.ok() ? *std::move(entries) : std::vector<RevisionInfo>();
}

std::vector<uint64_t> ConformanceTest::Revisions(const std::string& inventory,
                                                 const std::optional<model::RecordRef>& ref,
                                                 uint64_t before, size_t limit) {
  std::vector<uint64_t> revisions;
  for (const RevisionInfo& info : Entries(inventory, ref, before, limit)) {
    revisions.push_back(info.revision);
  }
  return revisions;
}

}  // namespace onward::storage
