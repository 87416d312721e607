#include "tests/scenarios/case_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <string>

#include "tests/scenarios/compare.h"

namespace onward::scenarios {
namespace {

using testing::HasSubstr;

constexpr char kRecords[] = "---\n{kind: Party, id: a}\n";
constexpr char kHead[] = "title: T\nquestion: Q\nlaw: [L]\n";

absl::StatusOr<Case> Read(const std::string& text) {
  const std::string path = testing::TempDir() + "/case_" +
                           testing::UnitTest::GetInstance()->current_test_info()->name() + ".yaml";
  std::ofstream(path) << text;
  absl::StatusOr<Case> result = ReadCase(path);
  std::remove(path.c_str());
  return result;
}

std::string ErrorOf(const std::string& text) {
  const absl::StatusOr<Case> result = Read(text);
  return result.ok() ? "no error" : std::string(result.status().message());
}

std::string WithExpect(const std::string& expect) {
  return std::string(kHead) + "expect:\n" + expect + kRecords;
}

TEST(CaseFileTest, ReadsEveryPart) {
  const absl::StatusOr<Case> read = Read(WithExpect(
      "  - flow: f\n    destination: NO\n    kind: TRANSFER\n    on:\n      2024-01-01: LACKING "
      "EXPIRED scc-2010-87\n      2023-01-01: COVERED\n"));
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_EQ(read->expectations.size(), 1U);
  const Expectation& expectation = read->expectations[0];
  EXPECT_EQ(expectation.destination, "NO");
  EXPECT_EQ(expectation.on.at("2024-01-01").mechanism, "scc-2010-87");
  EXPECT_EQ(expectation.on.at("2023-01-01").reason, "");
  EXPECT_EQ(read->Moments(), (std::vector<Moment>{{"2023-01-01", ""}, {"2024-01-01", ""}}));
}

TEST(CaseFileTest, OneEntryMaySpeakOfSeveralFlowsAndOfWhatWasKnown) {
  const absl::StatusOr<Case> read =
      Read("lawKnownAt: 2020-01-01\n" +
           WithExpect("  - {flows: [f, g], lawKnownAt: 2021-01-01, on: {2024-01-01: LACKING}}\n"
                      "  - {flow: h, on: {2024-01-01: COVERED}}\n"));
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_EQ(read->expectations.size(), 3U);
  EXPECT_EQ(read->expectations[1].flow, "g");
  EXPECT_EQ(read->Moments(),
            (std::vector<Moment>{{"2024-01-01", "2020-01-01"}, {"2024-01-01", "2021-01-01"}}));
  EXPECT_THAT(ErrorOf(WithExpect("  - {flow: f, flows: [g], on: {2024-01-01: LACKING}}\n")),
              HasSubstr("not both"));
}

TEST(CaseFileTest, ReadsWhatTheGateMustAnswer) {
  const absl::StatusOr<Case> read =
      Read(std::string(kHead) +
           "expectCheck:\n  - {from: a, to: b, dataCategories: [contact], on: {2024-01-01: "
           "UNDETERMINED NOT_RECORDED}}\n" +
           kRecords);
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_EQ(read->checks.size(), 1U);
  EXPECT_TRUE(read->Moments().empty());
  v1::CheckAnswer answer;
  answer.set_verdict(v1::VERDICT_UNDETERMINED);
  answer.set_reason(v1::VERDICT_REASON_NOT_RECORDED);
  EXPECT_EQ(Difference(read->checks[0], "2024-01-01", answer), "");
  answer.set_verdict(v1::VERDICT_COVERED);
  EXPECT_THAT(Difference(read->checks[0], "2024-01-01", answer), HasSubstr("answered:  COVERED"));
}

TEST(CaseFileTest, RecordsKeepTheirLines) {
  const absl::StatusOr<Case> read = Read(WithExpect("  - {flow: f, on: {2024-01-01: COVERED}}\n"));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->records, "\n\n\n\n\n---\n{kind: Party, id: a}\n");
}

TEST(CaseFileTest, RefusesUnknownKeysAndCodes) {
  EXPECT_THAT(ErrorOf(std::string(kHead) + "expected: []\n" + kRecords),
              HasSubstr("line 4: unknown key `expected`"));
  EXPECT_THAT(ErrorOf(WithExpect("  - {flow: f, when: {2024-01-01: COVERED}}\n")),
              HasSubstr("unknown key `when`"));
  EXPECT_THAT(ErrorOf(WithExpect("  - {flow: f, on: {2024-01-01: FINE}}\n")),
              HasSubstr("unknown verdict FINE"));
  EXPECT_THAT(ErrorOf(WithExpect("  - {flow: f, on: {2024-01-01: COVERED WELL}}\n")),
              HasSubstr("unknown reason WELL"));
  EXPECT_THAT(ErrorOf(WithExpect("  - {flow: f, on: {today: COVERED}}\n")),
              HasSubstr("`today` is not a date"));
}

TEST(CaseFileTest, RefusesWhatIsMissingOrRepeated) {
  EXPECT_THAT(ErrorOf(std::string("title: T\nlaw: [L]\n") + kRecords),
              HasSubstr("`question` is missing"));
  EXPECT_THAT(ErrorOf(std::string(kHead) + kRecords), HasSubstr("`expect`"));
  EXPECT_THAT(ErrorOf(WithExpect("  - {flow: f, on: {}}\n")), HasSubstr("at least one date"));
  EXPECT_THAT(
      ErrorOf(WithExpect("  - {flow: f, on: {2024-01-01: COVERED, 2024-01-01: LACKING}}\n")),
      HasSubstr("stands twice"));
}

const Moment kMoment{"2024-01-01", ""};

Case Expecting(const std::string& verdict) {
  return *Read(WithExpect("  - {flow: f, on: {2024-01-01: " + verdict + "}}\n"));
}

v1::Transfer Covered(const std::string& flow) {
  v1::Transfer transfer;
  transfer.set_flow(flow);
  transfer.set_destination("CH");
  transfer.set_verdict(v1::VERDICT_COVERED);
  transfer.set_reason(v1::VERDICT_REASON_ADEQUACY);
  return transfer;
}

TEST(CompareTest, SilentWhereTheyAgree) {
  EXPECT_EQ(Differences(Expecting("COVERED ADEQUACY"), kMoment, {Covered("f")}), "");
}

TEST(CompareTest, ShowsADifference) {
  EXPECT_THAT(Differences(Expecting("LACKING EXPIRED"), kMoment, {Covered("f")}),
              testing::AllOf(HasSubstr("expected:  LACKING EXPIRED"),
                             HasSubstr("answered:  COVERED ADEQUACY")));
}

TEST(CompareTest, AFlowThatIsNotAnsweredIsADifference) {
  EXPECT_THAT(Differences(Expecting("COVERED"), kMoment, {}), HasSubstr("not answered"));
}

TEST(CompareTest, AFlowThatIsNotExpectedIsADifferenceUnlessIgnored) {
  Case scenario = Expecting("COVERED");
  EXPECT_THAT(Differences(scenario, kMoment, {Covered("f"), Covered("g")}),
              HasSubstr("g to CH: not expected"));
  scenario.others_ignored = true;
  EXPECT_EQ(Differences(scenario, kMoment, {Covered("f"), Covered("g")}), "");
}

}  // namespace
}  // namespace onward::scenarios
