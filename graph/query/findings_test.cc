// What the rules of findings say together.
#include "graph/query/findings.h"

#include <gmock/gmock.h>

#include "graph/query/test_findings.h"

namespace onward::query {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> LinesOf(const World& world, std::string_view code) {
  std::vector<std::string> lines;
  for (const std::string& line : Lines(world)) {
    if (line.starts_with(code)) {
      lines.push_back(line);
    }
  }
  return lines;
}

TEST(FindingsTest, OneCauseIsOneFinding) {
  World unknown;
  unknown.vendor.establishment = "";
  EXPECT_THAT(LinesOf(unknown, "TRANSFER_"), IsEmpty());
  World institution;
  institution.acme.party_type = model::PartyType::kEuInstitution;
  EXPECT_THAT(Lines(institution), ElementsAre("OTHER_REGIME_NOT_ASSESSED party/acme"));
}

// The clauses of a site's operator are the importer's affair, and so are their findings.
TEST(FindingsTest, ATransferThroughAnOperatorIsToldOnce) {
  World world;
  world.flow.data_categories = {"health"};
  world.vendor.establishment = "IE";
  world.Party("operator", "US");
  world.Flow("vendor", "operator", model::Role::kProcessor, model::Role::kSubProcessor);
  world.flow.sites = {SiteIn("US", model::SiteOperation::kStorage)};
  world.flow.sites[0].operator_party = "operator";
  EXPECT_THAT(LinesOf(world, "SPECIAL_CATEGORIES_IN_TRANSFER"),
              ElementsAre("SPECIAL_CATEGORIES_IN_TRANSFER flow/vendor-operator"));
}

// A British controller hands on data from Finland: its contracts with processors stand under its own
// law; an American processor's with sub-processors do not.
TEST(FindingsTest, Art28FollowsTheChainOfProcessorsOnly) {
  World world;
  world.vendor.establishment = "GB";
  world.flow.importer_role = model::Role::kController;
  world.Party("agency", "IN");
  world.Flow("vendor", "agency", model::Role::kController, model::Role::kProcessor);
  EXPECT_THAT(LinesOf(world, "ART28_TERMS_MISSING"), IsEmpty());
  world.flow.importer_role = model::Role::kProcessor;
  std::get<model::Flow>(world.more.back()).exporter_role = model::Role::kProcessor;
  EXPECT_THAT(LinesOf(world, "ART28_TERMS_MISSING"),
              ElementsAre("ART28_TERMS_MISSING flow/f", "ART28_TERMS_MISSING flow/vendor-agency"));
}

// Data from Finland go to the United Kingdom and on to India: the onward transfer is judged, and the
// law of the United Kingdom comes on top.
TEST(FindingsTest, AnotherRegimeBesideAnOnwardTransfer) {
  World world;
  world.vendor.establishment = "GB";
  world.Party("agency", "IN");
  world.Flow("vendor", "agency", model::Role::kProcessor, model::Role::kSubProcessor);
  EXPECT_THAT(Lines(world), Contains("OTHER_REGIME_NOT_ASSESSED party/vendor"));
  EXPECT_THAT(LinesOf(world, "TRANSFER_CONDITIONAL"),
              ElementsAre("TRANSFER_CONDITIONAL flow/vendor-agency"));
}

TEST(FindingsTest, BothEndsInSightAreTold) {
  World world;
  ClausesWith([](auto& clauses) {
    clauses.tias[0].review_due = Date::Of(2024, 3, 20);
    clauses.interval.until = kSoon;
  })(world);
  EXPECT_THAT(LinesOf(world, "TIA_REVIEW_DUE_SOON"), ElementsAre("TIA_REVIEW_DUE_SOON flow/f"));
  EXPECT_THAT(LinesOf(world, "MECHANISM_ENDS_SOON"), ElementsAre("MECHANISM_ENDS_SOON flow/f"));
}

// Days of several flows that show the same about a party.
TEST(FindingsTest, AFindingAboutAPartyHoldsWhileOneOfItsFlowsDoes) {
  World world;
  Group(world);
  world.flow.interval = {Date::Of(2020, 1, 1), Date::Of(2024, 6, 1)};
  model::Flow later = world.flow;
  later.id = "g";
  later.interval = {Date::Of(2022, 1, 1), Date::Of(2025, 1, 1)};
  world.more.emplace_back(later);
  const JudgementsPtr judged = world.Judge();
  for (const Finding& finding : FindAll(*judged)) {
    if (finding.code == FindingCode::kRecipientUnnamed) {
      EXPECT_EQ(finding.interval, (Interval{Date::Of(2020, 1, 1), Date::Of(2025, 1, 1)}));
    }
  }
  EXPECT_THAT(LinesOf(world, "RECIPIENT_UNNAMED"), ElementsAre("RECIPIENT_UNNAMED party/vendor"));
}

TEST(FindingsTest, AQuietInventoryHasNone) {
  World world;
  AddClauses(world);
  EXPECT_THAT(Lines(world), IsEmpty());
}

}  // namespace
}  // namespace onward::query
