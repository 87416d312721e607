// Safeguards, adequacy and derogations in detail: whose word counts, what decides among several.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "graph/verdict/world_for_tests.h"

namespace onward::verdict {
namespace {

using model::AgreementSide;
using model::CertificationCoverage;
using model::PartyType;
using model::Role;
using model::TiaOutcome;
using ::testing::HasSubstr;

constexpr std::string_view kDay = "2024-05-01";

TEST(Agreements, CountFromTheLaterOfSigningAndStart) {
  World world;
  world.SignWithTia("scc-2021-914-m2", "2022-01-01").interval.from = Day("2022-03-01");
  world.File();
  EXPECT_EQ(Line(world.Judge("2022-02-28")), "LACKING NOT_YET_IN_FORCE");
  EXPECT_EQ(Line(world.Judge("2022-03-01")), "COVERED SAFEGUARD");
}

TEST(Agreements, BindAPartyFromTheDayItJoined) {
  World world;
  world.SignWithTia("scc-2021-914-m2", "2022-01-01").sides = {
      {"vendor", AgreementSide::kImporter, {Day("2022-05-01"), Date::Max()}, "head"}};
  world.File();
  EXPECT_EQ(Line(world.Judge("2022-04-30")), "LACKING NOT_YET_IN_FORCE");
  EXPECT_EQ(Line(world.Judge("2022-05-01")), "COVERED SAFEGUARD");
}

TEST(Agreements, JoinedAfterTheLastDayOfOldClausesAreNoOldContracts) {
  World world;
  world.SignWithTia("scc-2010-87", "2019-01-01").statements = {
      World::Says("processing_unchanged", true)};
  world.agreement.sides = {{"vendor", AgreementSide::kImporter, {Day("2021-10-01"), {}}, ""}};
  world.agreement.sides[0].interval.until = Date::Max();
  world.File();
  EXPECT_EQ(Line(world.Judge("2022-01-01")), "LACKING EXPIRED");
}

TEST(Agreements, OfOldClausesWithoutADayOfSigningStayOpen) {
  World world;
  world.SignWithTia("scc-2010-87", "2019-01-01").statements = {
      World::Says("processing_unchanged", true)};
  world.agreement.signed_on.reset();
  world.File();
  EXPECT_EQ(Line(world.Judge("2022-01-01")), "CONDITIONAL CONDITION_NOT_STATED");
}

TEST(Agreements, NamedByTheFlowAreTheOnlyOnes) {
  World world;
  world.SignWithTia("scc-2021-914-m2", "2022-01-01");
  world.File();
  world.others.Add(AgreementOf("other", "acme", "vendor", "art28", Day("2020-01-01")));
  world.flow.agreements = {"other"};
  EXPECT_EQ(Line(world.Judge(kDay)), "LACKING NO_MECHANISM");
}

TEST(Agreements, OfOthersDoNotCount) {
  World world;
  world.others.Add(PartyIn("stranger", "DE"));
  world.SignWithTia("scc-2021-914-m2", "2022-01-01").parties = {"stranger", "vendor"};
  world.File();
  EXPECT_EQ(Line(world.Judge(kDay)), "LACKING NO_MECHANISM");
}

TEST(Scope, ACategoryCoversWhatLiesUnderIt) {
  World world;
  world.SignWithTia("scc-2021-914-m2", "2022-01-01").data_categories = {"contact"};
  world.File();
  world.flow.data_categories = {"contact.email"};
  EXPECT_EQ(Line(world.Judge(kDay)), "COVERED SAFEGUARD");
  world.flow.data_categories = {"contact.email", "contacts"};
  EXPECT_EQ(Line(world.Judge(kDay)), "LACKING OUT_OF_SCOPE");
  world.flow.data_categories = {"ALL_RECEIVED"};
  EXPECT_EQ(Line(world.Judge(kDay)), "LACKING OUT_OF_SCOPE");
}

TEST(Statements, TheMoreSpecificRecordWins) {
  World world;
  world.vendor.establishment = "CA";
  world.vendor.statements = {World::Says("subject_to_pipeda", false)};
  world.flow.statements = {World::Says("subject_to_pipeda", true)};
  EXPECT_EQ(Line(world.Judge(kDay)), "COVERED ADEQUACY");
}

TEST(Statements, OfTheExporterDoNotSpeakForTheRecipient) {
  World world;
  world.vendor.establishment = "CA";
  world.acme.statements = {World::Says("subject_to_pipeda", true)};
  EXPECT_EQ(Line(world.Judge(kDay)), "CONDITIONAL CONDITION_NOT_STATED");
}

TEST(Statements, CountInsideTheirInterval) {
  World world;
  world.vendor.establishment = "CA";
  world.vendor.statements = {World::Says("subject_to_pipeda", true)};
  world.vendor.statements[0].interval.until = Day(kDay);
  EXPECT_EQ(Line(world.Judge(kDay)), "CONDITIONAL CONDITION_NOT_STATED");
}

TEST(Statements, OfTheOtherSideCountAgainst) {
  World world;
  world.SignWithTia("bcr-c", "2022-01-01").statements = {World::Says("bcr_approved", true)};
  world.File();
  world.vendor.statements = {World::Says("same_group", true)};
  EXPECT_EQ(Line(world.Judge(kDay)), "COVERED SAFEGUARD");
  world.acme.statements = {World::Says("same_group", false)};
  EXPECT_EQ(Line(world.Judge(kDay)), "LACKING CONDITION_NOT_MET");
}

TEST(PublicBodies, AreAnsweredByTheirType) {
  World world;
  world.SignWithTia("eu-gdpr:A46-2-a", "2022-01-01").statements = {
      World::Says("binding_instrument", true)};
  world.File();
  EXPECT_EQ(Line(world.Judge(kDay)), "LACKING CONDITION_NOT_MET");
  world.acme.party_type = PartyType::kPublicBody;
  world.vendor.party_type = PartyType::kPublicBody;
  EXPECT_EQ(Line(world.Judge(kDay)), "COVERED SAFEGUARD");
}

TEST(PublicBodies, ThatDerogateStayOpen) {
  World world;
  world.acme.party_type = PartyType::kPublicBody;
  world.flow.derogation = model::Derogation{"eu-gdpr:A49-1-a", false, ""};
  world.flow.statements = {World::Says("explicit_consent", true),
                           World::Says("informed_of_risks", true)};
  EXPECT_EQ(Line(world.Judge(kDay)), "CONDITIONAL CONDITION_NOT_STATED");
}

TEST(Exclusions, CountInsideTheirDates) {
  World world;
  world.vendor.establishment = "GB";
  world.flow.statements = {World::Says("purpose_uk_immigration_control", true)};
  EXPECT_EQ(Line(world.Judge("2025-12-18")), "LACKING OUT_OF_SCOPE");
  EXPECT_EQ(Line(world.Judge("2025-12-19")), "COVERED ADEQUACY");
}

TEST(Adequacy, ForPassengerRecordsOnlyCarriesNothingElse) {
  World world;
  EXPECT_EQ(Line(world.Judge("2005-01-01")), "LACKING NO_MECHANISM");
}

TEST(NewClauses, CountFromTheirFirstDay) {
  World world;
  world.SignWithTia("scc-2021-914-m2", "2021-06-10");
  world.File();
  EXPECT_EQ(Line(world.Judge("2021-06-26")), "LACKING NOT_YET_IN_FORCE");
  EXPECT_EQ(Line(world.Judge("2021-06-27")), "COVERED SAFEGUARD");
}

TEST(Assessments, ForProcessorsThatOnlyReturn) {
  World world;
  world.flow.exporter_role = Role::kProcessor;
  world.flow.importer_role = Role::kController;
  world.Sign("scc-2021-914-m4", "2022-01-01");
  world.File();
  EXPECT_EQ(Line(world.Judge(kDay)), "CONDITIONAL TIA_MISSING");
  world.agreement.statements = {World::Says("combines_eu_collected_data", false)};
  world.File();
  EXPECT_EQ(Line(world.Judge(kDay)), "COVERED SAFEGUARD");
}

TEST(Assessments, WithMeasuresCarry) {
  World world;
  world.Sign("scc-2021-914-m2", "2022-01-01").tias = {
      World::Tia("2022-01-01", TiaOutcome::kAdequateWithMeasures)};
  world.agreement.tias[0].supplementary_measures = {"encryption, keys kept"};
  world.File();
  EXPECT_EQ(Line(world.Judge(kDay)), "COVERED SAFEGUARD");
}

TEST(UnderGdpr, SaysThatItIsContestedAndWhatIsLeft) {
  World world;
  world.SignWithTia("scc-2021-914-m2", "2022-01-01");
  world.File();
  world.flow.importer_gdpr_subject = true;
  const std::string text = world.Judge(kDay).Deciding().explanation;
  EXPECT_THAT(text, HasSubstr("contested"));
  EXPECT_THAT(text, HasSubstr("eu-gdpr:A46-3-a"));
}

TEST(UnderGdpr, AProcessorCountsAsNotUnless) {
  World world;
  world.SignWithTia("scc-2021-914-m2", "2022-01-01");
  world.File();
  world.vendor.gdpr_subject = {{}};
  EXPECT_EQ(Line(world.Judge(kDay)), "COVERED SAFEGUARD");
}

TEST(Orders, OfAuthoritiesAreNeverAGroundAlone) {
  World world;
  world.flow.derogation = model::Derogation{"art-48", false, ""};
  EXPECT_EQ(Line(world.Judge(kDay)), "LACKING CONDITION_NOT_MET");
  world.flow.statements = {World::Says("international_agreement", true)};
  EXPECT_EQ(Line(world.Judge(kDay)), "CONDITIONAL CONDITION_NOT_STATED");
}

TEST(Deciding, TheBestCandidateWinsAndAllAreKept) {
  World world;
  world.Certify("us_privacy_shield", {CertificationCoverage::kNonHr}, "2016-08-01");
  world.SignWithTia("scc-2021-914-m2", "2022-01-01").instruments = {"art28", "uk-idta",
                                                                    "scc-2021-914-m2"};
  world.File();
  const HopVerdict verdict = world.Judge(kDay);
  EXPECT_EQ(Line(verdict), "COVERED SAFEGUARD");
  const DestinationVerdict& destination = verdict.Deciding();
  EXPECT_EQ(destination.mechanism, "scc-2021-914-m2");
  EXPECT_EQ(destination.candidates[static_cast<size_t>(destination.deciding)].record,
            "agreement/dpa");
  std::vector<std::string> outcomes;
  outcomes.reserve(destination.candidates.size());
  for (const Candidate& candidate : destination.candidates) {
    outcomes.push_back(candidate.mechanism + " " + std::string(Name(candidate.outcome)));
  }
  EXPECT_THAT(outcomes,
              ::testing::ElementsAre("adq-US-2016-1250 INVALIDATED",
                                     "adq-US-2023-1795 CERTIFICATION_MISSING",
                                     "uk-idta NOT_AN_EU_INSTRUMENT", "scc-2021-914-m2 SAFEGUARD"));
}

TEST(Deciding, AnAgreementOnFileSaysMoreThanACountryWideDecision) {
  World world;
  world.vendor.establishment = "CA";
  world.vendor.statements = {World::Says("subject_to_pipeda", false)};
  EXPECT_EQ(Line(world.Judge(kDay)), "LACKING CONDITION_NOT_MET");
  world.SignWithTia("scc-2021-914-m1", "2022-01-01");
  world.File();
  EXPECT_EQ(Line(world.Judge(kDay)), "LACKING ROLE_MISMATCH");
}

TEST(Deciding, FurtherReasonsFollow) {
  World world;
  world.Sign("scc-2010-87", "2015-01-01");
  world.File();
  const HopVerdict verdict = world.Judge("2022-01-01");
  EXPECT_EQ(verdict.Deciding().reasons,
            (std::vector<Reason>{Reason::kConditionNotStated, Reason::kTiaMissing}));
}

TEST(Roles, AreNotAskedForWhereNothingDependsOnThem) {
  World world;
  world.flow.exporter_role = Role::kUnspecified;
  world.flow.importer_role = Role::kUnspecified;
  EXPECT_EQ(Line(world.Judge(kDay)), "LACKING NO_MECHANISM");
  world.Certify("us_dpf", {CertificationCoverage::kNonHr}, "2023-07-10");
  EXPECT_EQ(Line(world.Judge(kDay)), "COVERED ADEQUACY");
}

TEST(Territory, UnsettledButAllReadingsAgree) {
  World world;
  world.acme.establishment = "US";
  world.vendor.establishment = "SJ";
  EXPECT_EQ(Line(world.Judge(kDay)), "NOT_A_TRANSFER EXPORTER_NOT_BOUND");
  World exporter;
  exporter.acme.establishment = "SJ";
  exporter.vendor.establishment = "DE";
  EXPECT_EQ(Line(exporter.Judge(kDay)), "NOT_A_TRANSFER EXPORTER_NOT_BOUND");
  exporter.vendor.establishment = "US";
  EXPECT_EQ(Line(exporter.Judge(kDay)), "UNDETERMINED TERRITORY_UNSETTLED");
}

TEST(Territory, ContestedOnesAreNamed) {
  World world;
  world.vendor.establishment = "NC";
  EXPECT_EQ(Line(world.Judge(kDay)), "LACKING NO_MECHANISM");
  EXPECT_THAT(world.Judge(kDay).Deciding().explanation, HasSubstr("New Caledonia is contested"));
}

TEST(ExporterBound, AsRecorded) {
  World world;
  const auto bound = [&world] {
    return ExporterBound(world.flow, world.Filled(), *::onward::testing::TheRegister(), Day(kDay));
  };
  EXPECT_EQ(bound(), true);
  world.acme.establishment = "US";
  EXPECT_EQ(bound(), false);
  world.flow.exporter_gdpr_subject = true;
  EXPECT_EQ(bound(), true);
  world.flow.exporter_gdpr_subject.reset();
  world.acme.establishment = "";
  EXPECT_EQ(bound(), std::nullopt);
  world.acme.establishment = "SJ";
  EXPECT_EQ(bound(), std::nullopt);
}

// Each day that a record or the register names for this hop.
TEST(Boundaries, NameEachDayThatCounts) {
  World world;
  world.SignWithTia("eu-gdpr:A46-2-f", "2022-01-02").tias[0].review_due = Day("2022-01-03");
  world.agreement.sides = {
      {"vendor", AgreementSide::kBoth, {Day("2022-01-04"), Day("2032-01-01")}, ""}};
  world.agreement.interval = {Day("2022-01-05"), Day("2032-01-02")};
  world.File();
  world.flow.interval.from = Day("2022-01-06");
  world.flow.statements = {World::Says("necessary", true)};
  world.flow.statements[0].interval.from = Day("2022-01-07");
  world.acme.gdpr_subject = {{Day("2022-01-08"), Date::Max()}};
  world.Certify("us_dpf", {}, "2022-01-09");
  model::Site site;
  site.country = "GI";
  model::Site british = site;
  british.country = "GB";
  world.flow.sites = {site, british};
  const std::vector<Date> days =
      Boundaries(world.flow, world.Filled(), *::onward::testing::TheRegister(), Date::Max());
  for (const std::string_view day :
       {"1998-10-25", "2022-01-02", "2022-01-03", "2022-01-04", "2032-01-01", "2022-01-05",
        "2032-01-02", "2022-01-06", "2022-01-07", "2022-01-08", "2022-01-09", "2018-05-25",
        "2020-07-16", "2026-04-15", "2026-07-15", "2023-07-10", "2021-01-01", "2025-12-19"}) {
    EXPECT_TRUE(std::binary_search(days.begin(), days.end(), Day(day))) << day;
  }
}

}  // namespace
}  // namespace onward::verdict
