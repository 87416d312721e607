#include "clients/cli/transfers.h"

#include <gmock/gmock.h>

#include <sstream>
#include <string>

#include "clients/cli/explanation.h"

namespace onward::cli {
namespace {

v1::Transfer Lacking() {
  v1::Transfer t;
  t.set_flow("smartum-to-salesforce");
  t.set_exporter("smartum");
  t.set_importer("salesforce");
  t.set_exporter_name("Smartum");
  t.set_importer_name("Salesforce");
  t.set_exporter_role(v1::ROLE_CONTROLLER);
  t.set_importer_role(v1::ROLE_PROCESSOR);
  t.set_destination("US");
  t.set_kind(v1::HOP_KIND_TRANSFER);
  t.set_verdict(v1::VERDICT_LACKING);
  t.set_reason(v1::VERDICT_REASON_INVALIDATED);
  t.set_mechanism("adq");
  t.add_categories("contact.name");
  t.add_categories("contact.email");
  t.add_origins("smartum");
  t.set_since("2020-07-16");
  t.set_explanation("The decision was invalidated on 2020-07-16.");
  v1::Candidate& candidate = *t.add_candidates();
  candidate.set_mechanism("adq");
  candidate.set_outcome(v1::VERDICT_REASON_INVALIDATED);
  candidate.set_verdict(v1::VERDICT_LACKING);
  candidate.set_article("Art. 45");
  candidate.set_source("C-311/18");
  candidate.set_record("certification/salesforce");
  return t;
}

v1::Transfer Covered() {
  v1::Transfer t;
  t.set_flow("a-to-b");
  t.set_exporter("a");
  t.set_importer("b");
  t.set_destination("JP");
  t.set_kind(v1::HOP_KIND_TRANSFER);
  t.set_verdict(v1::VERDICT_COVERED);
  t.set_reason(v1::VERDICT_REASON_ADEQUACY);
  t.add_categories("ALL_RECEIVED");
  t.mutable_next_change()->set_date("2027-01-01");
  t.mutable_next_change()->set_verdict(v1::VERDICT_LACKING);
  t.mutable_next_change()->set_reason(v1::VERDICT_REASON_EXPIRED);
  return t;
}

TransferList Sample() {
  TransferList list;
  list.stamp.set_as_of("2020-12-09");
  list.stamp.set_law_version("2026-11-22");
  list.stamp.set_revision(3);
  list.transfers = {Covered(), Lacking()};
  list.summary.set_covered(1);
  list.summary.set_lacking(1);
  return list;
}

const PlaceNames kNames = {{"US", "United States"}, {"JP", "Japan"}};

TEST(TransfersText, ShowsTheWorstFirstWithTheReasonInWords) {
  EXPECT_EQ(
      TransfersText(Sample(), kNames, Style{}, 100),
      "VERDICT           FROM → TO             PLACE             DATA\n"
      "✗ lacking         Smartum → Salesforce  US United States  contact.name, contact.email\n"
      "                  The decision was invalidated on 2020-07-16.\n"
      "                  since 2020-07-16\n"
      "\n"
      "✓ covered         a → b                 JP Japan          whatever it received\n"
      "                  adequacy\n"
      "                  from 2027-01-01 lacking (expired)\n"
      "\n"
      "2 flows: 1 lacking, 0 undetermined, 0 conditional, 1 covered\n"
      "as of 2020-12-09, law version 2026-11-22, revision 3\n");
}

TEST(TransfersText, FitsTheTerminalAndFallsBackToAscii) {
  TransferList list = Sample();
  list.transfers[1].set_importer_name("Salesforce.com, Inc. of the United States of America");
  list.transfers[1].set_explanation(std::string(30, 'w') + " " + std::string(30, 'v') + " \x1B[2J");
  const std::string text = TransfersText(list, kNames, Style{false, false}, 80);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(line.size(), 80U) << line;
  }
  EXPECT_EQ(text.find_first_not_of(
                "\nabcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,:;?!->+()[]_"),
            std::string::npos);
}

TEST(TransfersText, ColoursOnlyWhenTold) {
  EXPECT_EQ(TransfersText(Sample(), kNames, Style{false, true}, 100).find('\x1B'),
            std::string::npos);
  EXPECT_NE(TransfersText(Sample(), kNames, Style{true, true}, 100).find("\x1B[1;31m✗ lacking"),
            std::string::npos);
}

TEST(TransfersText, SaysWhenThereIsNothing) {
  TransferList list;
  list.stamp.set_as_of("2020-12-09");
  EXPECT_EQ(TransfersText(list, kNames, Style{}, 100), "No transfers found.\nas of 2020-12-09\n");
}

TEST(AssessJson, HasExactlyTheDocumentedShape) {
  TransferList list = Sample();
  list.transfers.pop_back();
  EXPECT_EQ(exchange::JsonText(AssessJson(list), -1),
            R"({"asOf":"2020-12-09","lawVersion":"2026-11-22","transfers":[{"flow":"a-to-b",)"
            R"("exporter":"a","importer":"b","exporterRole":"","importerRole":"",)"
            R"("destination":"JP","kind":"TRANSFER","verdict":"COVERED","reason":"ADEQUACY",)"
            R"("mechanism":"","candidates":[],"categories":["ALL_RECEIVED"],"origins":[],)"
            R"("nextChange":{"date":"2027-01-01","verdict":"LACKING","reason":"EXPIRED"}}],)"
            R"("summary":{"LACKING":1,"UNDETERMINED":0,"CONDITIONAL":0,"COVERED":1,)"
            R"("NOT_A_TRANSFER":0}})");
  EXPECT_EQ(exchange::JsonText(AssessTransferJson(Lacking())["candidates"], -1),
            R"([{"mechanism":"adq","outcome":"INVALIDATED","article":"Art. 45",)"
            R"("source":"C-311/18"}])");
  EXPECT_TRUE(AssessTransferJson(Lacking())["nextChange"].is_null());
}

TEST(TransfersTable, IsOneRowPerEntry) {
  EXPECT_EQ(
      CsvText(TransfersTable(Sample())),
      "flow,exporter,importer,exporterRole,importerRole,destination,kind,verdict,reason,"
      "mechanism,categories,origins,since,nextDate,nextVerdict,nextReason,explanation\n"
      "a-to-b,a,b,,,JP,TRANSFER,COVERED,ADEQUACY,,ALL_RECEIVED,,,2027-01-01,LACKING,EXPIRED,\n"
      "smartum-to-salesforce,smartum,salesforce,CONTROLLER,PROCESSOR,US,TRANSFER,LACKING,"
      "INVALIDATED,adq,contact.name contact.email,smartum,2020-07-16,,,,"
      "The decision was invalidated on 2020-07-16.\n");
}

v1::ExplainResponse Proof() {
  v1::ExplainResponse response;
  *response.mutable_stamp() = Sample().stamp;
  v1::Explanation& explanation = *response.mutable_explanation();
  explanation.set_flow("smartum-to-salesforce");
  explanation.set_verdict(v1::VERDICT_LACKING);
  explanation.set_reason(v1::VERDICT_REASON_INVALIDATED);
  v1::CriterionFact& fact = *explanation.add_criteria();
  fact.set_criterion("T1");
  fact.set_met(true);
  fact.set_fact("Smartum is established in FI.");
  fact.set_source("Art. 3(1)");
  *explanation.add_destinations() = Lacking();
  v1::ConditionOutcome& condition =
      *explanation.mutable_destinations(0)->mutable_candidates(0)->add_conditions();
  condition.set_condition("listed");
  condition.set_requirement("The importer is listed.");
  v1::NextChange& step = *explanation.add_steps();
  step.set_date("2020-07-16");
  step.set_verdict(v1::VERDICT_LACKING);
  step.set_reason(v1::VERDICT_REASON_INVALIDATED);
  v1::EvidenceSource& evidence = *explanation.add_evidence();
  evidence.set_record("flow/smartum-to-salesforce");
  evidence.add_sources()->set_document("notice.txt");
  evidence.mutable_sources(0)->set_section("5");
  explanation.add_remedies("Sign standard contractual clauses.");
  return response;
}

TEST(Explanation, IsReadableText) {
  Report report(Style{}, 100);
  WriteExplanation(Proof(), kNames, Style{}, report);
  EXPECT_EQ(
      report.text(),
      "Smartum → Salesforce (smartum-to-salesforce), as of 2020-12-09\n"
      "✗ lacking (INVALIDATED)\n"
      "CONTROLLER to PROCESSOR; data: contact.name, contact.email\n"
      "\n"
      "Is it a transfer? (EDPB Guidelines 05/2021)\n"
      "  T1: yes. Smartum is established in FI. [Art. 3(1)]\n"
      "\n"
      "Where it goes, and what could carry it\n"
      "  US United States: ✗ lacking (INVALIDATED), since 2020-07-16\n"
      "    The decision was invalidated on 2020-07-16.\n"
      "    ✗ lacking (INVALIDATED) adq, Art. 45, on file: certification/salesforce\n"
      "      [C-311/18]\n"
      "      condition listed: not stated. The importer is listed.\n"
      "\n"
      "Over time\n"
      "  2020-07-16 ✗ lacking (INVALIDATED)\n"
      "\n"
      "Evidence\n"
      "  flow/smartum-to-salesforce\n"
      "    notice.txt, section 5\n"
      "\n"
      "What would make it pass on 2020-12-09\n"
      "  Sign standard contractual clauses.\n"
      "\n"
      "Computed from\n"
      "as of 2020-12-09, law version 2026-11-22, revision 3. It supports a decision; it is no "
      "legal advice.\n");
}

TEST(Explanation, IsMarkdownToo) {
  Report report(Style{}, 0);
  WriteExplanation(Proof(), kNames, Style{}, report);
  EXPECT_THAT(report.text(),
              ::testing::HasSubstr("# Smartum → Salesforce (smartum-to-salesforce)"));
  EXPECT_THAT(report.text(),
              ::testing::HasSubstr("\n## Evidence\n\n- flow/smartum-to-salesforce\n  - n"));
}

}  // namespace
}  // namespace onward::cli
