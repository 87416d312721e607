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
      for (const model::Record* record : flows->records) {
        EXPECT_NE(flows->snapshot->FindParty(std::get<model::Flow>(*record).importer), nullptr);
      }
    }
  }

  std::atomic<bool> done_{false};
};

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
