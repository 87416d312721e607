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
  EXPECT_THAT(read->Dates(), testing::ElementsAre("2023-01-01", "2024-01-01"));
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
  EXPECT_EQ(Differences(Expecting("COVERED ADEQUACY"), "2024-01-01", {Covered("f")}), "");
}

TEST(CompareTest, ShowsADifference) {
  EXPECT_THAT(Differences(Expecting("LACKING EXPIRED"), "2024-01-01", {Covered("f")}),
              testing::AllOf(HasSubstr("expected:  LACKING EXPIRED"),
                             HasSubstr("answered:  COVERED ADEQUACY")));
}

TEST(CompareTest, AFlowThatIsNotAnsweredIsADifference) {
  EXPECT_THAT(Differences(Expecting("COVERED"), "2024-01-01", {}), HasSubstr("not answered"));
}

TEST(CompareTest, AFlowThatIsNotExpectedIsADifferenceUnlessIgnored) {
  Case scenario = Expecting("COVERED");
  EXPECT_THAT(Differences(scenario, "2024-01-01", {Covered("f"), Covered("g")}),
              HasSubstr("g to CH: not expected"));
  scenario.others_ignored = true;
  EXPECT_EQ(Differences(scenario, "2024-01-01", {Covered("f"), Covered("g")}), "");
}

}  // namespace
}  // namespace onward::scenarios
