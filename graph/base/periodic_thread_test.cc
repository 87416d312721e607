#include "graph/base/periodic_thread.h"

#include <gtest/gtest.h>

#include <future>
#include <memory>

namespace onward {
namespace {

using First = PeriodicThread::First;
constexpr std::chrono::hours kLong(1);

TEST(PeriodicThread, TakesTurnAfterTurn) {
  std::atomic<int> turns{0};
  std::promise<void> third;
  const PeriodicThread thread(std::chrono::milliseconds(1), First::kAfterInterval,
                              [&](const std::atomic<bool>& /*stopping*/) {
                                if (++turns == 3) {
                                  third.set_value();
                                }
                              });
  third.get_future().wait();
  EXPECT_GE(turns, 3);
}

TEST(PeriodicThread, TakesTheFirstTurnAtOnceWhereThatIsAsked) {
  std::promise<void> taken;
  const PeriodicThread thread(kLong, First::kAtOnce,
                              [&](const std::atomic<bool>& /*stopping*/) { taken.set_value(); });
  taken.get_future().wait();
}

TEST(PeriodicThread, EndsWhileItWaits) {
  std::atomic<int> turns{0};
  {
    const PeriodicThread thread(kLong, First::kAfterInterval,
                                [&](const auto& /*stopping*/) { ++turns; });
  }
  EXPECT_EQ(turns, 0);
}

TEST(PeriodicThread, TellsATurnThatTheEndIsWantedAndWaitsForIt) {
  std::promise<void> begun;
  bool ended = false;
  auto thread = std::make_unique<PeriodicThread>(kLong, First::kAtOnce,
                                                 [&](const std::atomic<bool>& stopping) {
                                                   begun.set_value();
                                                   while (!stopping) {
                                                     std::this_thread::yield();
                                                   }
                                                   ended = true;
                                                 });
  begun.get_future().wait();
  thread = nullptr;
  EXPECT_TRUE(ended);
}

}  // namespace
}  // namespace onward
