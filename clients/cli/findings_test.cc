#include "clients/cli/findings.h"

#include <gmock/gmock.h>

namespace onward::cli {
namespace {

using ::testing::HasSubstr;

v1::Finding Lacking(const std::string& subject) {
  v1::Finding finding;
  finding.set_code("TRANSFER_LACKING");
  finding.set_title("A transfer without a mechanism");
  finding.set_severity(v1::FINDING_SEVERITY_HIGH);
  finding.set_subject(subject);
  finding.set_destination("US");
  finding.set_detail("No mechanism\x1b[31m carries it.");
  finding.set_source("GDPR Art. 44");
  finding.set_remedy("Sign one.");
  finding.set_from("2020-07-16");
  return finding;
}

// Two of one kind, one of them accepted, and one of another.
FindingList Three() {
  FindingList list;
  list.stamp.set_as_of("2024-03-01");
  list.findings = {Lacking("flow/acme-to-agency"), Lacking("flow/acme-to-vendor"), v1::Finding()};
  v1::AppliedTriage& triage = *list.findings[1].mutable_triage();
  triage.set_decision(v1::TRIAGE_DECISION_ACCEPTED);
  triage.set_accepted_until("2024-06-01");
  triage.set_owner("dpo");
  triage.set_reason("clauses are coming");
  list.findings[2].set_code("RETENTION_NOT_STATED");
  list.findings[2].set_title("Retention not stated");
  list.findings[2].set_severity(v1::FINDING_SEVERITY_LOW);
  list.findings[2].set_subject("activity/newsletter");
  list.findings[2].set_detail("No period.");
  list.findings[2].set_source("GDPR Art. 5(1)(e)");
  list.findings[2].set_remedy("State it.");
  list.findings[2].set_until("2025-01-01");
  list.summary.set_high(2);
  list.summary.set_low(1);
  list.summary.set_triaged(1);
  return list;
}

TEST(FindingsTest, TextIsGroupedByKindWithWhatToDoOnce) {
  const std::string text = FindingsAnswer(Three(), Style(), 100).text;
  EXPECT_EQ(text,
            "3 findings: 2 high, 0 medium, 1 low, 0 info; 1 accepted or false positive\n"
            "\n"
            "high TRANSFER_LACKING: A transfer without a mechanism (2)\n"
            "GDPR Art. 44\n"
            "What to do: Sign one.\n"
            "\n"
            "  flow/acme-to-agency → US, from 2020-07-16\n"
            "    No mechanism [31m carries it.\n"
            "  flow/acme-to-vendor → US, from 2020-07-16\n"
            "    No mechanism [31m carries it.\n"
            "    accepted until 2024-06-01 by dpo: clauses are coming\n"
            "\n"
            "low RETENTION_NOT_STATED: Retention not stated (1)\n"
            "GDPR Art. 5(1)(e)\n"
            "What to do: State it.\n"
            "\n"
            "  activity/newsletter, until 2025-01-01\n"
            "    No period.\n"
            "\n"
            "as of 2024-03-01\n");
}

TEST(FindingsTest, MarkdownHasAHeadingForEachKind) {
  const std::string text = FindingsAnswer(Three(), Style(), 100).markdown;
  EXPECT_THAT(text,
              HasSubstr("\n## high TRANSFER\\_LACKING: A transfer without a mechanism (2)\n"));
  EXPECT_THAT(text, HasSubstr("\n- flow/acme-to-agency → US, from 2020-07-16\n  - No mechanism"));
}

TEST(FindingsTest, JsonAndCsvHoldTheAnswer) {
  const Answer answer = FindingsAnswer(Three(), Style(), 100);
  const exchange::Json& finding = answer.document["findings"][1];
  EXPECT_EQ(finding["severity"], "HIGH");
  EXPECT_EQ(finding["triage"]["acceptedUntil"], "2024-06-01");
  EXPECT_EQ(answer.document["summary"]["triaged"], 1);
  ASSERT_EQ(answer.table.rows.size(), 3U);
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
