// Hops of exporters that are not bound, and exporters that act for others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "graph/verdict/world_for_tests.h"

namespace onward::verdict {
namespace {

using model::Role;
using ::testing::HasSubstr;

constexpr std::string_view kDay = "2024-05-01";

// Restricted data, handed on from `acme` in `country` to a vendor in India.
struct OnwardFrom : World {
  explicit OnwardFrom(std::string_view country) {
    acme.establishment = country;
    vendor.establishment = "IN";
    arrival.restricted = true;
  }
};

TEST(Onward, WithoutAnythingIsLacking) {
  OnwardFrom world("US");
  const HopVerdict verdict = world.Judge(kDay);
  EXPECT_EQ(Line(verdict), "LACKING NO_MECHANISM");
  EXPECT_EQ(verdict.Deciding().kind, HopKind::kOnwardTransfer);
}

TEST(Onward, AnySafeguardBetweenTheTwoCarries) {
  OnwardFrom world("US");
  world.flow.exporter_role = Role::kProcessor;
  world.SignWithTia("scc-2021-914-m3", "2022-01-01");
  world.File();
  EXPECT_EQ(Line(world.Judge(kDay)), "COVERED SAFEGUARD");
}

TEST(Onward, ItsOwnToolsCarry) {
  OnwardFrom world("US");
  world.Sign("us-dpf-onward-contract", "2023-10-01");
  world.File();
  EXPECT_EQ(Line(world.Judge(kDay)), "CONDITIONAL CONDITION_NOT_STATED");
  world.agreement.statements = {World::Says("same_level_as_dpf_principles", true)};
  world.File();
  EXPECT_EQ(Line(world.Judge(kDay)), "COVERED SAFEGUARD");
}

TEST(Onward, LocalRulesAfterAdequacyNameTheLaw) {
  OnwardFrom world("GB");
  world.Sign("uk-idta", "2022-10-01");
  world.File();
  world.arrival.only_under_adequacy = true;
  const HopVerdict verdict = world.Judge(kDay);
  EXPECT_EQ(Line(verdict), "CONDITIONAL ONWARD_BY_LOCAL_RULES");
  EXPECT_THAT(verdict.Deciding().explanation, HasSubstr("Decision (EU) 2021/1772"));
  EXPECT_THAT(verdict.Deciding().explanation, HasSubstr("(agreement dpa)"));
  EXPECT_EQ(verdict.Deciding().mechanism, "adq-GB-2021-1772");
}

TEST(Onward, LocalRulesNeedAdequacyOfTheExportersCountry) {
  OnwardFrom world("IN");
  world.arrival.only_under_adequacy = true;
  EXPECT_EQ(Line(world.Judge(kDay)), "LACKING NO_MECHANISM");
}

TEST(Onward, LocalRulesAreNotForBoundExporters) {
  World world;
  world.arrival = {true, true, false};
  EXPECT_EQ(Line(world.Judge(kDay)), "LACKING NO_MECHANISM");
  EXPECT_EQ(world.Judge(kDay).Deciding().kind, HopKind::kTransfer);
}

TEST(Onward, OfAnUnknownExporterIsJudged) {
  OnwardFrom world("");
  world.arrival.only_under_adequacy = true;
  const HopVerdict verdict = world.Judge(kDay);
  EXPECT_EQ(Line(verdict), "LACKING NO_MECHANISM");
  EXPECT_EQ(verdict.Deciding().kind, HopKind::kOnwardTransfer);
}

TEST(Onward, LocalRulesNeedAnExporterThatIsKnownNotToBeBound) {
  OnwardFrom world("CA");
  world.others.Add(PartyIn("head", ""));
  world.acme.branch_of = "head";
  world.arrival.only_under_adequacy = true;
  EXPECT_EQ(Line(world.Judge(kDay)), "LACKING NO_MECHANISM");
}

TEST(Onward, AReturnByAnUnknownExporterCannotBeSaid) {
  OnwardFrom world("");
  world.arrival.only_from_importer = true;
  EXPECT_EQ(Line(world.Judge(kDay)), "UNDETERMINED EXPORTER_UNKNOWN");
}

// `acme` is a processor of `chief`, who has clauses with the importer.
struct ActsForChief : World {
  ActsForChief() {
    others.Add(PartyIn("chief", "SE")).Add(PartyIn("second", "SE"));
    flow.exporter_role = Role::kProcessor;
    flow.importer_role = Role::kSubProcessor;
    others.Add(FlowBetween("chief", "acme"));
    SignWithTia("scc-2021-914-m2", "2021-10-01").parties = {"chief", "vendor"};
    File();
  }
};

TEST(Principals, TheirClausesCarryWhatTheyGave) {
  ActsForChief world;
  EXPECT_EQ(Line(world.Judge(kDay)), "COVERED SAFEGUARD");
}

TEST(Principals, OneControllersClausesDoNotCarryAnothersData) {
  ActsForChief world;
  world.others.Add(FlowBetween("second", "acme"));
  EXPECT_EQ(Line(world.Judge(kDay)), "LACKING OUT_OF_SCOPE");
  model::Agreement more =
      AgreementOf("dpa-2", "second", "vendor", "scc-2021-914-m2", Day("2021-10-01"));
  world.others.Add(more);
  EXPECT_EQ(Line(world.Judge(kDay)), "CONDITIONAL TIA_MISSING");
}

TEST(Principals, AsTheFlowStatesThem) {
  ActsForChief world;
  world.others.Add(FlowBetween("second", "acme"));
  world.flow.on_behalf_of = {"chief"};
  EXPECT_EQ(Line(world.Judge(kDay)), "COVERED SAFEGUARD");
}

TEST(Principals, AreFoundUpTheChain) {
  ActsForChief world;
  model::Flow to_middle = FlowBetween("chief", "second");
  model::Flow from_middle = FlowBetween("second", "acme");
  from_middle.exporter_role = Role::kProcessor;
  from_middle.importer_role = Role::kSubProcessor;
  world.others.Add(to_middle).Add(from_middle);
  EXPECT_EQ(Line(world.Judge(kDay)), "COVERED SAFEGUARD");
}

TEST(Principals, WithARoleUpstreamMissingCannotBeSaid) {
  ActsForChief world;
  model::Flow unclear = FlowBetween("second", "acme");
  unclear.exporter_role = Role::kUnspecified;
  world.others.Add(unclear);
  EXPECT_EQ(Line(world.Judge(kDay)), "UNDETERMINED ROLE_UNKNOWN");
}

TEST(Principals, DoNotCountForAController) {
  ActsForChief world;
  world.flow.exporter_role = Role::kController;
  EXPECT_EQ(Line(world.Judge(kDay)), "LACKING NO_MECHANISM");
}

}  // namespace
}  // namespace onward::verdict
