// Writers and readers at the same time: what ThreadSanitizer is run on.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "services/commands/check.h"
#include "services/commands/list.h"
#include "services/commands/test_engine.h"

namespace onward::commands {
namespace {

constexpr int kWriters = 3;
constexpr int kReaders = 3;
constexpr int kWritesEach = 12;

class ConcurrencyTest : public EngineTest {
 protected:
  // Each write puts a party and a flow to it: a reader must never see one without the other.
  void WriteMany(int writer) {
    for (int i = 0; i < kWritesEach; ++i) {
      const std::string id = "w" + std::to_string(writer) + "-" + std::to_string(i);
      ApplyRequest request;
      request.inventory = kDefaultInventory;
      request.request_id = id;
      request.mutations = {Upsert(PartyOf(id, "US")), Upsert(FlowOf("to-" + id, "acme", id))};
      const auto result = Apply(engine(), request, CallContext());
      ONWARD_EXPECT_OK(result);
      if (result.ok()) {
        ReadOwnWrite(id, result->basis.revision);
      }
    }
  }

  void ReadOwnWrite(const std::string& id, uint64_t revision) {
    CheckRequest check;
    check.inventory = kDefaultInventory;
    check.questions = {{"acme", id, {}}};
    const auto answer = Check(engine(), check, "question", CallContext());
    ONWARD_ASSERT_OK(answer);
    EXPECT_GE(answer->basis.revision, revision);
    EXPECT_EQ(answer->answers[0].verdict, verdict::Verdict::kLacking);
  }

  void ReadMany() {
    uint64_t last = 0;
    while (!done_) {
      ListRequest list;
      list.inventory = kDefaultInventory;
      list.kind = model::RecordKind::kFlow;
      list.page.size = 1'000;
      const auto flows = List(engine(), list, CallContext());
      ONWARD_ASSERT_OK(flows);
      EXPECT_GE(flows->basis.revision, last);
      last = flows->basis.revision;
      // Revision 1 has the first party; each later one adds a flow and its importer.
      EXPECT_EQ(flows->records.size(), last - 1);
      for (const RecordPtr& record : flows->records) {
        EXPECT_NE(flows->snapshot->FindParty(std::get<model::Flow>(*record).importer), nullptr);
      }
    }
  }

  // A flow of one party moves to and fro between two others; whoever looks sees one flow out of it.
  void MoveMany(int writer) {
    const std::string own = "m" + std::to_string(writer);
    for (int i = 0; i < kWritesEach; ++i) {
      ONWARD_ASSERT_OK(Apply(engine(), MoveOf(own, i), CallContext()));
    }
  }
  static ApplyRequest MoveOf(const std::string& own, int step) {
    ApplyRequest request;
    request.inventory = kDefaultInventory;
    request.request_id = own + "-" + std::to_string(step);
    request.mutations = {Upsert(FlowOf("of-" + own, own, step % 2 == 0 ? "left" : "right")),
                         Upsert(PartyOf("new-" + request.request_id, "US"))};
    return request;
  }

  void LookMany() {
    const std::shared_ptr<InventoryRuntime> inventory = engine().Find(kDefaultInventory).value();
    uint64_t last = 0;
    while (!done_) {
      const SnapshotPtr head = inventory->head();
      EXPECT_GE(head->revision(), last);
      last = head->revision();
      size_t flows = 0;
      for (const std::string_view end : {"left", "right"}) {
        flows += head->FlowsInto(end).size();
      }
      EXPECT_EQ(flows, kWriters);
      // Each write after the first brings one more party.
      EXPECT_EQ(head->PartiesInOrder().size(), 2 + kWriters + last - 1);
    }
  }

  std::atomic<bool> done_{false};
};

// The answers are the same whatever is folded meanwhile, and no write is lost to a fold.
TEST_F(ConcurrencyTest, ReadersWritersAndFolds) {
  EngineOptions options;
  options.fold_records_min = 3;
  Reopen(options);
  std::vector<model::Mutation> first = {Upsert(PartyOf("left", "US")),
                                        Upsert(PartyOf("right", "SE"))};
  for (int i = 0; i < kWriters; ++i) {
    const std::string own = "m" + std::to_string(i);
    first.push_back(Upsert(PartyOf(own, "FI")));
    first.push_back(Upsert(FlowOf("of-" + own, own, "left")));
  }
  ONWARD_ASSERT_OK(Write(std::move(first)));
  std::vector<std::thread> readers;
  readers.reserve(kReaders);
  for (int i = 0; i < kReaders; ++i) {
    readers.emplace_back([this] { LookMany(); });
  }
  std::vector<std::thread> writers;
  writers.reserve(kWriters);
  for (int i = 0; i < kWriters; ++i) {
    writers.emplace_back([this, i] { MoveMany(i); });
  }
  for (std::thread& writer : writers) {
    writer.join();
  }
  engine().FinishFolds();
  done_ = true;
  for (std::thread& reader : readers) {
    reader.join();
  }
  const std::shared_ptr<InventoryRuntime> inventory = engine().Find(kDefaultInventory).value();
  EXPECT_GE(inventory->folds(), 1U);
  EXPECT_EQ(Head(), 1 + kWriters * kWritesEach);
  EXPECT_EQ(inventory->head()->revision(), Head());
}

TEST_F(ConcurrencyTest, AFoldThatIsStoppedChangesNothing) {
  WriteSmallInventory();
  const std::shared_ptr<InventoryRuntime> inventory = engine().Find(kDefaultInventory).value();
  const SnapshotPtr head = inventory->head();
  inventory->Fold([] { return true; });
  EXPECT_EQ(inventory->head(), head);
  EXPECT_EQ(inventory->folds(), 0U);
  inventory->Fold({});
  EXPECT_NE(inventory->head(), head);
  EXPECT_EQ(inventory->head()->unfolded(), 0U);
  EXPECT_EQ(inventory->head()->revision(), 1U);
}

// What is written while a snapshot is folded is in the folded one.
TEST_F(ConcurrencyTest, AWriteDuringAFoldIsKept) {
  WriteSmallInventory();
  const std::shared_ptr<InventoryRuntime> inventory = engine().Find(kDefaultInventory).value();
  int asked = 0;
  inventory->Fold([&] {
    if (++asked == 2) {
      EXPECT_TRUE(Write({Upsert(PartyOf("late", "FI"))}).ok());
    }
    return false;
  });
  EXPECT_GE(asked, 2);
  EXPECT_NE(inventory->head()->FindParty("late"), nullptr);
  EXPECT_EQ(inventory->head()->unfolded(), 1U);
  EXPECT_EQ(inventory->head()->revision(), 2U);
}

TEST_F(ConcurrencyTest, WritersAndReaders) {
  ONWARD_ASSERT_OK(Write({Upsert(PartyOf("acme", "FI"))}));
  std::vector<std::thread> readers;
  readers.reserve(kReaders);
  for (int i = 0; i < kReaders; ++i) {
    readers.emplace_back([this] { ReadMany(); });
  }
  std::vector<std::thread> writers;
  writers.reserve(kWriters);
  for (int i = 0; i < kWriters; ++i) {
    writers.emplace_back([this, i] { WriteMany(i); });
  }
  for (std::thread& writer : writers) {
    writer.join();
  }
  done_ = true;
  for (std::thread& reader : readers) {
    reader.join();
  }
  EXPECT_EQ(Head(), 1 + kWriters * kWritesEach);
}

TEST_F(ConcurrencyTest, TheSameRequestFromManyIsWrittenOnce) {
  ApplyRequest request;
  request.inventory = kDefaultInventory;
  request.request_id = "once";
  request.mutations = {Upsert(PartyOf("acme", "FI"))};
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([&] {
      const auto result = Apply(engine(), request, CallContext());
      ONWARD_ASSERT_OK(result);
      EXPECT_EQ(result->basis.revision, 1);
      EXPECT_EQ(result->counts.created, 1);
    });
  }
  for (std::thread& caller : callers) {
    caller.join();
  }
  EXPECT_EQ(Head(), 1);
}

}  // namespace
}  // namespace onward::commands
