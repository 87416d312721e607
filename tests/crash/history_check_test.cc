// The check of histories can fail: each kind of wrong history is told from a right one.
#include <gmock/gmock.h>

#include "tests/crash/history.h"

namespace onward::crash {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Two clients; client 0 writes twice, client 1 once, and both read.
std::vector<SeenOperation> RightHistory() {
  return {{true, 0, 1, 1, 2, 1, {}},       {false, 1, 0, 3, 4, 1, {1, 0}},
          {true, 1, 1, 5, 8, 2, {}},       {false, 0, 0, 6, 7, 1, {1, 0}},
          {true, 0, 2, 9, 10, 3, {}},      {false, 1, 0, 11, 12, 3, {2, 1}},
          {false, 0, 0, 13, 14, 3, {2, 1}}};
}

TEST(HistoryCheckTest, ARightHistoryHasNoProblems) {
  EXPECT_THAT(HistoryProblems(RightHistory(), 2), IsEmpty());
  EXPECT_THAT(HistoryProblems({}, 2), IsEmpty());
}

TEST(HistoryCheckTest, TwoWritesOfOneRevisionAndARevisionOfNobody) {
  std::vector<SeenOperation> history = RightHistory();
  history[4].revision = 2;
  EXPECT_THAT(HistoryProblems(history, 2), Contains(HasSubstr("which is another's")));
  history[4].revision = 4;
  EXPECT_THAT(HistoryProblems(history, 2), Contains("revision 3 is nobody's"));
}

TEST(HistoryCheckTest, AnAnswerOlderThanAnEarlierOne) {
  std::vector<SeenOperation> history = RightHistory();
  history[6].revision = 2;
  history[6].state = {1, 1};
  EXPECT_THAT(HistoryProblems(history, 2),
              Contains("client 0 read at revision 2, after revision 3 had been answered"));
}

TEST(HistoryCheckTest, AWriteInFrontOfWhatWasAnsweredBeforeItBegan) {
  std::vector<SeenOperation> history = RightHistory();
  std::swap(history[2].revision, history[4].revision);
  EXPECT_THAT(HistoryProblems(history, 2),
              Contains(HasSubstr("client 0 wrote 2 at revision 2, after revision 3")));
}

TEST(HistoryCheckTest, AReadOfAnotherState) {
  std::vector<SeenOperation> history = RightHistory();
  history[5].state = {1, 1};
  EXPECT_THAT(HistoryProblems(history, 2),
              Contains("client 1 read at revision 3 what is not the state of that revision"));
}

}  // namespace
}  // namespace onward::crash
