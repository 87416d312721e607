#include "storage/rocksdb/group_queue.h"

#include <gmock/gmock.h>

#include <atomic>
#include <future>
#include <thread>

namespace onward::storage {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Le;
using ::testing::SizeIs;

struct Op {
  int number = 0;
  bool done = false;
};

TEST(GroupQueueTest, EveryOpIsDoneOnceAndNeverTwoGroupsAtATime) {
  std::atomic<int> at_work{0};
  int total = 0;
  GroupQueue<Op> queue(
      [&](const std::vector<Op*>& group) {
        EXPECT_EQ(++at_work, 1);
        EXPECT_THAT(group, SizeIs(Le(4U)));
        for (Op* op : group) {
          EXPECT_FALSE(op->done);
          op->done = true;
          ++total;
        }
        --at_work;
      },
      4, 1000);
  std::vector<std::thread> threads;
  threads.reserve(8);
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&queue] {
      for (int i = 0; i < 500; ++i) {
        Op op;
        queue.Run(op, 1);
        ASSERT_TRUE(op.done);
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(total, 8 * 500);
}

// Holds the first group at work until others wait behind it, then looks at the groups that they make.
std::vector<size_t> GroupsOf(const std::vector<uint64_t>& bytes, uint64_t ops_max,
                             uint64_t bytes_max) {
  std::promise<void> entered;
  std::promise<void> go;
  std::shared_future<void> may_go = go.get_future().share();
  std::vector<size_t> sizes;
  bool first = true;
  GroupQueue<Op> queue(
      [&](const std::vector<Op*>& group) {
        if (first) {
          first = false;
          entered.set_value();
          may_go.wait();
          return;
        }
        sizes.push_back(group.size());
      },
      ops_max, bytes_max);
  std::vector<std::thread> threads;
  threads.reserve(bytes.size() + 1);
  threads.emplace_back([&queue] {
    Op op;
    queue.Run(op, 1);
  });
  entered.get_future().wait();
  for (size_t i = 0; i < bytes.size(); ++i) {
    threads.emplace_back([&queue, &bytes, i] {
      Op op;
      queue.Run(op, bytes[i]);
    });
    while (queue.waiting() < i + 2) {
      std::this_thread::yield();
    }
  }
  go.set_value();
  for (std::thread& thread : threads) {
    thread.join();
  }
  return sizes;
}

TEST(GroupQueueTest, ThoseWhoWaitShareAGroupWithinItsLimits) {
  EXPECT_THAT(GroupsOf({1, 1, 1, 1, 1}, 100, 1000), ElementsAre(5U));
  EXPECT_THAT(GroupsOf({1, 1, 1, 1, 1}, 2, 1000), ElementsAre(2U, 2U, 1U));
  EXPECT_THAT(GroupsOf({6, 4, 1, 50, 1}, 100, 10), ElementsAre(2U, 1U, 1U, 1U));
}

// Whoever was at work comes again while others wait: they make one group from then on, not two that take turns.
TEST(GroupQueueTest, ThoseWhoComeAgainAreWaitedFor) {
  constexpr size_t kGroups = 20;
  std::vector<size_t> sizes;
  std::atomic<bool> stop{false};
  std::promise<void> all_there;
  GroupQueue<Op> queue(
      [&](const std::vector<Op*>& group) {
        if (sizes.empty()) {
          all_there.get_future().wait();
        }
        sizes.push_back(group.size());
        stop = sizes.size() == kGroups;
      },
      100, 1000, {1e9, std::chrono::minutes(1), 0});
  std::vector<std::thread> threads;
  threads.reserve(3);
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      while (!stop) {
        Op op;
        queue.Run(op, 1);
      }
    });
  }
  while (queue.waiting() < 3) {
    std::this_thread::yield();
  }
  all_there.set_value();
  for (std::thread& thread : threads) {
    thread.join();
  }
  // Who was at work first depends on who came first.
  sizes.erase(sizes.begin());
  EXPECT_THAT(sizes, Each(3U));
}

// Between Join and Wait others may join, in this order.
TEST(GroupQueueTest, ThoseWhoJoinedShareTheGroupOfTheFirstWhoWaits) {
  std::vector<int> done;
  size_t groups = 0;
  GroupQueue<Op> queue(
      [&](const std::vector<Op*>& group) {
        ++groups;
        for (const Op* op : group) {
          done.push_back(op->number);
        }
      },
      100, 1000);
  Op ops[] = {{1}, {2}, {3}};
  GroupQueue<Op>::Place places[3];
  for (int i = 0; i < 3; ++i) {
    places[i].op = &ops[i];
    queue.Join(places[i]);
  }
  for (GroupQueue<Op>::Place& place : places) {
    queue.Wait(place);
  }
  EXPECT_THAT(done, ElementsAre(1, 2, 3));
  EXPECT_EQ(groups, 1U);
  EXPECT_EQ(queue.waiting(), 0U);
}

}  // namespace
}  // namespace onward::storage
