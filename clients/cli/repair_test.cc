#include "clients/cli/repair.h"

#include <gmock/gmock.h>

#include "clients/cli/chokepoints.h"

namespace onward::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr size_t kWidth = 100;

v1::RepairResponse Response() {
  v1::RepairResponse response;
  response.mutable_stamp()->set_as_of("2026-11-22");
  response.set_lacking_flows(3);
  v1::RepairPlan& plan = *response.add_plans();
  plan.set_kind(v1::REPAIR_KIND_STOP);
  plan.set_limit("not all smaller sets of flows were tried");
  plan.set_lower_bound(1);
  plan.mutable_before()->set_lacking(3);
  plan.mutable_after()->set_lacking(1);
  plan.mutable_after()->set_undetermined(2);
  plan.add_beyond_repair("kept");
  plan.set_beyond_repair_count(1);
  v1::RepairStep& step = *plan.add_steps();
  step.set_text("Stop flow f from Acme to Vendor");
  step.add_flows("f");
  step.set_flow_count(2);
  step.add_conditions("have Vendor delete the copies that it holds from flow f");
  step.add_mutations()->mutable_delete_()->set_id("f");
  return response;
}

TEST(RepairAnswer, SaysWhatIsApproximateAndWhatIsLeft) {
  const Answer answer = RepairAnswer(Response(), Style(), kWidth);
  EXPECT_THAT(answer.text, HasSubstr("3 flows lack a mechanism\n"));
  EXPECT_THAT(answer.text, HasSubstr("1 step; approximate (not all smaller sets of flows were"));
  EXPECT_THAT(answer.text, HasSubstr("Stop flow f from Acme to Vendor (flows f and 1 more)"));
  EXPECT_THAT(answer.text, HasSubstr("have Vendor delete the copies"));
  EXPECT_THAT(answer.text, HasSubstr("Then: 1 lacking, 2 undetermined"));
  EXPECT_THAT(answer.text, HasSubstr("What is undetermined is not lacking"));
  EXPECT_THAT(answer.text, HasSubstr("Still lacking: flow kept"));
  EXPECT_THAT(answer.markdown, HasSubstr("## To stop\n"));
  ASSERT_THAT(answer.lines, SizeIs(1));
  EXPECT_EQ(answer.document["plans"][0]["kind"], "STOP");
  ASSERT_THAT(answer.table.rows, SizeIs(1));
  EXPECT_EQ(answer.table.rows[0].size(), answer.table.columns.size());
}

TEST(RepairAnswer, AnExactPlanSaysSo) {
  v1::RepairResponse response = Response();
  response.mutable_plans(0)->set_kind(v1::REPAIR_KIND_SIGN);
  response.mutable_plans(0)->set_exact(true);
  const std::string text = RepairAnswer(response, Style(), kWidth).text;
  EXPECT_THAT(text, HasSubstr("1 step; fewer will not do"));
  EXPECT_THAT(text, HasSubstr("Then, if each step comes out well: 1 lacking"));
  EXPECT_THAT(text, Not(HasSubstr("approximate")));
}

TEST(RepairAnswer, NothingLacking) {
  const std::string text = RepairAnswer(v1::RepairResponse(), Style(), kWidth).text;
  EXPECT_THAT(text, HasSubstr("Nothing is lacking a mechanism"));
}

TEST(RepairManifests, RecordsToApplyAndWhatToDelete) {
  v1::RepairResponse response = Response();
  v1::Mutation& signing = *response.mutable_plans(0)->mutable_steps(0)->add_mutations();
  signing.mutable_upsert()->mutable_agreement()->set_id("to-sign-acme-vendor");
  const std::string text = RepairManifests(response);
  EXPECT_THAT(text, HasSubstr("# onward delete flow f\n"));
  EXPECT_THAT(text, HasSubstr("kind: Agreement"));
  EXPECT_THAT(text, HasSubstr("id: to-sign-acme-vendor"));
}

TEST(ChokepointsAnswer, PartsOfAllFlows) {
  ChokepointPages pages;
  pages.flows = 3;
  v1::Chokepoint& point = pages.chokepoints.emplace_back();
  point.set_party("vendor");
  point.set_party_name("Vendor");
  point.set_flows(2);
  point.set_recipients(1);
  point.set_share(2.0 / 3);
  point.add_categories("contact");
  const Answer answer = ChokepointsAnswer(pages, "to US", Style(), kWidth);
  EXPECT_THAT(answer.text, HasSubstr("Vendor (vendor)  2      67 %  1           contact"));
  EXPECT_THAT(answer.text, HasSubstr("Data take 3 flows to US; each party above"));
  EXPECT_THAT(ChokepointsAnswer({}, "to US", Style(), kWidth).text,
              HasSubstr("Data take no flow to US"));
  EXPECT_EQ(answer.document["chokepoints"][0]["party"], "vendor");
}

TEST(ConcentrationAnswer, NamesVendorsAndTheIndex) {
  ConcentrationPages pages;
  pages.origins = 4;
  pages.flow_concentration = 0.5;
  v1::VendorShare& row = pages.vendors.emplace_back();
  row.set_vendor("cloud");
  row.set_origins(4);
  row.set_share(1);
  const Answer answer = ConcentrationAnswer(pages, Style(), kWidth);
  EXPECT_THAT(answer.text, HasSubstr("100 %"));
  EXPECT_THAT(answer.text, HasSubstr("4 origins of data; concentration of flows 0.500"));
  ASSERT_THAT(answer.table.rows, SizeIs(1));
  EXPECT_EQ(answer.table.rows[0].size(), answer.table.columns.size());
}

}  // namespace
}  // namespace onward::cli
