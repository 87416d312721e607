// The verdict as a function of time, with the texts that people read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "graph/verdict/steps.h"
#include "graph/verdict/world_for_tests.h"

namespace onward::verdict {
namespace {

using model::CertificationCoverage;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A disclosure to the United States that relied on Privacy Shield.
struct Shielded : World {
  Shielded() {
    vendor.display_name = "Salesforce";
    flow.interval.from = Day("2018-09-30");
    Certify("us_privacy_shield", {CertificationCoverage::kNonHr}, "2016-08-01");
  }
};

struct ShieldedThenFramework : Shielded {
  ShieldedThenFramework() { Certify("us_dpf", {CertificationCoverage::kNonHr}, "2023-07-10"); }
};

template <typename W>
std::string On(std::string_view day) {
  W world;
  return Line(world.Judge(day));
}

std::vector<std::string> StepLines(const std::vector<Step>& steps) {
  std::vector<std::string> lines;
  lines.reserve(steps.size());
  for (const Step& step : steps) {
    lines.push_back(step.from.ToString() + " " + Line(step.verdict, step.reason));
  }
  return lines;
}

std::vector<std::string> StepsIn(World& world, Date known_at = Date::Max()) {
  return StepLines(Steps(world.flow, world.Filled(), *::onward::testing::TheRegister(), known_at,
                         world.arrival));
}

TEST(PrivacyShield, CarriesUntilTheJudgment) {
  EXPECT_EQ(On<Shielded>("2018-09-29"), "NOT_A_TRANSFER NOT_IN_EFFECT");
  EXPECT_EQ(On<Shielded>("2020-07-15"), "COVERED ADEQUACY");
  EXPECT_EQ(On<Shielded>("2020-07-16"), "LACKING INVALIDATED");
  EXPECT_EQ(On<Shielded>("2020-12-09"), "LACKING INVALIDATED");
  EXPECT_EQ(On<Shielded>("2026-11-22"), "LACKING INVALIDATED");
}

TEST(PrivacyShield, ItsEndIsNamed) {
  Shielded world;
  const HopVerdict verdict = world.Judge("2020-12-09");
  EXPECT_EQ(
      verdict.Deciding().explanation,
      "Relied on the Privacy Shield List (Decision (EU) 2016/1250, invalidated on 2020-07-16 by "
      "C-311/18).");
  EXPECT_EQ(verdict.Deciding().mechanism, "adq-US-2016-1250");
  EXPECT_EQ(verdict.evidence,
            (std::vector<model::RecordRef>{{model::RecordKind::kParty, "acme"},
                                           {model::RecordKind::kParty, "vendor"},
                                           {model::RecordKind::kFlow, "acme-to-vendor"}}));
}

TEST(PrivacyShield, WasThoughtToStandBeforeTheJudgment) {
  Shielded world;
  world.known_at = Day("2020-07-15");
  EXPECT_EQ(Line(world.Judge("2020-12-09")), "COVERED ADEQUACY");
  world.known_at = Day("2020-07-16");
  EXPECT_EQ(Line(world.Judge("2020-12-09")), "LACKING INVALIDATED");
}

TEST(Framework, CarriesFromItsFirstDay) {
  EXPECT_EQ(On<ShieldedThenFramework>("2020-07-15"), "COVERED ADEQUACY");
  EXPECT_EQ(On<ShieldedThenFramework>("2023-07-09"), "LACKING INVALIDATED");
  EXPECT_EQ(On<ShieldedThenFramework>("2023-07-10"), "COVERED ADEQUACY");
}

TEST(Steps, AreMergedAndNameEachChange) {
  ShieldedThenFramework world;
  EXPECT_THAT(StepsIn(world),
              ElementsAre(" NOT_A_TRANSFER NOT_IN_EFFECT", "2018-09-30 COVERED ADEQUACY",
                          "2020-07-16 LACKING INVALIDATED", "2023-07-10 COVERED ADEQUACY"));
}

TEST(Steps, AnswerByDay) {
  ShieldedThenFramework world;
  const std::vector<Step> steps =
      Steps(world.flow, world.Filled(), *::onward::testing::TheRegister(), Date::Max(), {});
  EXPECT_EQ(StepOn(steps, Day("2020-07-15")).reason, Reason::kAdequacy);
  EXPECT_EQ(StepOn(steps, Day("2020-07-16")).reason, Reason::kInvalidated);
  ASSERT_NE(NextChange(steps, Day("2020-07-16")), nullptr);
  EXPECT_EQ(NextChange(steps, Day("2020-07-16"))->from, Day("2023-07-10"));
  EXPECT_EQ(NextChange(steps, Day("2023-07-10")), nullptr);
}

TEST(Steps, OfEachDestination) {
  Shielded world;
  model::Site site;
  site.country = "CH";
  world.flow.sites = {site};
  const HopSteps steps =
      StepsOf(world.flow, world.Filled(), *::onward::testing::TheRegister(), Date::Max(), {});
  ASSERT_EQ(steps.destinations.size(), 2U);
  EXPECT_THAT(StepLines(steps.destinations.at("CH")),
              ElementsAre(" NOT_A_TRANSFER NOT_IN_EFFECT", "2018-09-30 COVERED ADEQUACY"));
}

TEST(UnitedKingdom, PassesThroughEachPhase) {
  World world;
  world.vendor.establishment = "GB";
  EXPECT_THAT(StepsIn(world),
              ElementsAre(" UNDETERMINED BEFORE_REGISTER", "1998-10-25 NOT_A_TRANSFER FREE_FLOW",
                          "2021-06-28 COVERED ADEQUACY", "2031-12-28 LACKING EXPIRED"));
}

TEST(UnitedKingdom, ItsEndMovedTwice) {
  World world;
  world.vendor.establishment = "GB";
  EXPECT_EQ(StepsIn(world, Day("2025-06-23")).back(), "2025-06-28 LACKING EXPIRED");
  EXPECT_EQ(StepsIn(world, Day("2025-06-24")).back(), "2025-12-28 LACKING EXPIRED");
  EXPECT_EQ(StepsIn(world, Day("2025-12-19")).back(), "2031-12-28 LACKING EXPIRED");
}

TEST(UnitedKingdom, ExportsAsBoundUntilTheEndOfTheTransition) {
  World world;
  world.acme.establishment = "GB";
  EXPECT_EQ(Line(world.Judge("2020-12-31")), "LACKING NO_MECHANISM");
  EXPECT_EQ(Line(world.Judge("2021-01-01")), "NOT_A_TRANSFER EXPORTER_NOT_BOUND");
}

TEST(Adequacy, IsNotGuessedBackInTime) {
  World world;
  world.vendor.establishment = "KR";
  EXPECT_EQ(Line(world.Judge("2021-12-16")), "LACKING NO_MECHANISM");
  EXPECT_EQ(Line(world.Judge("2021-12-17")), "CONDITIONAL CONDITION_NOT_STATED");
  world.known_at = Day("2021-12-16");
  EXPECT_EQ(Line(world.Judge("2021-12-17")), "LACKING NO_MECHANISM");
}

TEST(OldClauses, CountForOlderContractsUntilTheirLastDay) {
  World world;
  world.SignWithTia("scc-2010-87", "2015-03-01").statements = {
      World::Says("processing_unchanged", true)};
  world.File();
  EXPECT_THAT(StepsIn(world),
              ElementsAre(" UNDETERMINED BEFORE_REGISTER", "1998-10-25 LACKING NOT_YET_IN_FORCE",
                          "2015-03-01 COVERED SAFEGUARD", "2022-12-28 LACKING EXPIRED"));
}

TEST(OldClauses, NeedAnAssessmentSinceTheJudgment) {
  World world;
  world.Sign("scc-2010-87", "2015-03-01");
  world.File();
  EXPECT_EQ(Line(world.Judge("2020-07-15")), "COVERED SAFEGUARD");
  EXPECT_EQ(Line(world.Judge("2020-07-16")), "CONDITIONAL TIA_MISSING");
}

TEST(Explanations, SayWhatIsMissing) {
  World world;
  world.Sign("scc-2021-914-m2", "2021-10-01");
  world.File();
  EXPECT_THAT(world.Judge("2022-01-01").Deciding().explanation,
              HasSubstr("No transfer impact assessment for United States"));
  World terms;
  terms.Sign("art28", "2021-10-01");
  terms.File();
  EXPECT_THAT(terms.Judge("2022-01-01").Deciding().explanation,
              HasSubstr("is on file, but it is no transfer mechanism"));
}

}  // namespace
}  // namespace onward::verdict
