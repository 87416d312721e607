#include "services/commands/fair_queue.h"

#include <gmock/gmock.h>

#include <future>
#include <map>
#include <random>

#include "graph/base/parallel.h"
#include "services/commands/worker_pool.h"
#include "services/commands/worker_turn.h"

namespace onward::commands {
namespace {

using ::testing::ElementsAre;
using Pushed = FairQueue::Pushed;

constexpr size_t kAny = 1'000'000;

// Pops all that may run, each done at once.
std::vector<std::string> Drain(FairQueue& queue, size_t running_max = kAny) {
  std::vector<std::string> keys;
  while (const auto turn = queue.Pop(running_max)) {
    turn->work();
    keys.push_back(turn->key);
    queue.Done(turn->key);
  }
  return keys;
}

void PushMany(FairQueue& queue, const std::string& key, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    EXPECT_EQ(queue.Push(key, [] {}), Pushed::kYes);
  }
}

TEST(FairQueueTest, KeysTakeTurns) {
  FairQueue queue(kAny, kAny);
  PushMany(queue, "a", 4);
  PushMany(queue, "b", 2);
  PushMany(queue, "c", 1);
  EXPECT_THAT(Drain(queue), ElementsAre("a", "b", "c", "a", "b", "a", "a"));
  EXPECT_EQ(queue.waiting(), 0U);
}

TEST(FairQueueTest, WorkOfOneKeyKeepsItsOrder) {
  FairQueue queue(kAny, kAny);
  std::vector<int> ran;
  for (int i = 0; i < 3; ++i) {
    queue.Push("a", [&ran, i] { ran.push_back(i); });
  }
  Drain(queue);
  EXPECT_THAT(ran, ElementsAre(0, 1, 2));
}

TEST(FairQueueTest, OneKeyHoldsNoMoreThanItsShare) {
  FairQueue queue(kAny, kAny);
  PushMany(queue, "a", 5);
  ASSERT_TRUE(queue.Pop(2));
  ASSERT_TRUE(queue.Pop(2));
  EXPECT_FALSE(queue.Pop(2));
  PushMany(queue, "b", 1);
  EXPECT_EQ(queue.Pop(2)->key, "b");
  queue.Done("a");
  EXPECT_EQ(queue.Pop(2)->key, "a");
  EXPECT_FALSE(queue.Pop(2));
  EXPECT_TRUE(queue.Pop(3));
}

TEST(FairQueueTest, WhatIsNoInventorysIsNotHeldBack) {
  FairQueue queue(kAny, kAny);
  PushMany(queue, "", 3);
  EXPECT_TRUE(queue.Pop(1));
  EXPECT_TRUE(queue.Pop(1));
  EXPECT_TRUE(queue.Pop(1));
}

TEST(FairQueueTest, LimitsHoldAtTheirBounds) {
  FairQueue queue(3, 2);
  PushMany(queue, "a", 2);
  EXPECT_EQ(queue.Push("a", [] {}), Pushed::kKeyFull);
  PushMany(queue, "b", 1);
  EXPECT_EQ(queue.Push("b", [] {}), Pushed::kFull);
  EXPECT_EQ(queue.Push("c", [] {}), Pushed::kFull);
  queue.Done(queue.Pop(kAny)->key);
  EXPECT_EQ(queue.Push("c", [] {}), Pushed::kYes);
}

// A quiet key gets its turn after at most one of each other key and what runs already, however much the others ask for.
TEST(FairQueueTest, AQuietKeyWaitsForOneTurnOfEachOther) {
  constexpr size_t kThreads = 4;
  constexpr size_t kShare = 2;
  for (const size_t noise : {1, 10, 100, 1'000}) {
    FairQueue queue(kAny, kAny);
    PushMany(queue, "noisy", noise);
    std::vector<std::string> running;
    while (running.size() < kThreads) {
      auto turn = queue.Pop(kShare);
      if (!turn) {
        break;
      }
      running.push_back(turn->key);
    }
    EXPECT_EQ(running.size(), std::min(noise, kShare));
    // A thread is free whatever the noise: the question starts at once.
    queue.Push("quiet", [] {});
    const auto turn = queue.Pop(kShare);
    ASSERT_TRUE(turn);
    EXPECT_EQ(turn->key, "quiet");
  }
}

// Against a model that looks at everything each time.
TEST(FairQueueTest, NothingIsLostOrRunTwiceAndTurnsDifferByOne) {
  std::mt19937 random(20'261'122);
  RecordProperty("seed", 20'261'122);
  for (int round = 0; round < 50; ++round) {
    FairQueue queue(kAny, kAny);
    std::map<std::string, int> waiting;
    std::map<std::string, size_t> running;
    const size_t share = 1 + random() % 3;
    for (int step = 0; step < 400; ++step) {
      const std::string key(1, static_cast<char>('a' + random() % 4));
      const auto what = random() % 3;
      if (what == 0) {
        ASSERT_EQ(queue.Push(key, [] {}), Pushed::kYes);
        ++waiting[key];
      } else if (what == 1) {
        const auto turn = queue.Pop(share);
        const bool any = std::any_of(waiting.begin(), waiting.end(), [&](const auto& of_key) {
          return of_key.second > 0 && running[of_key.first] < share;
        });
        ASSERT_EQ(turn.has_value(), any);
        if (turn) {
          ASSERT_GT(waiting[turn->key]--, 0);
          ASSERT_LE(++running[turn->key], share);
        }
      } else if (running[key] > 0) {
        queue.Done(key);
        --running[key];
      }
    }
    size_t left = 0;
    for (const auto& [key, count] : waiting) {
      left += static_cast<size_t>(count);
    }
    EXPECT_EQ(queue.waiting(), left);
  }
}

TEST(WorkerPoolTest, ANoisyInventoryLeavesAThreadForAQuietOne) {
  WorkerPool pool({2, 100, 100, [] { return size_t{1}; }});
  std::promise<void> release;
  const std::shared_future<void> released = release.get_future().share();
  std::atomic<int> noisy{0};
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(pool.Submit("noisy",
                          [&noisy, released] {
                            ++noisy;
                            released.wait();
                          }),
              Pushed::kYes);
  }
  std::promise<void> quiet;
  EXPECT_EQ(pool.Submit("quiet", [&quiet] { quiet.set_value(); }), Pushed::kYes);
  quiet.get_future().wait();
  EXPECT_LE(noisy.load(), 1);
  release.set_value();
}

// A question that splits its work among threads takes none of those that are not its inventory's.
TEST(WorkerPoolTest, AQuestionTakesNoMoreThreadsThanItsInventoryMay) {
  WorkThreads::SetMax(8);
  WorkerPool pool({4, 100, 100, [] { return size_t{1}; }});
  const auto threads_of = [&](const std::string& inventory) {
    std::promise<size_t> threads;
    pool.Submit(inventory, [&] { threads.set_value(WorkThreads::Max()); });
    return threads.get_future().get();
  };
  EXPECT_EQ(threads_of("a"), 1U);
  EXPECT_EQ(threads_of(""), 8U) << "of none";
  WorkThreads::SetMax(0);
}

// The second of two that run at a time gets half.
TEST(WorkerPoolTest, QuestionsOfOneInventoryShareItsThreads) {
  WorkThreads::SetMax(8);
  {
    WorkerPool pool({2, 100, 100, [] { return size_t{4}; }});
    std::promise<size_t> first;
    std::promise<size_t> second;
    std::promise<void> release;
    pool.Submit("a", [&] {
      first.set_value(WorkThreads::Max());
      release.get_future().wait();
    });
    EXPECT_EQ(first.get_future().get(), 4U);
    pool.Submit("a", [&] { second.set_value(WorkThreads::Max()); });
    EXPECT_EQ(second.get_future().get(), 2U);
    release.set_value();
  }
  WorkThreads::SetMax(0);
}

TEST(WorkerPoolTest, ItsEndRunsWhatWaits) {
  std::atomic<int> ran{0};
  {
    WorkerPool pool({3, 1'000, 1'000, [] { return size_t{1}; }});
    for (int i = 0; i < 100; ++i) {
      pool.Submit("a", [&ran] { ++ran; });
    }
  }
  EXPECT_EQ(ran.load(), 100);
}

// One worker: what is submitted runs while the turn is not held, and only then.
TEST(WorkerTurnTest, WhatIsGivenBackIsSomebodyElses) {
  WorkerPool pool({1, 100, 100});
  WorkerTurn turn(pool, "a");
  ASSERT_EQ(turn.Take(), Pushed::kYes);
  ASSERT_EQ(turn.Take(), Pushed::kYes) << "it is held already";
  EXPECT_EQ(pool.busy(), 1U);
  std::atomic<bool> ran{false};
  std::promise<void> other;
  pool.Submit("a", [&] {
    ran = true;
    other.set_value();
  });
  EXPECT_FALSE(ran.load());
  turn.GiveBack();
  other.get_future().wait();
  ASSERT_EQ(turn.Take(), Pushed::kYes);
  EXPECT_EQ(pool.queued(), 0U);
}

TEST(WorkerTurnTest, AFullLineRefusesIt) {
  WorkerPool pool({1, 1, 1});
  WorkerTurn turn(pool, "a");
  ASSERT_EQ(turn.Take(), Pushed::kYes);
  pool.Submit("a", [] {});
  WorkerTurn refused(pool, "a");
  EXPECT_NE(refused.Take(), Pushed::kYes);
  refused.GiveBack();
}

}  // namespace
}  // namespace onward::commands
