// Who waits for what somebody else computes ends with his own call, not with the other's.
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "graph/base/parallel.h"
#include "graph/base/stop_look.h"
#include "graph/query/arrivals.h"
#include "graph/query/findings.h"
#include "graph/query/over_time.h"
#include "graph/query/transfers.h"
#include "graph/reach/day_graph.h"
#include "services/commands/residents.h"
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

// An inventory that is known and not in memory.
class LoadingTest : public ::testing::Test {
 protected:
  LoadingTest() { residents_.Add(Made()); }

  static RuntimePtr Made() {
    return std::make_shared<InventoryRuntime>(InventoryIdentity{kId, "store"}, Snapshot::Empty(), 1,
                                              1);
  }
  static CallContext Gone() {
    CallContext call;
    call.cancelled = [] { return true; };
    return call;
  }
  // Begins, waits to be let on, and reads on until it is stopped or let on.
  Residents::Loader Slow() {
    return [this](const std::string&,
                  const std::function<bool()>& stop) -> absl::StatusOr<RuntimePtr> {
      ++begun_;
      while (!may_end_) {
        if (stop()) {
          ++stopped_;
          return absl::CancelledError("nobody waits");
        }
        std::this_thread::yield();
      }
      return Made();
    };
  }

  static constexpr char kId[] = "known";
  std::atomic<int> begun_{0};
  std::atomic<int> stopped_{0};
  std::atomic<bool> may_end_{false};
  Residents residents_{1, {}};
};

TEST_F(LoadingTest, WhoIsGoneEndsAndWhatNobodyWaitsForIsStopped) {
  EXPECT_EQ(residents_.Find(kId, Slow(), Gone()).status().code(), absl::StatusCode::kCancelled);
  while (stopped_ < begun_) {
    std::this_thread::yield();
  }
  may_end_ = true;
  ONWARD_EXPECT_OK(residents_.Find(kId, Slow(), CallContext()));
  EXPECT_EQ(begun_, 2) << "the next one reads again";
}

TEST_F(LoadingTest, WhatAnotherCallWaitsForGoesOn) {
  auto other =
      std::async(std::launch::async, [&] { return residents_.Find(kId, Slow(), CallContext()); });
  while (begun_ == 0) {
    std::this_thread::yield();
  }
  EXPECT_EQ(residents_.Find(kId, Slow(), Gone()).status().code(), absl::StatusCode::kCancelled);
  CallContext late;
  late.deadline = std::chrono::system_clock::now() + std::chrono::milliseconds(20);
  EXPECT_EQ(residents_.Find(kId, Slow(), late).status().code(),
            absl::StatusCode::kDeadlineExceeded);
  may_end_ = true;
  ONWARD_EXPECT_OK(other.get());
  EXPECT_EQ(begun_, 1);
  EXPECT_EQ(stopped_, 0);
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

// One circle of many is one piece of work, and looks all the same.
class CircleTest : public LongWorkTest {
 protected:
  // Each party gives the next one, and the last the first; those outside are not bound.
  static const SnapshotPtr& Circle() {
    static const SnapshotPtr kCircle = [] {
      std::vector<model::Record> records;
      records.reserve(2 * size_t{kParties});
      for (uint32_t i = 0; i < kParties; ++i) {
        records.emplace_back(PartyOf(IdOf(i), i % 2 == 0 ? "FI" : "US"));
        model::Flow flow = FlowOf(IdOf(i) + "-in", IdOf((i + kParties - 1) % kParties), IdOf(i));
        flow.importer_role = model::Role::kController;
        records.emplace_back(std::move(flow));
      }
      return Snapshot::Build(1, records);
    }();
    return kCircle;
  }
  const verdict::Question when_{Date::Of(2026, 1, 1), Date::Max()};
  // Goes on for so many asks; -1: to the end.
  std::function<bool()> After(int asks) {
    asks_ = 0;
    return [this, asks] { return asks_++ == asks; };
  }
};

TEST_F(CircleTest, HowDataMoveEndsWithTheCall) {
  const WorkThreads::Share one(1);
  ASSERT_NE(query::Arrivals::Compute(*Circle(), *testing::TheRegister(), when_, nullptr, After(-1)),
            nullptr);
  const int all = asks_;
  EXPECT_GT(all, static_cast<int>(size_t{10} * kParties / kStepsPerStopLook))
      << "looks at each flow ten times";
  for (int asks = 0; asks < all; asks += std::max(1, all / 50)) {
    EXPECT_EQ(
        query::Arrivals::Compute(*Circle(), *testing::TheRegister(), when_, nullptr, After(asks)),
        nullptr);
    EXPECT_LE(asks_, asks + 2) << "goes on for one more look at most";
  }
}

TEST_F(CircleTest, FollowingDataOverTimeEndsWithTheCall) {
  const WorkThreads::Share one(1);
  query::OverTime over_time(*Circle(), *testing::TheRegister(), Date::Max());
  const uint32_t flow = *Circle()->FlowNumber("p2-in");
  for (const int asks : {0, 1, 20, 100, 300}) {
    EXPECT_EQ(over_time.StepsOf(flow, After(asks)), nullptr);
    EXPECT_EQ(asks_, asks + 1);
  }
  std::promise<void> begun;
  std::promise<void> may_end;
  auto other = std::async(std::launch::async, [&] {
    return over_time.StepsOf(flow, [&, asks = 0]() mutable {
      if (++asks == 20) {
        begun.set_value();
        may_end.get_future().wait();
      }
      return false;
    });
  });
  begun.get_future().wait();
  EXPECT_EQ(over_time.StepsOf(flow, After(1)), nullptr) << "who waits for another";
  may_end.set_value();
  ASSERT_NE(other.get(), nullptr);
  EXPECT_NE(over_time.StepsOf(flow, After(0)), nullptr) << "found, and at hand";
  EXPECT_EQ(asks_, 0);
}

TEST_F(CircleTest, TheOriginsOfAFlowEndWithTheCall) {
  const auto arrivals = query::Arrivals::Compute(*Circle(), *testing::TheRegister(), when_);
  const uint32_t flow = *Circle()->FlowNumber("p2-in");
  EXPECT_EQ(arrivals->OriginsUnless(After(2), flow), std::nullopt);
  EXPECT_EQ(asks_, 3);
  EXPECT_EQ(arrivals->OriginsUnless(After(-1), flow), arrivals->OriginsOf(flow));
}

}  // namespace
}  // namespace onward::commands
