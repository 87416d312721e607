// Inventories that leave memory and come back.
#include "services/commands/residents.h"

#include <gmock/gmock.h>

#include <random>
#include <thread>

#include "absl/strings/str_cat.h"
#include "services/commands/list_transfers.h"
#include "services/commands/stats.h"
#include "services/commands/test_engine.h"
#include "services/commands/test_watch.h"

namespace onward::commands {
namespace {

class ResidentsTest : public EngineTest {
 protected:
  static std::string NameOf(size_t i) { return absl::StrCat("inventory-", i); }

  // Inventories with two parties and a flow each; where it goes differs.
  void Fill(size_t count) {
    const std::vector<std::string> countries = {"US", "IN", "CH", "FI", "BR"};
    for (size_t i = 0; i < count; ++i) {
      ONWARD_ASSERT_OK(store().CreateInventory(NameOf(i), "", {}));
      const std::string vendor = absl::StrCat("vendor-", i);
      std::vector<storage::RecordWrite> writes;
      for (const model::Record& record :
           {model::Record(PartyOf("acme", "FI")),
            model::Record(PartyOf(vendor, countries[i % countries.size()])),
            model::Record(FlowOf(absl::StrCat("flow-", i), "acme", vendor))}) {
        writes.push_back({{model::KindOf(record), model::IdOf(record)}, record});
      }
      ONWARD_ASSERT_OK(store().Commit(NameOf(i), 0, writes, {}));
    }
  }
  static EngineOptions Budget(uint64_t bytes) {
    EngineOptions options;
    options.memory_budget_bytes = bytes;
    return options;
  }

  // All that a list of transfers says, with the revision.
  std::string Answer(const std::string& inventory) {
    ListTransfersRequest request;
    request.inventory = inventory;
    const auto result = ListTransfers(engine(), request, CallContext());
    if (!result.ok()) {
      return result.status().ToString();
    }
    std::string text = absl::StrCat(result->basis.inventory.id, " ", result->basis.revision);
    for (const auto& row : result->page.rows) {
      absl::StrAppend(&text, " ", row.flow->id, ":", row.verdict->destination, ":",
                      static_cast<int>(row.verdict->verdict), ":",
                      static_cast<int>(row.verdict->reason));
    }
    return text;
  }
  Residents::Numbers Numbers() { return engine().residents().numbers(); }
};

TEST_F(ResidentsTest, WithoutABudgetAllStay) {
  Fill(20);
  Reopen();
  EXPECT_EQ(Numbers().loaded, 21U);
  EXPECT_EQ(Numbers().drops, 0U);
}

// A thousand inventories in a tenth of the memory that they need: each answer is that of a server that keeps everything, writes
// included.
TEST_F(ResidentsTest, AThousandInventoriesInATenthOfTheMemoryAnswerAsInAllOfIt) {
  constexpr size_t kInventories = 1'000;
  Fill(kInventories);
  Reopen();
  std::vector<std::string> before;
  for (size_t i = 0; i < kInventories; ++i) {
    before.push_back(Answer(NameOf(i)));
  }
  const uint64_t all = Numbers().bytes;

  const uint64_t budget = all / 10;
  Reopen(Budget(budget));
  EXPECT_LE(Numbers().bytes, budget);
  EXPECT_LT(Numbers().loaded, kInventories / 5);
  const uint32_t seed = 20'261'123;
  RecordProperty("seed", static_cast<int>(seed));
  std::mt19937 random(seed);
  std::vector<uint64_t> written(kInventories);
  for (size_t step = 0; step < 3 * kInventories; ++step) {
    const size_t i = random() % kInventories;
    if (written[i] == 0) {
      EXPECT_EQ(Answer(NameOf(i)), before[i]);
    }
    if (step % 10 == 0) {
      ApplyRequest request = RequestOf({Upsert(
          FlowOf(absl::StrCat("more-", ++written[i]), "acme", absl::StrCat("vendor-", i)))});
      request.inventory = NameOf(i);
      ONWARD_ASSERT_OK(Apply(engine(), request, CallContext()));
    }
    EXPECT_LE(Numbers().loaded, kInventories / 5);
  }
  EXPECT_GT(Numbers().drops, kInventories);
  std::vector<std::string> with_budget;
  for (size_t i = 0; i < kInventories; ++i) {
    with_budget.push_back(Answer(NameOf(i)));
  }
  engine().residents().Trim();
  EXPECT_LE(Numbers().bytes, budget);
  Reopen();
  for (size_t i = 0; i < kInventories; ++i) {
    EXPECT_EQ(Answer(NameOf(i)), with_budget[i]);
  }
}

TEST_F(ResidentsTest, TheOneAskedAboutLongestAgoLeavesFirst) {
  Fill(4);
  Reopen();
  for (size_t i = 0; i < 4; ++i) {
    Answer(NameOf(i));
  }
  const uint64_t all = Numbers().bytes;
  // Room for about three of the four, and the empty one.
  Reopen(Budget(all * 4 / 5));
  for (const size_t i : {0, 1, 2, 3, 1, 0, 3}) {
    Answer(NameOf(i));
    engine().residents().Trim();
  }
  EXPECT_EQ(engine().residents().Peek(NameOf(2)), nullptr);
  EXPECT_NE(engine().residents().Peek(NameOf(3)), nullptr);
}

TEST_F(ResidentsTest, WhatIsInUseStays) {
  Fill(3);
  Reopen(Budget(1));
  EXPECT_EQ(Numbers().loaded, 0U);
  {
    const RuntimePtr held = engine().Find(NameOf(0)).value();
    Answer(NameOf(1));
    engine().residents().Trim();
    EXPECT_EQ(engine().residents().Peek(NameOf(0)), held);
    EXPECT_EQ(engine().residents().Peek(NameOf(1)), nullptr);
  }
  engine().residents().Trim();
  EXPECT_EQ(engine().residents().Peek(NameOf(0)), nullptr);
}

// A watch is a use: what is written to the inventory reaches it, whatever the budget.
TEST_F(ResidentsTest, AWatchedInventoryStaysAndItsWatchIsTold) {
  Fill(2);
  Reopen(Budget(1));
  WatchHub hub(engine());
  TestWatcher watcher(hub);
  WatchRequest request;
  request.inventory = NameOf(0);
  request.records = true;
  ONWARD_ASSERT_OK(watcher.Open(request));
  ONWARD_ASSERT_OK(watcher.Next());
  Answer(NameOf(1));
  engine().residents().Trim();
  ApplyRequest write = RequestOf({Upsert(PartyOf("third", "FI"))});
  write.inventory = NameOf(0);
  ONWARD_ASSERT_OK(Apply(engine(), write, CallContext()));
  const auto told = watcher.Next();
  ONWARD_ASSERT_OK(told);
  EXPECT_EQ(told->revision->revision, 2U);
  watcher.Cut();
}

TEST_F(ResidentsTest, StatsKnowWhatIsNotInMemory) {
  Fill(2);
  Reopen(Budget(1));
  const StatsResult stats = Stats(engine());
  ASSERT_EQ(stats.inventories.size(), 3U);
  EXPECT_EQ(stats.residents.loaded, 0U);
  EXPECT_EQ(stats.residents.drops, 3U);
  const InventoryNumbers& first = stats.inventories[1];
  EXPECT_EQ(first.id, NameOf(0));
  EXPECT_FALSE(first.loaded);
  EXPECT_EQ(first.head_revision, 1U);
  EXPECT_EQ(first.parties, 2U);
  EXPECT_EQ(first.flows, 1U);
}

TEST_F(ResidentsTest, ACallThatMustNotWaitDoesNotLoad) {
  Fill(1);
  Reopen(Budget(1));
  CallContext call;
  call.may_block = false;
  EXPECT_TRUE(IsWouldBlock(engine().Find(NameOf(0), call).status()));
  EXPECT_EQ(engine().residents().Find(NameOf(0), {}, CallContext()).value(), nullptr);
  EXPECT_TRUE(absl::IsNotFound(engine().Find("nobody's", call).status()));
  EXPECT_EQ(Numbers().reloads, 0U);
}

// One look at the start of a call is enough: what it holds neither leaves memory nor is looked for again.
TEST_F(ResidentsTest, ACallKeepsWhatItHolds) {
  Fill(2);
  Reopen(Budget(1));
  CallContext call;
  call.held = engine().Find(NameOf(0)).value();
  call.may_block = false;
  engine().residents().Trim();
  EXPECT_EQ(engine().Find(NameOf(0), call).value(), call.held);
  EXPECT_TRUE(IsWouldBlock(engine().Find(NameOf(1), call).status())) << "another one";
}

// Threads that ask and write at once, in much less memory than they need.
TEST_F(ResidentsTest, ThreadsShareASmallBudget) {
  constexpr size_t kInventories = 12;
  constexpr size_t kThreads = 4;
  constexpr size_t kSteps = 60;
  Fill(kInventories);
  Reopen(Budget(1));
  std::vector<std::thread> threads;
  std::atomic<size_t> failed{0};
  for (size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      std::mt19937 random(static_cast<uint32_t>(t));
      for (size_t step = 0; step < kSteps; ++step) {
        const std::string name = NameOf(random() % kInventories);
        ApplyRequest request;
        request.inventory = name;
        request.request_id = absl::StrCat(t, "-", step);
        request.mutations = {Upsert(PartyOf(absl::StrCat("p-", t, "-", step), "FI"))};
        failed += Apply(engine(), request, CallContext()).ok() ? 0 : 1;
        failed += engine().Read(name, FullyConsistent(), CallContext()).ok() ? 0 : 1;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(failed.load(), 0U);
  // Each write is there once.
  uint64_t revisions = 0;
  size_t records = 0;
  for (size_t i = 0; i < kInventories; ++i) {
    const SnapshotPtr head = engine().Find(NameOf(i)).value()->head();
    revisions += head->revision();
    records += head->size();
  }
  EXPECT_EQ(revisions, kInventories + kThreads * kSteps);
  EXPECT_EQ(records, 3 * kInventories + kThreads * kSteps);
}

}  // namespace
}  // namespace onward::commands
