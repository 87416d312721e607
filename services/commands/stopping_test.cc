// Who waits for what somebody else computes ends with his own call, not with the other's.
#include <gmock/gmock.h>

#include <functional>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "graph/query/findings.h"
#include "graph/query/transfers.h"
#include "graph/reach/day_graph.h"
#include "services/commands/test_engine.h"

namespace onward::commands {
namespace {

class StoppingTest : public EngineTest {
 protected:
  void SetUp() override {
    ONWARD_ASSERT_OK(Apply(engine(), RequestOf({Upsert(PartyOf("acme", "FI"))}), CallContext()));
    auto found = engine().Find(kDefaultInventory);
    ONWARD_ASSERT_OK(found);
    inventory_ = *std::move(found);
    snapshot_ = inventory_->head();
    key_ = {snapshot_->revision(), Date::Of(2026, 11, 22), Date::Max(), engine().law()};
  }
  query::JudgementsPtr Compute() const {
    return query::Judgements::Make(snapshot_, engine_law(), {key_.as_of, key_.law_known_at});
  }
  law::RegisterPtr engine_law() const { return key_.law->domain; }
  absl::Status Ask(const CallContext& call) {
    return inventory_
        ->Judged(key_, call,
                 []() -> absl::StatusOr<query::JudgementsPtr> {
                   return absl::InternalError("computed twice");
                 })
        .status();
  }

  RuntimePtr inventory_;
  SnapshotPtr snapshot_;
  JudgementKey key_;
};

TEST_F(StoppingTest, VerdictsThatAnotherCallComputes) {
  std::promise<void> begun;
  std::promise<void> may_end;
  std::thread other([&] {
    const auto judged =
        inventory_->Judged(key_, CallContext(), [&]() -> absl::StatusOr<query::JudgementsPtr> {
          begun.set_value();
          may_end.get_future().wait();
          return Compute();
        });
    ONWARD_EXPECT_OK(judged);
  });
  begun.get_future().wait();
  CallContext gone;
  gone.cancelled = [] { return true; };
  EXPECT_EQ(Ask(gone).code(), absl::StatusCode::kCancelled);
  CallContext late;
  late.deadline = std::chrono::system_clock::now() + std::chrono::milliseconds(20);
  EXPECT_EQ(Ask(late).code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(inventory_->FindJudged(key_), nullptr) << "not at hand yet";
  may_end.set_value();
  other.join();
  ONWARD_EXPECT_OK(Ask(CallContext()));
  EXPECT_NE(inventory_->FindJudged(key_), nullptr);
}

TEST_F(StoppingTest, VerdictsThatAnotherCallDidNotFinishAreComputedByTheNext) {
  const auto stopped = inventory_->Judged(
      key_, CallContext(),
      []() -> absl::StatusOr<query::JudgementsPtr> { return absl::CancelledError("gone"); });
  EXPECT_EQ(stopped.status().code(), absl::StatusCode::kCancelled);
  ONWARD_EXPECT_OK(inventory_->Judged(
      key_, CallContext(), [&]() -> absl::StatusOr<query::JudgementsPtr> { return Compute(); }));
}

// Everything that looks at all flows asks as it goes, and not only before and after.
class LongWorkTest : public ::testing::Test {
 protected:
  static constexpr uint32_t kParties = 20'000;

  // A chain of as many flows.
  static const query::JudgementsPtr& Judged() {
    static const query::JudgementsPtr kJudged = [] {
      std::vector<model::Record> records;
      records.reserve(2 * size_t{kParties});
      for (uint32_t i = 0; i < kParties; ++i) {
        records.emplace_back(PartyOf(IdOf(i), i % 2 == 0 ? "FI" : "US"));
      }
      for (uint32_t i = 1; i < kParties; ++i) {
        model::Flow flow = FlowOf(IdOf(i) + "-in", IdOf(i - 1), IdOf(i));
        flow.importer_role = model::Role::kController;
        records.emplace_back(std::move(flow));
      }
      return query::Judgements::Make(Snapshot::Build(1, records), testing::TheRegister(),
                                     {Date::Of(2026, 1, 1), Date::Max()});
    }();
    return kJudged;
  }
  static std::string IdOf(uint32_t number) { return "p" + std::to_string(number); }
  // Says yes to the first ask, and no to the second.
  std::function<absl::Status()> OnceMore() {
    return [this] { return ++asks_ < 2 ? absl::OkStatus() : absl::CancelledError("gone"); };
  }

  int asks_ = 0;
};

TEST_F(LongWorkTest, FindingsEndWithTheCall) {
  const auto ended = Judged()->findings().Of(*Judged(), {}, OnceMore());
  EXPECT_EQ(ended.status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(asks_, 2);
  const auto found = Judged()->findings().Of(*Judged(), {}, [] { return absl::OkStatus(); });
  ONWARD_ASSERT_OK(found);
  EXPECT_GT((*found)->size(), 0U) << "what was stopped is made by the next";
}

TEST_F(LongWorkTest, AListOfTransfersEndsWithTheCall) {
  const auto ended = query::ListTransfers(*Judged(), {}, std::nullopt, 10, OnceMore());
  EXPECT_EQ(ended.status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(asks_, 2);
}

TEST_F(LongWorkTest, TheGraphOfADayEndsWithTheCall) {
  const auto ended = reach::DayGraph::Of(Judged(), OnceMore());
  EXPECT_EQ(ended.status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(asks_, 2);
  const auto made = reach::DayGraph::Of(Judged(), [] { return absl::OkStatus(); });
  ONWARD_ASSERT_OK(made);
  EXPECT_EQ((*made)->edges(), kParties - 1);
  EXPECT_EQ(reach::DayGraph::Of(Judged()), *made) << "made once";
}

}  // namespace
}  // namespace onward::commands
