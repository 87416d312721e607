#include "tests/crash/stored_writes.h"

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"

namespace onward::crash {
namespace {

// The write of one revision, read by its history entry, its record and its request id, which must agree.
std::optional<Write> WriteAt(const storage::Store& store, const std::string& inventory,
                             uint64_t revision) {
  const auto entry = store.History(inventory, std::nullopt, revision + 1, 1);
  ONWARD_EXPECT_OK(entry);
  if (!entry.ok() || entry->size() != 1 || entry->front().revision != revision) {
    return std::nullopt;
  }
  const std::string& write = entry->front().request_id;
  const auto request = store.FindRequest(inventory, write);
  EXPECT_TRUE(request.ok() && request->has_value() && (*request)->revision == revision) << write;
  const auto own = store.Get(inventory, {model::RecordKind::kParty, write}, revision);
  const auto last = store.Get(inventory, {model::RecordKind::kParty, "last"}, revision);
  if (!own.ok() || !last.ok() || !own->has_value() || !last->has_value()) {
    return std::nullopt;
  }
  EXPECT_EQ((*own)->last_changed_at, revision);
  const std::string& payload = std::get<model::Party>((*own)->record).display_name;
  EXPECT_EQ(std::get<model::Party>((*last)->record).display_name, payload);
  return Write{inventory, write, payload};
}

// The puts of law registers, in order.
void ReadLaws(const storage::Store& store, Found& puts) {
  const auto laws = store.ListLaws();
  ONWARD_ASSERT_OK(laws);
  EXPECT_GE(laws->size(), puts.size()) << "law registers went back";
  while (puts.size() < laws->size()) {
    const storage::LawInfo& info = (*laws)[laws->size() - 1 - puts.size()];
    EXPECT_EQ(info.number, puts.size() + 1);
    const auto law = store.GetLaw(info.meta.version);
    ONWARD_ASSERT_OK(law);
    puts.push_back(Write{kLawLog, info.meta.version, law->bytes});
  }
}

}  // namespace

void ReadNew(const storage::Store& store, std::map<std::string, Found>& found) {
  const auto heads = store.ListInventories();
  ONWARD_ASSERT_OK(heads);
  for (const storage::InventoryHead& head : *heads) {
    Found& writes = found[head.id];
    EXPECT_GE(head.revision, writes.size()) << head.id << " went back";
    while (writes.size() < head.revision) {
      writes.push_back(WriteAt(store, head.id, writes.size() + 1));
    }
  }
  ReadLaws(store, found[kLawLog]);
}

}  // namespace onward::crash
