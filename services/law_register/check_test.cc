// Each kind of defect, planted into the shipped register: refused, and the record named.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <stdexcept>

#include "services/law_register.h"
#include "tests/support/law.h"
#include "tests/support/status_matchers.h"

namespace onward::services {
namespace {

using onward::testing::StatusIs;
using onward::v1::LawRegister;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::StartsWith;

LawRegister Shipped() { return *onward::testing::TheLoadedRegister().message; }

auto& Place(LawRegister& law, const std::string& code) {
  for (auto& place : *law.mutable_jurisdictions()) {
    if (place.code() == code) {
      return place;
    }
  }
  throw std::out_of_range(code);
}

auto& Decision(LawRegister& law, const std::string& id) {
  for (auto& decision : *law.mutable_decisions()) {
    if (decision.id() == id) {
      return decision;
    }
  }
  throw std::out_of_range(id);
}

auto& Instrument(LawRegister& law, const std::string& id) {
  for (auto& instrument : *law.mutable_instruments()) {
    if (instrument.id() == id) {
      return instrument;
    }
  }
  throw std::out_of_range(id);
}

struct Defect {
  std::string name;
  std::function<void(LawRegister&)> plant;
  std::string field;
  std::string message;
};

void PrintTo(const Defect& defect, std::ostream* out) { *out << defect.name; }

class DefectTest : public ::testing::TestWithParam<Defect> {};

TEST_P(DefectTest, IsRefusedWithTheRecord) {
  LawRegister law = Shipped();
  GetParam().plant(law);
  EXPECT_THAT(
      CheckRegister(law).list(),
      Contains(AllOf(Field("field", &model::Violation::field, GetParam().field),
                     Field("message", &model::Violation::message, HasSubstr(GetParam().message)))));
  EXPECT_THAT(LoadRegister(law), StatusIs(absl::StatusCode::kInvalidArgument,
                                          HasSubstr("\n" + GetParam().field + ": ")));
}

const auto kName = [](const auto& tested) { return tested.param.name; };

INSTANTIATE_TEST_SUITE_P(
    Register, DefectTest,
    ::testing::Values(
        Defect{"NoVersion", [](LawRegister& l) { l.clear_version(); }, "register.version",
               "missing"},
        Defect{"CutoffAfterVersion", [](LawRegister& l) { l.set_knowledge_cutoff("2027-01-01"); },
               "register.knowledge_cutoff", "after version"},
        Defect{"NoSources", [](LawRegister& l) { l.clear_sources(); }, "register.sources",
               "missing"},
        Defect{"BadStart", [](LawRegister& l) { l.set_starts_on("1998-02-30"); },
               "register.starts_on", "not a date"},
        Defect{"IdTwice", [](LawRegister& l) { *l.add_schemes() = l.schemes(0); }, "us_dpf.id",
               "already"},
        Defect{"IdTwiceAcrossKinds",
               [](LawRegister& l) { l.mutable_schemes(0)->set_id("adq-CH-2000-518"); },
               "adq-CH-2000-518.id", "already"},
        Defect{"NoId", [](LawRegister& l) { l.mutable_cases(1)->clear_id(); }, "cases[1].id",
               "must be letters"},
        Defect{"IdNotWritable", [](LawRegister& l) { l.mutable_cases(1)->set_id("a b"); },
               "cases[1].id", "must be letters"},
        Defect{"NotUtf8", [](LawRegister& l) { l.mutable_cases(0)->set_name("\xff"); },
               "case-C-311-18.name", "UTF-8"},
        Defect{"ControlCharacter", [](LawRegister& l) { l.mutable_cases(0)->set_name("a\nb"); },
               "case-C-311-18.name", "control character"},
        Defect{"TooLong",
               [](LawRegister& l) { l.mutable_cases(0)->set_notes(std::string(9000, 'a')); },
               "case-C-311-18.notes", "longer than"},
        Defect{"UnknownEnum",
               [](LawRegister& l) {
                 l.mutable_instruments(0)->set_category(
                     static_cast<onward::v1::InstrumentCategory>(99));
               },
               "art-48.category", "99"},
        Defect{"ListTooLong",
               [](LawRegister& l) {
                 for (int i = 0; i <= kRegisterListMax; ++i) {
                   l.mutable_cases(0)->add_affects("adq-CH-2000-518");
                 }
               },
               "case-C-311-18.affects", "more than"}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Places, DefectTest,
    ::testing::Values(
        Defect{"CodeTwice", [](LawRegister& l) { Place(l, "NO").set_code("SE"); }, "jur-SE.code",
               "code of jur-NO already"},
        Defect{"CodeNotACode", [](LawRegister& l) { Place(l, "NO").set_code("no"); }, "jur-NO.code",
               "two capitals"},
        Defect{"OrganisationWithoutPrefix",
               [](LawRegister& l) { Place(l, "IO:EPO").set_code("EPO"); }, "io-EPO.code", "IO:"},
        Defect{"NoSource", [](LawRegister& l) { Place(l, "NO").set_source("  "); }, "jur-NO.source",
               "missing"},
        Defect{"NoStatus", [](LawRegister& l) { Place(l, "US").clear_status(); }, "jur-US.status",
               "missing"},
        Defect{"UnknownParent", [](LawRegister& l) { Place(l, "GI").set_parent("QQ"); },
               "jur-GI.parent", "QQ"},
        Defect{"OwnParent", [](LawRegister& l) { Place(l, "GI").set_parent("GI"); },
               "jur-GI.parent", "another code"},
        Defect{"BadDate",
               [](LawRegister& l) { Place(l, "GB").mutable_free_flow(0)->set_until("2020-02-30"); },
               "jur-GB.free_flow[0].until", "not a date"},
        Defect{"NoFrom", [](LawRegister& l) { Place(l, "GB").mutable_free_flow(0)->clear_from(); },
               "jur-GB.free_flow[0].from", "missing"},
        Defect{"UntilBeforeFrom",
               [](LawRegister& l) { Place(l, "GB").mutable_free_flow(2)->set_until("2021-01-01"); },
               "jur-GB.free_flow[2].until", "after"},
        Defect{"Overlap",
               [](LawRegister& l) { Place(l, "GB").mutable_free_flow(0)->set_until("2020-02-02"); },
               "jur-GB.free_flow[1].from", "overlaps"},
        Defect{"OutOfOrder",
               [](LawRegister& l) { Place(l, "GB").mutable_gdpr_territory()->SwapElements(0, 1); },
               "jur-GB.gdpr_territory[1].from", "out of order"},
        Defect{"Gap",
               [](LawRegister& l) { Place(l, "GB").mutable_free_flow(0)->set_until("2020-01-31"); },
               "jur-GB.free_flow[1].from", "gap"},
        Defect{"GapBetweenTheTwoActs",
               [](LawRegister& l) {
                 Place(l, "FR").mutable_directive_95_46(0)->set_until("2018-05-24");
               },
               "jur-FR.gdpr_territory[0].from", "2018-05-24"},
        Defect{"TwoActsAtOnce",
               [](LawRegister& l) {
                 Place(l, "FR").mutable_directive_95_46(0)->set_until("2018-05-26");
               },
               "jur-FR.gdpr_territory[0].from", "overlaps directive_95_46"},
        Defect{"MemberNotBound",
               [](LawRegister& l) {
                 Place(l, "HR").mutable_directive_95_46(0)->set_from("2013-07-02");
               },
               "jur-HR.gdpr_territory", "2013-07-01"},
        Defect{"BoundButNotFree",
               [](LawRegister& l) { Place(l, "NO").mutable_free_flow(0)->set_from("2000-07-02"); },
               "jur-NO.free_flow", "2000-07-01"},
        Defect{"FreeButNotBound",
               [](LawRegister& l) { Place(l, "NO").mutable_free_flow(0)->set_from("2000-06-30"); },
               "jur-NO.free_flow[0].basis", "TCA_BRIDGE"},
        Defect{"NoBasis",
               [](LawRegister& l) { Place(l, "NO").mutable_free_flow(0)->clear_basis(); },
               "jur-NO.free_flow[0].basis", "missing"},
        Defect{"BeforeTheRegister",
               [](LawRegister& l) { Place(l, "FR").mutable_free_flow(0)->set_from("1998-10-24"); },
               "jur-FR.free_flow[0].from", "starts_on"},
        Defect{"MemberThatLeft",
               [](LawRegister& l) { Place(l, "GB").set_status(v1::JURISDICTION_STATUS_EU_MEMBER); },
               "jur-GB.status", "without an end"},
        Defect{"ThirdCountryInside",
               [](LawRegister& l) {
                 Place(l, "FR").set_status(v1::JURISDICTION_STATUS_THIRD_COUNTRY);
               },
               "jur-FR.status", "contradicts"},
        Defect{"SplitWithoutStatus", [](LawRegister& l) { Place(l, "SJ").set_split_status(false); },
               "jur-SJ.split_status", "must be true"},
        Defect{"SettledTooLate",
               [](LawRegister& l) { Place(l, "EEA").set_settled_from("2000-07-02"); },
               "jur-EEA.settled_from", "first day of free_flow"},
        Defect{"EventsOutOfOrder",
               [](LawRegister& l) { Place(l, "GB").mutable_events()->SwapElements(0, 1); },
               "jur-GB.events[1].date", "out of order"}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Decisions, DefectTest,
    ::testing::Values(
        Defect{"UnknownCountry",
               [](LawRegister& l) { Decision(l, "adq-CH-2000-518").set_countries(0, "QQ"); },
               "adq-CH-2000-518.countries[0]", "QQ"},
        Defect{"RegionAsCountry",
               [](LawRegister& l) { Decision(l, "adq-CH-2000-518").set_countries(0, "GLOBAL"); },
               "adq-CH-2000-518.countries[0]", "not a country"},
        Defect{"NoPlace", [](LawRegister& l) { Decision(l, "adq-CH-2000-518").clear_countries(); },
               "adq-CH-2000-518.countries", "names countries"},
        Defect{"UnknownOrganisation",
               [](LawRegister& l) { Decision(l, "adq-EPO-2025-1382").set_organisation("IO:X"); },
               "adq-EPO-2025-1382.organisation", "not an international organisation"},
        Defect{"NoDecisionSource",
               [](LawRegister& l) { Decision(l, "adq-CH-2000-518").clear_source(); },
               "adq-CH-2000-518.source", "missing"},
        Defect{"InScopeOfAnotherRegime",
               [](LawRegister& l) { Decision(l, "adq-GB-2021-1773-LED").set_in_scope(true); },
               "adq-GB-2021-1773-LED.in_scope", "REGIME_GDPR"},
        Defect{"InForceBeforeAdoption",
               [](LawRegister& l) { Decision(l, "adq-KR-2022-254").set_adopted("2021-12-18"); },
               "adq-KR-2022-254.from", "before adopted"},
        Defect{"OutsideItsWindow",
               [](LawRegister& l) {
                 Decision(l, "adq-KR-2022-254").mutable_effect_window()->set_earliest("2021-12-18");
               },
               "adq-KR-2022-254.effect_window", "must hold"},
        Defect{"EndWithoutCause",
               [](LawRegister& l) { Decision(l, "adq-US-2016-1250").clear_ended_by(); },
               "adq-US-2016-1250.ended_by", "missing"},
        Defect{"CauseOnAnotherDay",
               [](LawRegister& l) {
                 Decision(l, "adq-US-2016-1250").mutable_ended_by()->set_date("2020-07-15");
               },
               "adq-US-2016-1250.ended_by.date", "day of until"},
        Defect{"UnknownCase",
               [](LawRegister& l) {
                 Decision(l, "adq-US-2016-1250").mutable_ended_by()->set_by("case-C-1-1");
               },
               "adq-US-2016-1250.ended_by.by", "case-C-1-1"},
        Defect{"CaseThatSaysNothing",
               [](LawRegister& l) {
                 Decision(l, "adq-US-2016-1250").mutable_ended_by()->set_by("case-C-362-14");
               },
               "adq-US-2016-1250.ended_by.by", "affects"},
        Defect{"NoHistory", [](LawRegister& l) { Decision(l, "adq-CH-2000-518").clear_history(); },
               "adq-CH-2000-518.history", "must end with"},
        Defect{"HistoryOutOfOrder",
               [](LawRegister& l) {
                 Decision(l, "adq-GB-2021-1772").mutable_history()->SwapElements(1, 2);
               },
               "adq-GB-2021-1772.history[2].known_from", "out of order"},
        Defect{"HistoryAgainstInterval",
               [](LawRegister& l) { Decision(l, "adq-GB-2021-1772").set_until("2031-12-27"); },
               "adq-GB-2021-1772.history", "must end with"},
        Defect{"HistoryBeginsLate",
               [](LawRegister& l) {
                 Decision(l, "adq-GB-2021-1772").mutable_history(0)->set_known_from("2021-06-29");
               },
               "adq-GB-2021-1772.history[0].known_from", "adoption"},
        Defect{"RevivedAfterItsEnd",
               [](LawRegister& l) {
                 Decision(l, "adq-GB-2021-1772").mutable_history(1)->set_known_from("2025-06-29");
               },
               "adq-GB-2021-1772.history[1].known_from", "after the end known"},
        Defect{"UnknownScheme",
               [](LawRegister& l) { Decision(l, "adq-US-2023-1795").set_scheme("us_x"); },
               "adq-US-2023-1795.scheme", "us_x"},
        Defect{"SchemeOfAnother",
               [](LawRegister& l) { Decision(l, "adq-US-2023-1795").set_scheme("us_safe_harbor"); },
               "adq-US-2023-1795.scheme", "another decision"},
        Defect{"CertificateWithoutScheme",
               [](LawRegister& l) { Decision(l, "adq-US-2023-1795").clear_scheme(); },
               "adq-US-2023-1795.scheme", "requires_certification"},
        Defect{"ExclusionBeforeDecision",
               [](LawRegister& l) {
                 Decision(l, "adq-GB-2021-1772").mutable_exclusions(0)->set_from("2021-06-27");
               },
               "adq-GB-2021-1772.exclusions[0].from", "inside"},
        Defect{"ExclusionAfterDecision",
               [](LawRegister& l) {
                 Decision(l, "adq-GB-2021-1772").mutable_exclusions(0)->set_until("2031-12-29");
               },
               "adq-GB-2021-1772.exclusions[0].until", "inside"},
        Defect{"ExclusionThatIsACondition",
               [](LawRegister& l) {
                 Decision(l, "adq-GB-2021-1772").mutable_exclusions(0)->set_id("subject_to_appi");
               },
               "adq-GB-2021-1772.exclusions[0].id", "adq-JP-2019-419"},
        Defect{"ConditionWithoutDefault",
               [](LawRegister& l) {
                 Decision(l, "adq-CA-2002-2").mutable_recipient_conditions(0)->clear_if_unstated();
               },
               "adq-CA-2002-2.recipient_conditions[0].if_unstated", "missing"},
        Defect{"AmendedBeforeAdoption",
               [](LawRegister& l) {
                 Decision(l, "adq-CH-2000-518").mutable_amendments(0)->set_adopted("1999-01-01");
               },
               "adq-CH-2000-518.amendments[0].adopted", "out of order"},
        Defect{
            "ReviewWithoutDate",
            [](LawRegister& l) { Decision(l, "adq-CH-2000-518").mutable_reviews(0)->clear_date(); },
            "adq-CH-2000-518.reviews[0].date", "missing"},
        Defect{"TwoDecisionsAtOnce",
               [](LawRegister& l) {
                 auto& other = *l.add_decisions();
                 other = Decision(l, "adq-CH-2000-518");
                 other.set_id("adq-CH-other");
               },
               "adq-CH-other.from", "overlaps adq-CH-2000-518"},
        Defect{"DecisionWithoutObject",
               [](LawRegister& l) { Decision(l, "adq-CH-2000-518").set_countries(0, "FR"); },
               "adq-CH-2000-518.countries[0]", "free_flow[0] of FR"}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Others, DefectTest,
    ::testing::Values(
        Defect{"SchemeOfUnknownDecision",
               [](LawRegister& l) { l.mutable_schemes(0)->set_decision("adq-x"); },
               "us_dpf.decision", "adq-x"},
        Defect{"SchemeOutlivesDecision",
               [](LawRegister& l) { l.mutable_schemes(1)->set_until("2020-07-17"); },
               "us_privacy_shield.until", "end of the decision"},
        Defect{"SchemeBeforeDecision",
               [](LawRegister& l) { l.mutable_schemes(1)->set_listable_from("2016-07-11"); },
               "us_privacy_shield.listable_from", "before the decision"},
        Defect{"SchemeCategory",
               [](LawRegister& l) { l.mutable_schemes(1)->set_data_categories(0, "staff"); },
               "us_privacy_shield.data_categories[0]", "hr or non_hr"},
        Defect{"CaseOnNothing", [](LawRegister& l) { l.mutable_cases(0)->set_affects(0, "x"); },
               "case-C-311-18.affects[0]", "not a decision or instrument"},
        Defect{"PendingCaseNotConfirmed",
               [](LawRegister& l) { l.mutable_cases(2)->clear_status_confirmed_on(); },
               "case-C-703-25-P.status_confirmed_on", "pending"},
        Defect{"NoInstrumentSource", [](LawRegister& l) { Instrument(l, "bcr-c").clear_source(); },
               "bcr-c.source", "missing"},
        Defect{"InstrumentEndsBeforeItBegins",
               [](LawRegister& l) { Instrument(l, "scc-2010-87").set_until("2010-05-15"); },
               "scc-2010-87.until", "after"},
        Defect{"LookAlikeWithoutOutcome",
               [](LawRegister& l) { Instrument(l, "uk-idta").clear_look_alike(); },
               "uk-idta.look_alike", "NOT_A_TRANSFER_TOOL"},
        Defect{"LookAlikeAsSafeguard",
               [](LawRegister& l) {
                 Instrument(l, "bcr-c").set_look_alike(v1::LOOK_ALIKE_OUTCOME_LACKING);
               },
               "bcr-c.look_alike", "NOT_A_TRANSFER_TOOL"},
        Defect{"EvidenceFromTheUnion",
               [](LawRegister& l) { Instrument(l, "bcr-c").set_local_onward_evidence(true); },
               "bcr-c.local_onward_evidence", "another legal order"},
        Defect{"NoRolePairs", [](LawRegister& l) { Instrument(l, "bcr-c").clear_role_pairs(); },
               "bcr-c.role_pairs", "missing"},
        Defect{"RolePairTwice",
               [](LawRegister& l) { Instrument(l, "bcr-c").add_role_pairs(v1::ROLE_PAIR_C2C); },
               "bcr-c.role_pairs[2]", "twice"},
        Defect{"TiaWithoutStart",
               [](LawRegister& l) { Instrument(l, "bcr-c").mutable_tia()->clear_from(); },
               "bcr-c.tia.from", "goes together"},
        Defect{"ConditionalTiaWithoutCondition",
               [](LawRegister& l) {
                 Instrument(l, "scc-2021-914-m4").mutable_tia()->clear_condition();
               },
               "scc-2021-914-m4.tia.condition", "CONDITIONAL"},
        Defect{"DerogationWithoutRule",
               [](LawRegister& l) { Instrument(l, "eu-gdpr:A49-1-a").clear_repetition_rule(); },
               "eu-gdpr:A49-1-a.repetition_rule", "DEROGATION"},
        Defect{
            "OnwardToolForTransfers",
            [](LawRegister& l) { Instrument(l, "us-dpf-onward-contract").set_onward_only(false); },
            "us-dpf-onward-contract.onward_only", "ONWARD_TOOL"},
        Defect{"LegacyEndsEarly",
               [](LawRegister& l) {
                 Instrument(l, "scc-2010-87").mutable_legacy_reliance()->set_until("2021-09-27");
               },
               "scc-2010-87.legacy_reliance.until", "after the end"},
        Defect{"LegacyWithoutSource",
               [](LawRegister& l) {
                 Instrument(l, "scc-2010-87").mutable_legacy_reliance()->clear_source();
               },
               "scc-2010-87.legacy_reliance.source", "missing"},
        Defect{"RepealedOnAnotherDay",
               [](LawRegister& l) { Instrument(l, "scc-2010-87").set_repealed("2021-09-26"); },
               "scc-2010-87.repealed", "day of until"},
        Defect{
            "UsedBeforeItExists",
            [](LawRegister& l) { Instrument(l, "eu-gdpr:A46-2-f").set_earliest_use("2018-05-24"); },
            "eu-gdpr:A46-2-f.earliest_use", "inside"},
        Defect{"ConditionTwice",
               [](LawRegister& l) {
                 auto& conditions = *Instrument(l, "bcr-c").mutable_conditions();
                 *conditions.Add() = conditions[0];
               },
               "bcr-c.conditions[2].id", "twice"}),
    kName);

TEST(CheckRegisterTest, TheShippedRegisterIsConsistent) {
  const model::Violations violations = CheckRegister(Shipped());
  for (const model::Violation& violation : violations.list()) {
    ADD_FAILURE() << violation.field << ": " << violation.message;
  }
}

TEST(CheckRegisterTest, EveryProblemIsReportedAtOnce) {
  LawRegister law = Shipped();
  Place(law, "NO").clear_source();
  Decision(law, "adq-CH-2000-518").clear_source();
  Instrument(law, "bcr-c").clear_source();
  EXPECT_EQ(CheckRegister(law).list().size(), 3U);
  EXPECT_THAT(LoadRegister(law), StatusIs(absl::StatusCode::kInvalidArgument,
                                          StartsWith("law register refused, 3 problems:\n")));
}

TEST(CheckRegisterTest, AnExplainedGapIsAccepted) {
  LawRegister law = Shipped();
  auto& place = Place(law, "GI");
  auto& again = *place.add_free_flow();
  again.set_from("2021-03-01");
  again.set_until("2021-04-01");
  again.set_basis(v1::TERRITORY_BASIS_TCA_BRIDGE);
  EXPECT_FALSE(CheckRegister(law).empty());
  again.set_note("an agreement of its own");
  EXPECT_TRUE(CheckRegister(law).empty());
}

TEST(CheckRegisterTest, AnEmptyRegisterIsRefused) {
  EXPECT_THAT(LoadRegister(LawRegister()),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("register.jurisdictions")));
}

TEST(CheckRegisterTest, FieldsOfALaterVersionAreRefusedNotDropped) {
  LawRegister law = Shipped();
  law.mutable_decisions(0)
      ->GetReflection()
      ->MutableUnknownFields(law.mutable_decisions(0))
      ->AddVarint(4242, 1);
  EXPECT_THAT(CheckRegister(law).list(),
              Contains(Field("field", &model::Violation::field, law.decisions(0).id())));
}

}  // namespace
}  // namespace onward::services
