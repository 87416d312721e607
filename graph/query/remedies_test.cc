#include "graph/query/remedies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/query/explain.h"
#include "graph/query/test_inventory.h"

namespace onward::query {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const Date kToday = Date::Of(2026, 11, 22);

// Remedies of a flow; each is applied to the inventory again and judged as any inventory is.
std::vector<Remedy> Proven(const TestInventory& world, std::string_view flow,
                           const RemedyLimits& limits = {}) {
  const JudgementsPtr judged = world.Judge(kToday);
  const uint32_t number = judged->snapshot().FlowNumber(flow).value();
  std::vector<Remedy> remedies = FindRemedies(*judged, number, *judged->Proof(number), limits);
  for (const Remedy& remedy : remedies) {
    const JudgementsPtr then = Judgements::Make(judged->snapshot().With(2, remedy.mutations),
                                                testing::TheRegister(), judged->question());
    EXPECT_EQ(VerdictOf(*then, flow).verdict, remedy.verdict) << remedy.text;
    EXPECT_EQ(VerdictOf(*then, flow).reason, remedy.reason) << remedy.text;
    EXPECT_LT(verdict::Badness(remedy.verdict), verdict::Badness(judged->VerdictOf(number)))
        << remedy.text;
  }
  return remedies;
}

TestInventory ToCountry(const std::string& country) {
  TestInventory world;
  return world.Party("acme", "FI").Party("vendor", country).AddFlow("acme", "vendor", {"contact"});
}

model::Agreement Clauses() {
  model::Agreement clauses;
  clauses.id = "clauses";
  clauses.parties = {"acme", "vendor"};
  clauses.instruments = {"scc-2021-914-m2"};
  clauses.signed_on = Date::Of(2022, 3, 1);
  clauses.interval.from = Date::Of(2022, 3, 1);
  return clauses;
}

TEST(Remedies, ALackingFlowToAListedCountryTheListFirst) {
  const std::vector<Remedy> remedies = Proven(ToCountry("US"), "acme-vendor");
  ASSERT_GE(remedies.size(), 2U);
  EXPECT_THAT(remedies[0].text, AllOf(HasSubstr("us_dpf"), HasSubstr("COVERED (ADEQUACY)")));
  EXPECT_THAT(remedies[1].text,
              AllOf(HasSubstr("scc-2021-914-m2"), HasSubstr("transfer impact assessment"),
                    HasSubstr("COVERED (SAFEGUARD)")));
  EXPECT_LE(remedies.size(), RemedyLimits().remedies_max);
}

TEST(Remedies, GroupRulesOnlyWithinAGroup) {
  RemedyLimits all;
  all.evaluations_max = 1'000;
  all.remedies_max = 100;
  for (const Remedy& remedy : Proven(ToCountry("IN"), "acme-vendor", all)) {
    EXPECT_THAT(remedy.text, Not(HasSubstr("bcr-c")));
  }
  model::Party vendor;
  vendor.id = "vendor";
  vendor.establishment = "IN";
  vendor.group_parent = "acme";
  TestInventory world;
  world.Party("acme", "FI").Add(vendor).AddFlow("acme", "vendor", {"contact"});
  bool proposed = false;
  for (const Remedy& remedy : Proven(world, "acme-vendor", all)) {
    proposed = proposed || remedy.text.find("bcr-c") != std::string::npos;
  }
  EXPECT_TRUE(proposed);
}

TEST(Remedies, NoCertificateWhereNoSchemeIsInForce) {
  const std::vector<Remedy> remedies = Proven(ToCountry("IN"), "acme-vendor");
  ASSERT_THAT(remedies, Not(IsEmpty()));
  EXPECT_THAT(remedies[0].text, HasSubstr("scc-2021-914-m2"));
  for (const Remedy& remedy : remedies) {
    EXPECT_THAT(remedy.text, Not(HasSubstr("_dpf")));
    EXPECT_THAT(remedy.text, Not(HasSubstr("scc-2021-914-m1")));
  }
}

TEST(Remedies, WhatIsOnFileIsMendedAndNothingElseSigned) {
  TestInventory world = ToCountry("IN");
  model::Agreement clauses = Clauses();
  world.Add(clauses);
  std::vector<Remedy> remedies = Proven(world, "acme-vendor");
  ASSERT_THAT(remedies, SizeIs(1));
  EXPECT_THAT(remedies[0].text, AllOf(HasSubstr("Perform a transfer impact assessment for India"),
                                      HasSubstr("agreement clauses")));

  model::TransferImpactAssessment tia;
  tia.performed_on = Date::Of(2022, 2, 20);
  tia.outcome = model::TiaOutcome::kAdequate;
  tia.review_due = Date::Of(2025, 2, 20);
  clauses.tias = {tia};
  remedies = Proven(ToCountry("IN").Add(clauses), "acme-vendor");
  ASSERT_THAT(remedies, SizeIs(1));
  EXPECT_THAT(remedies[0].text, HasSubstr("Review the transfer impact assessment"));

  clauses.tias[0].review_due.reset();
  EXPECT_THAT(Proven(ToCountry("IN").Add(clauses), "acme-vendor"), IsEmpty());
}

TEST(Remedies, EndedAndNarrowAgreements) {
  model::Agreement clauses = Clauses();
  model::TransferImpactAssessment tia;
  tia.performed_on = Date::Of(2022, 2, 20);
  tia.outcome = model::TiaOutcome::kAdequate;
  clauses.tias = {tia};
  clauses.interval.until = Date::Of(2026, 1, 1);
  clauses.data_categories = {"usage"};
  const std::vector<Remedy> remedies = Proven(ToCountry("IN").Add(clauses), "acme-vendor");
  ASSERT_THAT(remedies, Not(IsEmpty()));
  EXPECT_THAT(remedies[0].text,
              AllOf(HasSubstr("Renew agreement clauses, which ended on 2026-01-01"),
                    HasSubstr("extend agreement clauses")));
}

TEST(Remedies, AnOpenConditionIsAFactToCheck) {
  const std::vector<Remedy> remedies = Proven(ToCountry("CA"), "acme-vendor");
  ASSERT_THAT(remedies, Not(IsEmpty()));
  EXPECT_THAT(remedies[0].text,
              AllOf(HasSubstr("state it on the flow: "), HasSubstr("COVERED (ADEQUACY)")));
}

TEST(Remedies, ADerogationIsCompletedAndNeverProposed) {
  TestInventory world;
  world.Party("acme", "FI").Party("vendor", "IN");
  model::Flow flow = world.Flow("acme", "vendor", {"contact"});
  flow.importer_role = model::Role::kController;
  model::Statement necessary;
  necessary.condition = "necessary";
  necessary.met = true;
  flow.statements = {necessary};
  flow.derogation = {"eu-gdpr:A49-1-b", std::nullopt, "the trip that was booked"};
  std::vector<Remedy> remedies = Proven(TestInventory(world).Add(flow), "acme-vendor");
  ASSERT_THAT(remedies, Not(IsEmpty()));
  EXPECT_THAT(remedies[0].text, HasSubstr("not repetitive"));
  flow.derogation.reset();
  for (const Remedy& remedy : Proven(TestInventory(world).Add(flow), "acme-vendor")) {
    EXPECT_THAT(remedy.text, Not(HasSubstr("A49")));
  }
}

TEST(Remedies, AnUnknownPlaceIsAQuestionWithItsAnswers) {
  const std::vector<Remedy> remedies = Proven(ToCountry(""), "acme-vendor");
  ASSERT_THAT(remedies, SizeIs(1));
  EXPECT_THAT(remedies[0].text,
              AllOf(HasSubstr("Record where vendor is established"),
                    HasSubstr("NOT_A_TRANSFER (FREE_FLOW)"), HasSubstr("COVERED (ADEQUACY)"),
                    HasSubstr("for listed recipients only (such as United States of America) the "
                              "flow would be LACKING (NO_MECHANISM)"),
                    HasSubstr("in any other country the flow would be LACKING (NO_MECHANISM)")));
}

TEST(Remedies, AnUnknownRoleAndAnUnknownExporter) {
  TestInventory world;
  world.Party("acme", "FI").Party("vendor", "IN").Party("nowhere", "");
  model::Flow flow = world.Flow("acme", "vendor", {"contact"});
  flow.importer_role = model::Role::kUnspecified;
  model::Agreement clauses = Clauses();
  model::TransferImpactAssessment tia;
  tia.performed_on = Date::Of(2022, 2, 20);
  tia.outcome = model::TiaOutcome::kAdequate;
  clauses.tias = {tia};
  world.Add(flow).Add(clauses).AddFlow("nowhere", "vendor", {"usage"});
  const std::vector<Remedy> role = Proven(world, "acme-vendor");
  ASSERT_THAT(role, Not(IsEmpty()));
  EXPECT_THAT(role[0].text,
              AllOf(HasSubstr("from controller to processor the flow would be COVERED (SAFEGUARD)"),
                    HasSubstr("from controller to controller the flow would be LACKING")));
  const std::vector<Remedy> place = Proven(world, "nowhere-vendor");
  ASSERT_THAT(place, Not(IsEmpty()));
  EXPECT_THAT(place[0].text, AllOf(HasSubstr("Record where nowhere is established"),
                                   HasSubstr("NOT_A_TRANSFER (EXPORTER_NOT_BOUND)"),
                                   HasSubstr("but under the GDPR (Art. 3(2)) the flow would be "
                                             "LACKING")));
}

TEST(Remedies, AnOnwardHopIsTriedWithTheDataThatReachIt) {
  TestInventory world;
  world.Party("fi", "FI").Party("us", "US").Party("in", "IN");
  world.AddFlow("fi", "us", {"contact"}).AddSub("us", "in", {"contact"});
  const std::vector<Remedy> remedies = Proven(world, "us-in");
  ASSERT_THAT(remedies, Not(IsEmpty()));
  EXPECT_THAT(remedies[0].text, HasSubstr("Sign "));
}

TEST(Remedies, NothingNeededNothingSaidAndBoundsHold) {
  EXPECT_THAT(Proven(ToCountry("CH"), "acme-vendor"), IsEmpty());
  RemedyLimits none;
  none.evaluations_max = 0;
  EXPECT_THAT(Proven(ToCountry("US"), "acme-vendor", none), IsEmpty());
  RemedyLimits one;
  one.remedies_max = 1;
  EXPECT_THAT(Proven(ToCountry("US"), "acme-vendor", one), SizeIs(1));
  RemedyLimits stopped;
  stopped.stop = [] { return true; };
  EXPECT_THAT(Proven(ToCountry("US"), "acme-vendor", stopped), IsEmpty());
}

TEST(Remedies, StandInTheExplanation) {
  const JudgementsPtr judged = ToCountry("US").Judge(kToday);
  const auto explanation = Explain(*judged, "acme-vendor");
  ASSERT_TRUE(explanation.has_value());
  ASSERT_THAT(explanation->remedies, Not(IsEmpty()));
  EXPECT_THAT(explanation->remedies[0], HasSubstr("us_dpf"));
}

}  // namespace
}  // namespace onward::query
