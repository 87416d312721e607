#include "services/commands/recent_writes.h"

#include <gmock/gmock.h>

#include <string>

#include "services/commands/test_engine.h"

namespace onward::commands {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Snapshots that came from one another by writing a party each.
class RecentWritesTest : public ::testing::Test {
 protected:
  SnapshotPtr Write(const std::vector<std::string>& parties) {
    std::vector<model::Mutation> writes;
    writes.reserve(parties.size());
    for (const std::string& party : parties) {
      writes.push_back(Upsert(PartyOf(party, "FI")));
    }
    SnapshotPtr next = head_->With(head_->revision() + 1, writes);
    recent_.Add(head_, next, writes);
    head_ = next;
    return next;
  }

  std::vector<std::string> Between(const SnapshotPtr& from, const SnapshotPtr& to) const {
    const auto writes = recent_.Between(from, to);
    std::vector<std::string> ids;
    for (const model::Mutation& write : writes.value_or(std::vector<model::Mutation>())) {
      ids.push_back(write.ref.id);
    }
    return writes.has_value() ? ids : std::vector<std::string>{"?"};
  }

  SnapshotPtr head_ = Snapshot::Empty();
  RecentWrites recent_;
};

TEST_F(RecentWritesTest, WhatWasWrittenBetweenTwoSnapshots) {
  const SnapshotPtr first = head_;
  const SnapshotPtr second = Write({"a"});
  const SnapshotPtr third = Write({"b", "a"});
  const SnapshotPtr fourth = Write({});
  EXPECT_THAT(Between(first, second), ElementsAre("a"));
  EXPECT_THAT(Between(first, fourth), ElementsAre("a", "b", "a"));
  EXPECT_THAT(Between(second, third), ElementsAre("b", "a"));
  EXPECT_THAT(Between(third, fourth), IsEmpty());
  // Never back, nor between others.
  EXPECT_THAT(Between(third, second), ElementsAre("?"));
  EXPECT_THAT(Between(Snapshot::Empty(), fourth), ElementsAre("?"));
}

TEST_F(RecentWritesTest, SnapshotsBetweenNeedNotLive) {
  const SnapshotPtr first = head_;
  Write({"a"});
  Write({"b"});
  EXPECT_THAT(Between(first, head_), ElementsAre("a", "b"));
}

TEST_F(RecentWritesTest, NothingLeadsOverAFold) {
  const SnapshotPtr first = Write({"a"});
  head_ = head_->Folded();
  const SnapshotPtr folded = head_;
  const SnapshotPtr next = Write({"b"});
  EXPECT_THAT(Between(first, next), ElementsAre("?"));
  EXPECT_THAT(Between(folded, next), ElementsAre("b"));
}

TEST_F(RecentWritesTest, TheOldestGoFirst) {
  const SnapshotPtr first = head_;
  const SnapshotPtr second = Write({"a"});
  for (size_t i = 0; i < RecentWrites::kRecordsMax; ++i) {
    Write({"b"});
  }
  EXPECT_EQ(recent_.records(), RecentWrites::kRecordsMax);
  EXPECT_THAT(Between(first, head_), ElementsAre("?"));
  EXPECT_EQ(Between(second, head_).size(), RecentWrites::kRecordsMax);
  // One that is too large takes all with it.
  Write(std::vector<std::string>(RecentWrites::kRecordsMax + 1, "c"));
  EXPECT_EQ(recent_.records(), 0U);
  EXPECT_THAT(Between(second, head_), ElementsAre("?"));
}

}  // namespace
}  // namespace onward::commands
