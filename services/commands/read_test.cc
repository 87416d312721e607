// Reading: get, list, history, inventories, statistics; and how fresh an answer is.
#include <gmock/gmock.h>

#include <thread>

#include "services/commands/get.h"
#include "services/commands/history.h"
#include "services/commands/inventories.h"
#include "services/commands/list.h"
#include "services/commands/stats.h"
#include "services/commands/test_engine.h"

namespace onward::commands {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

using ReadTest = EngineTest;

std::string EstablishmentAt(Engine& engine, const Freshness& freshness) {
  const auto result = Get(
      engine, {kDefaultInventory, {model::RecordKind::kParty, "acme"}, freshness}, CallContext());
  return result.ok() ? std::get<model::Party>(result->stored.record).establishment
                     : DetailIn(result).reason;
}

TEST_F(ReadTest, GetAtARevision) {
  ONWARD_ASSERT_OK(Write({Upsert(PartyOf("acme", "FI"))}));
  ONWARD_ASSERT_OK(Write({Upsert(PartyOf("acme", "SE"))}));
  EXPECT_EQ(EstablishmentAt(engine(), MinimizeLatency()), "SE");
  EXPECT_EQ(EstablishmentAt(engine(), FullyConsistent()), "SE");
  EXPECT_EQ(EstablishmentAt(engine(), AtRevision{1}), "FI");
  EXPECT_EQ(EstablishmentAt(engine(), AtLeast{2}), "SE");
  EXPECT_EQ(EstablishmentAt(engine(), AtRevision{3}), "REVISION_IN_FUTURE");
}

TEST_F(ReadTest, ARevisionThatIsNotInMemoryIsRebuilt) {
  for (const char* country : {"FI", "SE", "DK", "NO", "IS", "EE", "LV", "LT"}) {
    ONWARD_ASSERT_OK(Write({Upsert(PartyOf("acme", country))}));
  }
  Reopen();
  for (const auto& [revision, country] :
       {std::pair<uint64_t, const char*>{1, "FI"}, {8, "LT"}, {3, "DK"}}) {
    const auto reading = engine().Read(kDefaultInventory, AtRevision{revision}, CallContext());
    ONWARD_ASSERT_OK(reading);
    EXPECT_EQ(reading->revision(), revision);
    EXPECT_EQ(reading->snapshot->FindParty("acme")->establishment, country);
  }
}

TEST_F(ReadTest, WaitingForARevisionEndsWhenItComes) {
  CallContext soon;
  soon.deadline = std::chrono::system_clock::now() + std::chrono::seconds(60);
  absl::StatusOr<Reading> reading = absl::UnknownError("not yet");
  std::thread reader([&] { reading = engine().Read(kDefaultInventory, AtLeast{1}, soon); });
  ONWARD_EXPECT_OK(Write({Upsert(PartyOf("acme", "FI"))}));
  reader.join();
  ONWARD_ASSERT_OK(reading);
  EXPECT_EQ(reading->revision(), 1);
}

TEST_F(ReadTest, WaitingEndsAtTheDeadlineNeverWithAnOlderAnswer) {
  CallContext now;
  now.deadline = std::chrono::system_clock::now() + std::chrono::milliseconds(20);
  const auto reading = engine().Read(kDefaultInventory, AtLeast{1}, now);
  EXPECT_EQ(reading.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(DetailIn(reading).reason, "NOT_FRESH_ENOUGH");
}

TEST_F(ReadTest, WaitingEndsWhenTheCallerGoes) {
  CallContext gone;
  gone.cancelled = [] { return true; };
  const auto reading = engine().Read(kDefaultInventory, AtLeast{1}, gone);
  EXPECT_EQ(reading.status().code(), absl::StatusCode::kCancelled);
}

TEST_F(ReadTest, OnlySoManyMayWait) {
  EngineOptions options;
  options.waiters_max = 0;
  Reopen(options);
  EXPECT_EQ(DetailIn(engine().Read(kDefaultInventory, AtLeast{1}, CallContext())).reason,
            "NOT_FRESH_ENOUGH");
}

TEST_F(ReadTest, WhoMustNotBlockIsToldAtOnce) {
  CallContext at_once;
  at_once.may_block = false;
  const auto reading = engine().Read(kDefaultInventory, AtLeast{1}, at_once);
  EXPECT_TRUE(IsWouldBlock(reading.status()));
  WriteSmallInventory();
  const auto head = engine().Read(kDefaultInventory, MinimizeLatency(), at_once);
  ONWARD_ASSERT_OK(head);
  const When when{Date::Of(2026, 1, 1)};
  EXPECT_TRUE(IsWouldBlock(engine().Judge(*head, when, at_once).status()));
  ONWARD_ASSERT_OK(engine().Judge(*head, when, CallContext()));
  ONWARD_EXPECT_OK(engine().Judge(*head, when, at_once));
}

TEST_F(ReadTest, APageGoesOnInItsOwnRevision) {
  std::vector<model::Mutation> parties;
  for (const char* id : {"a", "b", "c", "d", "e"}) {
    parties.push_back(Upsert(PartyOf(id, "FI")));
  }
  ONWARD_ASSERT_OK(Write(parties));
  ListRequest request;
  request.inventory = kDefaultInventory;
  request.kind = model::RecordKind::kParty;
  request.page.size = 2;
  std::vector<std::string> ids;
  while (true) {
    const auto page = List(engine(), request, CallContext());
    ONWARD_ASSERT_OK(page);
    EXPECT_EQ(page->basis.revision, 1);
    for (const RecordPtr& record : page->records) {
      ids.push_back(model::IdOf(*record));
    }
    if (!page->next) {
      break;
    }
    request.page.from = page->next;
    // Between two pages the inventory changes, more often than snapshots are kept.
    for (int i = 0; i < 6; ++i) {
      ONWARD_ASSERT_OK(Write({Upsert(PartyOf("bb", i % 2 == 0 ? "SE" : "FI"))}));
    }
  }
  EXPECT_THAT(ids, ElementsAre("a", "b", "c", "d", "e"));
}

TEST_F(ReadTest, ListByPrefix) {
  ONWARD_ASSERT_OK(Write({Upsert(PartyOf("a", "FI")), Upsert(PartyOf("b1", "FI")),
                          Upsert(PartyOf("b2", "FI")), Upsert(PartyOf("c", "FI"))}));
  ListRequest request;
  request.inventory = kDefaultInventory;
  request.kind = model::RecordKind::kParty;
  request.id_prefix = "b";
  request.page.size = 1;
  auto page = List(engine(), request, CallContext());
  ONWARD_ASSERT_OK(page);
  EXPECT_EQ(model::IdOf(*page->records.at(0)), "b1");
  request.page.from = page->next;
  page = List(engine(), request, CallContext());
  ONWARD_ASSERT_OK(page);
  EXPECT_EQ(model::IdOf(*page->records.at(0)), "b2");
  EXPECT_FALSE(page->next);
}

TEST_F(ReadTest, HistoryInPagesNewestFirst) {
  for (const char* country : {"FI", "SE", "DK"}) {
    ONWARD_ASSERT_OK(Write({Upsert(PartyOf("acme", country))}));
  }
  HistoryRequest request;
  request.inventory = kDefaultInventory;
  request.page.size = 2;
  auto page = History(engine(), request, CallContext());
  ONWARD_ASSERT_OK(page);
  ASSERT_THAT(page->revisions, SizeIs(2));
  EXPECT_EQ(page->revisions[0].revision, 3);
  ASSERT_TRUE(page->next);
  ONWARD_ASSERT_OK(Write({Upsert(PartyOf("acme", "NO"))}));
  request.page.from = page->next;
  page = History(engine(), request, CallContext());
  ONWARD_ASSERT_OK(page);
  ASSERT_THAT(page->revisions, SizeIs(1));
  EXPECT_EQ(page->revisions[0].revision, 1);
  EXPECT_EQ(page->basis.revision, 3);
  EXPECT_FALSE(page->next);
}

TEST_F(ReadTest, InventoriesAreApart) {
  ONWARD_ASSERT_OK(CreateInventory(engine(), "other", "Other"));
  EXPECT_EQ(DetailIn(CreateInventory(engine(), "other", "")).reason, "INVENTORY_EXISTS");
  EXPECT_EQ(DetailIn(CreateInventory(engine(), "Not an id", "")).reason, "INVALID_REQUEST");
  WriteSmallInventory();
  EXPECT_EQ(engine().Find("other").value()->head()->revision(), 0);
  const auto page = ListInventories(engine(), "", 1);
  ONWARD_ASSERT_OK(page);
  EXPECT_EQ(page->inventories.at(0).id, "default");
  EXPECT_EQ(page->next_after, "default");
  EXPECT_EQ(ListInventories(engine(), "default", 1)->inventories.at(0).id, "other");
  const StatsResult stats = Stats(engine());
  ASSERT_THAT(stats.inventories, SizeIs(2));
  EXPECT_EQ(stats.inventories[0].parties, 2);
  EXPECT_EQ(stats.inventories[0].flows, 1);
  EXPECT_EQ(stats.inventories[1].parties, 0);
}

TEST_F(ReadTest, ARestartFindsEverything) {
  WriteSmallInventory();
  ONWARD_ASSERT_OK(CreateInventory(engine(), "other", ""));
  Reopen();
  EXPECT_EQ(Head(), 1);
  EXPECT_EQ(engine().inventories(), 2);
  EXPECT_TRUE(engine().Find("default").value()->head()->FlowNumber("acme-to-vendor").has_value());
}

}  // namespace
}  // namespace onward::commands
