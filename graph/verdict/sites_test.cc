// Sites, and who runs them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "graph/verdict/world_for_tests.h"

namespace onward::verdict {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kDay = "2024-05-01";

// The importer is in Germany and has a site in the United States.
struct SiteAbroad : World {
  SiteAbroad() {
    vendor.establishment = "DE";
    others.Add(PartyIn("cloud", "US"));
    site.country = "US";
    site.operation = model::SiteOperation::kStorage;
  }
  // Of the site, not of the importer's establishment.
  std::string Verdict() {
    flow.sites = {site};
    const DestinationVerdict destination = Judge(kDay).destinations.back();
    EXPECT_EQ(destination.destination, "US");
    return Line(destination.verdict, destination.reason);
  }
  model::Site site;
};

TEST(Sites, StorageInTheUnionIsFree) {
  World world;
  world.vendor.establishment = "FI";
  model::Site site;
  site.country = "EU";
  site.operation = model::SiteOperation::kStorage;
  world.flow.sites = {site};
  const HopVerdict verdict = world.Judge(kDay);
  EXPECT_EQ(Line(verdict), "NOT_A_TRANSFER FREE_FLOW");
  ASSERT_EQ(verdict.destinations.size(), 2U);
  EXPECT_EQ(verdict.destinations[0].destination, "EU");
  EXPECT_EQ(verdict.destinations[0].basis, "storage");
  EXPECT_EQ(verdict.destinations[1].basis, "establishment");
}

TEST(Sites, RunByTheImporterItself) {
  SiteAbroad world;
  world.site.operator_party = "vendor";
  EXPECT_EQ(world.Verdict(), "NOT_A_TRANSFER SAME_ENTITY");
}

TEST(Sites, RunByTheExporterStayWithIt) {
  SiteAbroad world;
  world.site.operator_party = "acme";
  EXPECT_EQ(world.Verdict(), "NOT_A_TRANSFER SAME_ENTITY");
}

TEST(Sites, RunByABranchOfTheImporter) {
  SiteAbroad world;
  model::Party branch = PartyIn("vendor-us", "US");
  branch.branch_of = "vendor";
  world.others.Add(branch);
  world.site.operator_party = "vendor-us";
  EXPECT_EQ(world.Verdict(), "NOT_A_TRANSFER SAME_ENTITY");
}

TEST(Sites, RunByTheImportersHeadAreNotPassedSilently) {
  SiteAbroad world;
  world.vendor.branch_of = "cloud";
  world.site.operator_party = "cloud";
  EXPECT_EQ(world.Verdict(), "UNDETERMINED OPERATOR_FLOW_MISSING");
}

TEST(Sites, RunByAnotherAreItsOwnFlow) {
  SiteAbroad world;
  world.site.operator_party = "cloud";
  world.others.Add(FlowBetween("vendor", "cloud"));
  EXPECT_EQ(world.Verdict(), "LACKING NO_MECHANISM");
  EXPECT_THAT(world.Judge(kDay).Deciding().explanation,
              HasSubstr("vendor's own flow vendor-to-cloud"));
}

TEST(Sites, RunByAnotherThatIsCertified) {
  SiteAbroad world;
  model::Party cloud = PartyIn("cloud", "US");
  cloud.certifications = {{"us_dpf", {model::CertificationCoverage::kNonHr}, "", {}}};
  world.others.Add(cloud).Add(FlowBetween("vendor", "cloud"));
  world.site.operator_party = "cloud";
  EXPECT_EQ(world.Verdict(), "COVERED ADEQUACY");
}

TEST(Sites, RunByAnotherInsideTheTerritory) {
  SiteAbroad world;
  world.others.Add(PartyIn("cloud", "IE")).Add(FlowBetween("vendor", "cloud"));
  world.site.operator_party = "cloud";
  EXPECT_EQ(world.Verdict(), "NOT_A_TRANSFER SAME_ENTITY");
}

TEST(Sites, TheFlowToTheOperatorMustBeInEffect) {
  SiteAbroad world;
  model::Flow flow = FlowBetween("vendor", "cloud");
  flow.interval.until = Day(kDay);
  world.others.Add(flow);
  world.site.operator_party = "cloud";
  EXPECT_EQ(world.Verdict(), "UNDETERMINED OPERATOR_FLOW_MISSING");
}

TEST(Sites, TheOperatorOfALocationCounts) {
  SiteAbroad world;
  model::Location region;
  region.id = "us-east";
  region.country = "US";
  region.operator_party = "vendor";
  world.others.Add(region);
  world.site.country.clear();
  world.site.location = "us-east";
  EXPECT_EQ(world.Verdict(), "NOT_A_TRANSFER SAME_ENTITY");
  EXPECT_EQ(world.Judge(kDay).destinations[1].basis, "storage at us-east");
}

TEST(Sites, OfAnImporterAbroadEachCount) {
  World world;
  world.vendor.establishment = "CH";
  model::Site site;
  site.country = "IN";
  site.operation = model::SiteOperation::kRemoteAccess;
  world.flow.sites = {site};
  const HopVerdict verdict = world.Judge(kDay);
  EXPECT_EQ(Line(verdict), "LACKING NO_MECHANISM");
  EXPECT_EQ(verdict.Deciding().destination, "IN");
  EXPECT_EQ(verdict.destinations[0].reason, Reason::kAdequacy);
}

TEST(Sites, NeedTheirOwnAssessment) {
  World world;
  world.SignWithTia("scc-2021-914-m2", "2021-10-01");
  world.File();
  model::Site site;
  site.country = "IN";
  world.flow.sites = {site};
  EXPECT_EQ(Line(world.Judge(kDay)), "CONDITIONAL TIA_MISSING");
  world.agreement.tias.push_back(World::Tia("2021-10-01", model::TiaOutcome::kAdequate));
  world.agreement.tias.back().countries = {"IN", "US"};
  world.File();
  EXPECT_EQ(Line(world.Judge(kDay)), "COVERED SAFEGUARD");
}

TEST(Sites, OfOneCodeShowTheWorst) {
  SiteAbroad world;
  world.site.operator_party = "vendor";
  model::Site unnamed;
  unnamed.country = "US";
  unnamed.operation = model::SiteOperation::kBackup;
  world.flow.sites = {world.site, unnamed};
  const HopVerdict verdict = world.Judge(kDay);
  ASSERT_EQ(verdict.destinations.size(), 2U);
  EXPECT_EQ(verdict.destinations[1].reason, Reason::kOperatorUnknown);
  EXPECT_EQ(verdict.destinations[1].basis, "backup");
}

TEST(Sites, TwoPartiesThatRunEachOthersSitesEnd) {
  SiteAbroad world;
  model::Flow back = FlowBetween("cloud", "vendor");
  model::Flow there = FlowBetween("vendor", "cloud");
  there.sites = back.sites = {world.site};
  there.sites[0].operator_party = "acme";
  back.sites[0].operator_party = "vendor";
  world.others.Add(back).Add(there);
  world.site.operator_party = "cloud";
  EXPECT_EQ(world.Verdict(), "LACKING NO_MECHANISM");
}

TEST(Organisations, AreTheirOwnDestination) {
  World world;
  world.vendor = PartyIn("vendor", "CH");
  world.vendor.party_type = model::PartyType::kInternationalOrganisation;
  const HopVerdict verdict = world.Judge(kDay);
  EXPECT_EQ(Line(verdict), "LACKING NO_MECHANISM");
  EXPECT_EQ(verdict.Deciding().destination, "IO");
  World inside;
  inside.vendor.establishment = "DE";
  inside.vendor.party_type = model::PartyType::kInternationalOrganisation;
  EXPECT_EQ(Line(inside.Judge(kDay)), "LACKING NO_MECHANISM");
}

TEST(Branches, TheirOwnPlaceIsTheDestination) {
  World world;
  world.others.Add(PartyIn("head", "US"));
  world.vendor = PartyIn("vendor", "CH");
  world.vendor.branch_of = "head";
  EXPECT_EQ(Line(world.Judge(kDay)), "COVERED ADEQUACY");
}

TEST(Branches, AreBoundWithTheirHead) {
  World world;
  world.others.Add(PartyIn("head", "FR"));
  world.acme = PartyIn("acme", "IN");
  world.acme.branch_of = "head";
  EXPECT_EQ(Line(world.Judge(kDay)), "LACKING NO_MECHANISM");
  world.others.Add(PartyIn("head", ""));
  EXPECT_EQ(Line(world.Judge(kDay)), "UNDETERMINED EXPORTER_UNKNOWN");
}

TEST(Branches, UseTheirHeadsAgreement) {
  World world;
  world.others.Add(PartyIn("head", "US"));
  world.vendor.branch_of = "head";
  world.SignWithTia("scc-2021-914-m2", "2021-10-01").parties = {"acme", "head"};
  world.File();
  EXPECT_EQ(Line(world.Judge(kDay)), "COVERED SAFEGUARD");
}

}  // namespace
}  // namespace onward::verdict
