#include "tests/crash/oracle.h"

#include <gmock/gmock.h>

namespace onward::crash {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Write kOne{"a", "w1", "p1"};
const Write kTwo{"a", "w2", "p2"};
const Write kThree{"a", "w3", "p3"};

class OracleTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const Write& write : {kOne, kTwo, kThree}) {
      EXPECT_FALSE(oracle_.Hear(TriedLine(write)));
    }
    EXPECT_TRUE(oracle_.Hear(AcknowledgedLine(kOne, 1)));
    EXPECT_TRUE(oracle_.Hear(AcknowledgedLine(kTwo, 2)));
  }
  Oracle oracle_;
};

TEST_F(OracleTest, AcknowledgedWritesAndPerhapsTheOneUnderWayAreRight) {
  EXPECT_THAT(oracle_.Problems({{"a", {kOne, kTwo}}}), IsEmpty());
  EXPECT_THAT(oracle_.Problems({{"a", {kOne, kTwo, kThree}}}), IsEmpty());
  EXPECT_EQ(oracle_.acknowledged(), 2U);
}

TEST_F(OracleTest, ALostWriteIsAProblem) {
  EXPECT_THAT(oracle_.Problems({{"a", {kOne}}}), ElementsAre(HasSubstr("w2 is lost")));
  EXPECT_THAT(oracle_.Problems({}), ElementsAre(HasSubstr("a is lost")));
  EXPECT_THAT(oracle_.Problems({{"a", {kOne, kThree}}}), ElementsAre(HasSubstr("w2 is lost")));
}

TEST_F(OracleTest, AMissingRevisionIsAProblem) {
  EXPECT_THAT(oracle_.Problems({{"a", {kOne, kTwo, std::nullopt}}}),
              ElementsAre(HasSubstr("revision 3: is missing")));
}

TEST_F(OracleTest, AWriteThatIsThereTwiceIsAProblem) {
  EXPECT_THAT(oracle_.Problems({{"a", {kOne, kTwo, kTwo}}}), ElementsAre(HasSubstr("twice")));
}

TEST_F(OracleTest, AWriteThatNobodyTriedIsAProblem) {
  EXPECT_THAT(oracle_.Problems({{"a", {kOne, kTwo, Write{"a", "w9", "p"}}}}),
              ElementsAre(HasSubstr("not what was tried")));
  EXPECT_THAT(oracle_.Problems({{"a", {kOne, kTwo, Write{"a", "w3", "other"}}}}),
              ElementsAre(HasSubstr("not what was tried")));
}

TEST_F(OracleTest, GarbledLinesAndDoubleRevisionsAreProblems) {
  EXPECT_FALSE(oracle_.Hear("A a w3\n"));
  oracle_.Hear(AcknowledgedLine(kThree, 2));
  EXPECT_THAT(oracle_.Problems({{"a", {kOne, kTwo, kThree}}}),
              ElementsAre(HasSubstr("not understood"), HasSubstr("acknowledged twice")));
}

}  // namespace
}  // namespace onward::crash
