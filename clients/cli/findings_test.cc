#include "clients/cli/findings.h"

#include <gmock/gmock.h>

namespace onward::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

FindingList OneAccepted() {
  FindingList list;
  list.stamp.set_as_of("2024-03-01");
  v1::Finding finding;
  finding.set_code("TRANSFER_LACKING");
  finding.set_severity(v1::FINDING_SEVERITY_HIGH);
  finding.set_subject("flow/acme-to-vendor");
  finding.set_destination("US");
  finding.set_detail("No mechanism\x1b[31m carries it.");
  finding.set_from("2020-07-16");
  v1::AppliedTriage& triage = *finding.mutable_triage();
  triage.set_decision(v1::TRIAGE_DECISION_ACCEPTED);
  triage.set_accepted_until("2024-06-01");
  triage.set_owner("dpo");
  triage.set_reason("clauses are coming");
  list.findings = {finding};
  list.summary.set_high(1);
  list.summary.set_triaged(1);
  return list;
}

TEST(FindingsTest, TextSaysWhatWhereSinceWhenAndTheAnswer) {
  const std::string text = FindingsAnswer(OneAccepted(), Style(), 100).text;
  EXPECT_THAT(text, HasSubstr("high    TRANSFER_LACKING  flow/acme-to-vendor → US\n"));
  EXPECT_THAT(text, HasSubstr("        accepted until 2024-06-01, dpo: clauses are coming\n"));
  EXPECT_THAT(text, HasSubstr("        from 2020-07-16\n"));
  EXPECT_THAT(text, HasSubstr("1 finding: 1 high, 0 medium, 0 low, 0 info; "
                              "1 accepted or false positive\nas of 2024-03-01\n"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(FindingsTest, JsonAndCsvHoldTheAnswer) {
  const Answer answer = FindingsAnswer(OneAccepted(), Style(), 100);
  const exchange::Json& finding = answer.document["findings"][0];
  EXPECT_EQ(finding["severity"], "HIGH");
  EXPECT_EQ(finding["triage"]["acceptedUntil"], "2024-06-01");
  EXPECT_EQ(answer.document["summary"]["triaged"], 1);
  ASSERT_EQ(answer.table.rows.size(), 1U);
  EXPECT_EQ(answer.table.rows[0].size(), answer.table.columns.size());
  EXPECT_EQ(answer.table.rows[0][0], "HIGH");
}

TEST(FindingsTest, SeveritiesInAnyCaseOrWithASuggestion) {
  EXPECT_EQ(ParseSeverity("High").value(), v1::FINDING_SEVERITY_HIGH);
  EXPECT_EQ(ParseSeverity("info").value(), v1::FINDING_SEVERITY_INFO);
  EXPECT_FALSE(ParseSeverity("").ok());
  const auto wrong = ParseSeverity("hihg");
  EXPECT_THAT(std::string(wrong.status().message()), HasSubstr("did you mean HIGH"));
}

}  // namespace
}  // namespace onward::cli
