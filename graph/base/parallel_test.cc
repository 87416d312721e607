#include "graph/base/parallel.h"

#include <gtest/gtest.h>

#include <numeric>
#include <stdexcept>
#include <thread>

namespace onward {
namespace {

class Parallel : public ::testing::TestWithParam<size_t> {
 public:
  Parallel() { WorkThreads::SetMax(GetParam()); }
  ~Parallel() override { WorkThreads::SetMax(0); }
  Parallel(const Parallel&) = delete;
  Parallel& operator=(const Parallel&) = delete;
  Parallel(Parallel&&) = delete;
  Parallel& operator=(Parallel&&) = delete;
};

TEST_P(Parallel, TakesEachOnce) {
  for (const size_t count : {0, 1, 9, 10, 11, 1'000}) {
    std::vector<int> taken(count, 0);
    EXPECT_TRUE(InParallel(count, 10, {}, [&](size_t thread, size_t begin, size_t end) {
      EXPECT_LT(thread, GetParam());
      for (size_t i = begin; i < end; ++i) {
        ++taken[i];
      }
    }));
    EXPECT_EQ(taken, std::vector<int>(count, 1));
  }
}

TEST_P(Parallel, EndsWhereSomebodyWantsThat) {
  std::atomic<size_t> taken{0};
  EXPECT_FALSE(InParallel(
      1'000'000, 1, [&] { return true; }, [&](size_t /*thread*/, size_t, size_t) { ++taken; }));
  EXPECT_LT(taken.load(), 1'000'000U);
}

TEST_P(Parallel, AsksWhileItWaitsForTheOthers) {
  const size_t threads = GetParam();
  std::atomic<size_t> begun{0};
  std::atomic<size_t> asks{0};
  const auto work = [&](size_t thread, size_t, size_t) {
    ++begun;
    while (begun < threads || (thread > 0 && asks < threads + 3)) {
      std::this_thread::yield();
    }
  };
  EXPECT_EQ(InParallel(
                threads, 1, [&] { return ++asks >= threads + 3; }, work),
            threads == 1);
}

TEST_P(Parallel, WhatIsThrownReachesTheCaller) {
  const auto work = [](size_t /*thread*/, size_t begin, size_t) {
    if (begin == 500) {
      throw std::runtime_error("no memory");
    }
  };
  EXPECT_THROW(InParallel(1'000, 1, {}, work), std::runtime_error);
}

TEST_P(Parallel, ItsThreadsAreTheShareOfWhoAsks) {
  const auto threads = [] {
    std::atomic<size_t> most{0};
    InParallel(1'000, 1, {}, [&](size_t thread, size_t, size_t) {
      size_t known = most.load();
      while (known < thread && !most.compare_exchange_weak(known, thread)) {
      }
    });
    return most.load() + 1;
  };
  {
    const WorkThreads::Share share(1);
    EXPECT_EQ(WorkThreads::Max(), 1U);
    EXPECT_EQ(threads(), 1U);
    const WorkThreads::Share inner(1'000);
    EXPECT_EQ(WorkThreads::Max(), GetParam());
    std::thread([&] { EXPECT_EQ(WorkThreads::Max(), GetParam()) << "of another thread"; }).join();
  }
  EXPECT_EQ(WorkThreads::Max(), GetParam());
  EXPECT_LE(threads(), GetParam());
}

// Whoever does it.
TEST_P(Parallel, AllItsTimeIsOfWhoAsks) {
  constexpr size_t kParts = 8;
  constexpr std::chrono::microseconds kEach(2'000);
  const std::chrono::microseconds before = WorkTime();
  InParallel(kParts, 1, {}, [&](size_t /*thread*/, size_t, size_t) {
    const std::chrono::microseconds began = WorkTime();
    while (WorkTime() - began < kEach) {
    }
  });
  EXPECT_GE(WorkTime() - before, kParts * kEach);
}

INSTANTIATE_TEST_SUITE_P(Threads, Parallel, ::testing::Values(1, 2, 4));

}  // namespace
}  // namespace onward
