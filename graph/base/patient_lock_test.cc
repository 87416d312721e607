#include "graph/base/patient_lock.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace onward {
namespace {

TEST(PatientLockTest, IsHeldAtOnceWhereNobodyElseDoes) {
  PatientMutex mutex;
  const PatientLock lock(mutex, [] { return true; });
  EXPECT_TRUE(lock.held()) << "nobody had to wait";
}

TEST(PatientLockTest, WhoIsToldToStopGoesWithoutIt) {
  PatientMutex mutex;
  const PatientLock first(mutex, std::try_to_lock);
  std::thread([&] {
    int looks = 0;
    const PatientLock second(mutex, [&] { return ++looks == 3; });
    EXPECT_FALSE(second.held());
    EXPECT_EQ(looks, 3);
  }).join();
  EXPECT_TRUE(first.held());
}

TEST(PatientLockTest, WhoDoesNotWaitGoesWithoutIt) {
  PatientMutex mutex;
  {
    const PatientLock first(mutex, std::try_to_lock);
    EXPECT_TRUE(first.held());
    std::thread([&] { EXPECT_FALSE(PatientLock(mutex, std::try_to_lock).held()); }).join();
  }
  EXPECT_TRUE(PatientLock(mutex, std::try_to_lock).held()) << "given back";
}

TEST(PatientLockTest, WhoWaitsGetsItNext) {
  PatientMutex mutex;
  std::atomic<bool> waits{false};
  std::thread second;
  {
    const PatientLock first(mutex, std::try_to_lock);
    second = std::thread([&] {
      const PatientLock lock(mutex, [&] {
        waits = true;
        return false;
      });
      EXPECT_TRUE(lock.held());
    });
    while (!waits) {
      std::this_thread::yield();
    }
  }
  second.join();
}

}  // namespace
}  // namespace onward
