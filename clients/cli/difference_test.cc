#include "clients/cli/difference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace onward::cli {
namespace {

using ::testing::HasSubstr;

v1::SimulateResponse OneFall() {
  v1::SimulateResponse response;
  response.mutable_stamp()->set_as_of("2026-12-01");
  response.mutable_stamp()->set_revision(7);
  response.mutable_stamp()->set_hypothetical(true);
  v1::TransferDifference& transfer = *response.add_transfers();
  v1::VerdictChange& change = *transfer.mutable_change();
  change.set_flow("acme-to-vendor");
  change.set_destination("US");
  change.set_before(v1::VERDICT_COVERED);
  change.set_reason_before(v1::VERDICT_REASON_ADEQUACY);
  change.set_after(v1::VERDICT_LACKING);
  change.set_reason_after(v1::VERDICT_REASON_INVALIDATED);
  transfer.set_exporter("acme");
  transfer.set_importer("vendor");
  transfer.set_importer_name("Vendor\x1b Inc.");
  transfer.add_origins("acme");
  transfer.set_explanation("The list fell.");
  response.mutable_before()->set_covered(1);
  response.mutable_after()->set_lacking(1);
  response.set_worse(1);
  v1::AffectedOrigin& origin = *response.add_origins();
  origin.set_origin("acme");
  origin.add_activities("mail");
  origin.set_worse(1);
  response.set_origins_count(3);
  v1::Finding& finding = *response.add_findings_opened();
  finding.set_code("TRANSFER_LACKING");
  finding.set_severity(v1::FINDING_SEVERITY_HIGH);
  finding.set_subject("flow/acme-to-vendor");
  finding.set_destination("US");
  response.set_findings_opened_count(1);
  return response;
}

TEST(DifferenceTest, TextSaysWhatFallsAndWhose) {
  const std::string text = DifferenceAnswer(OneFall(), {false, false}, 120).text;
  EXPECT_EQ(text,
            "Verdicts that would differ: 1 worse\n"
            "\n"
            "Transfers\n"
            "  x acme -> Vendor Inc., US (flow acme-to-vendor)\n"
            "    covered (" +
                ReasonWords(v1::VERDICT_REASON_ADEQUACY) + ") -> lacking (" +
                ReasonWords(v1::VERDICT_REASON_INVALIDATED) +
                ")\n"
                "    The list fell.\n"
                "    data of acme\n"
                "\n"
                "Whose data\n"
                "  acme (acme): 1 worse, 0 better\n"
                "    activities: mail\n"
                "  and 2 more\n"
                "\n"
                "Findings that open (1)\n"
                "  HIGH TRANSFER_LACKING: flow/acme-to-vendor, US\n"
                "\n"
                "All transfers\n"
                "  before: 0 lacking, 0 undetermined, 0 conditional, 1 covered, 0 not a transfer\n"
                "  after: 1 lacking, 0 undetermined, 0 conditional, 0 covered, 0 not a transfer\n"
                "\n"
                "as of 2026-12-01, revision 7, hypothetical; nothing was written\n");
}

TEST(DifferenceTest, NothingDiffers) {
  EXPECT_THAT(DifferenceAnswer(v1::SimulateResponse(), Style(), 100).text,
              HasSubstr("No verdict would differ\n"));
}

TEST(DifferenceTest, JsonAndCsvHoldTheAnswer) {
  const Answer answer = DifferenceAnswer(OneFall(), Style(), 100);
  EXPECT_EQ(answer.document["hypothetical"], true);
  EXPECT_EQ(answer.document["transfers"][0]["change"]["after"], "LACKING");
  EXPECT_EQ(answer.document["revision"], 7);
  ASSERT_EQ(answer.table.rows.size(), 1U);
  EXPECT_EQ(answer.table.rows[0][4], "LACKING");
  EXPECT_EQ(answer.lines.size(), 1U);
  EXPECT_THAT(answer.markdown, HasSubstr("## Whose data"));
}

}  // namespace
}  // namespace onward::cli
