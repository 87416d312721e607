// What the register that is built in says on the days that matter. Expected values are read from the law,
// day by day; they are not made from the files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/support/law.h"

namespace onward::services {
namespace {

using law::TerritoryBasis;
using ::onward::testing::TheLoadedRegister;
using ::onward::testing::TheRegister;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Date Day(std::string_view text) { return Date::Parse(text).value(); }

// Word for a place on a day: who may export, and who may import without a transfer.
struct Standing {
  std::string code;
  std::string day;
  bool binds = false;
  bool free = false;
  bool unsettled = false;
};

class StandingTest : public ::testing::TestWithParam<Standing> {};

TEST_P(StandingTest, IsAsTheLawWasOnThatDay) {
  const Standing& expected = GetParam();
  const law::Jurisdiction* place = TheRegister()->FindJurisdiction(expected.code);
  ASSERT_NE(place, nullptr);
  const Date day = Day(expected.day);
  EXPECT_EQ(place->BindsExporter(day), expected.binds);
  EXPECT_EQ(place->FreeFlowOn(day) != nullptr, expected.free);
  EXPECT_EQ(place->UnsettledOn(day), expected.unsettled);
}

INSTANTIATE_TEST_SUITE_P(
    Register, StandingTest,
    ::testing::Values(
        // A founding member, before and after both acts.
        Standing{"FR", "1998-10-24", false, false}, Standing{"FR", "1998-10-25", true, true},
        Standing{"FR", "2018-05-24", true, true}, Standing{"FR", "2018-05-25", true, true},
        // United Kingdom: member, transition, bridge, third country.
        Standing{"GB", "2020-01-31", true, true}, Standing{"GB", "2020-02-01", true, true},
        Standing{"GB", "2020-12-31", true, true}, Standing{"GB", "2021-01-01", false, true},
        Standing{"GB", "2021-06-27", false, true}, Standing{"GB", "2021-06-28", false, false},
        // Gibraltar: no bridge; unsettled since the agreement applies.
        Standing{"GI", "2020-12-31", true, true}, Standing{"GI", "2021-01-01", false, false},
        Standing{"GI", "2026-07-14", false, false},
        Standing{"GI", "2026-07-15", false, false, true},
        // Norway: the Directive stayed until the GDPR came into the EEA Agreement.
        Standing{"NO", "2000-06-30", false, false}, Standing{"NO", "2000-07-01", true, true},
        Standing{"NO", "2018-05-25", true, true}, Standing{"NO", "2018-07-19", true, true},
        Standing{"NO", "2018-07-20", true, true},
        // Accessions.
        Standing{"HU", "2004-04-30", false, false}, Standing{"HU", "2004-05-01", true, true},
        Standing{"HR", "2013-06-30", false, false}, Standing{"HR", "2013-07-01", true, true},
        // Territories that came and went.
        Standing{"YT", "2013-12-31", false, false}, Standing{"YT", "2014-01-01", true, true},
        Standing{"BL", "2011-12-31", true, true}, Standing{"BL", "2012-01-01", false, false},
        Standing{"GL", "2020-01-01", false, false}, Standing{"AX", "2020-01-01", true, true},
        // One code, two areas.
        Standing{"SJ", "2005-01-01", false, false, true},
        Standing{"SJ", "2026-11-22", false, false, true},
        // Regions.
        Standing{"EU", "1998-10-25", true, true}, Standing{"EU", "2026-11-22", true, true},
        Standing{"EEA", "2000-06-30", false, false, true},
        Standing{"EEA", "2000-07-01", true, true}, Standing{"EEA", "2018-06-15", true, true},
        Standing{"EEA", "2026-11-22", true, true}, Standing{"GLOBAL", "2026-11-22", false, false},
        Standing{"IO:EPO", "2026-11-22", false, false}, Standing{"US", "2026-11-22", false, false}),
    [](const auto& tested) {
      std::string name = tested.param.code + "_" + tested.param.day;
      std::replace_if(
          name.begin(), name.end(), [](char c) { return c == '-' || c == ':'; }, '_');
      return name;
    });

TEST(FactsTest, TheBasisOfFreeFlowIntoTheUnitedKingdomChanges) {
  const law::Jurisdiction* gb = TheRegister()->FindJurisdiction("GB");
  EXPECT_EQ(gb->FreeFlowOn(Day("2020-01-31"))->basis, TerritoryBasis::kEuMember);
  EXPECT_EQ(gb->FreeFlowOn(Day("2020-12-31"))->basis, TerritoryBasis::kBrexitTransition);
  EXPECT_EQ(gb->FreeFlowOn(Day("2021-01-01"))->basis, TerritoryBasis::kTcaBridge);
}

TEST(FactsTest, TheGdprReachedNorwayLaterThanTheUnion) {
  const law::Jurisdiction* no = TheRegister()->FindJurisdiction("NO");
  ASSERT_EQ(no->gdpr_territory.size(), 1U);
  EXPECT_EQ(no->gdpr_territory[0].interval.from, Day("2018-07-20"));
  EXPECT_EQ(no->directive_95_46[0].interval.until, Day("2018-07-20"));
}

TEST(FactsTest, CountsAreThoseOfTheSources) {
  const auto& message = *TheLoadedRegister().message;
  EXPECT_EQ(message.jurisdictions_size(), 249 + 1 + 1 + 3);  // ISO, XK, IO:EPO, EU EEA GLOBAL
  EXPECT_EQ(message.decisions_size(), 23);
  EXPECT_EQ(message.schemes_size(), 3);
  EXPECT_EQ(message.cases_size(), 4);
  EXPECT_EQ(message.instruments_size(), 43);
  EXPECT_EQ(message.version(), "2026-11-22");
  std::map<law::InstrumentCategory, int> categories;
  for (const law::Instrument& instrument : TheRegister()->instruments()) {
    ++categories[instrument.category];
  }
  EXPECT_EQ(categories[law::InstrumentCategory::kScc], 8);
  EXPECT_EQ(categories[law::InstrumentCategory::kDerogation], 8 + 6);
  EXPECT_EQ(categories[law::InstrumentCategory::kOnwardTool], 2);
  EXPECT_EQ(categories[law::InstrumentCategory::kNotATransferTool], 8);
}

TEST(FactsTest, IsoCodesAreOfficialButKosovo) {
  int official = 0;
  for (const auto& place : TheLoadedRegister().message->jurisdictions()) {
    official += place.iso_official() ? 1 : 0;
    EXPECT_EQ(place.iso_official(),
              place.code().size() == 2 && place.code() != "XK" && place.code() != "EU")
        << place.code();
  }
  EXPECT_EQ(official, 249);
}

const law::Decision& DecisionOf(std::string_view id) { return *TheRegister()->FindDecision(id); }

TEST(FactsTest, WhatWasKnownAboutTheEndOfTheUnitedKingdomDecision) {
  const law::Decision& gb = DecisionOf("adq-GB-2021-1772");
  const Date from = Day("2021-06-28");
  const auto known = [&](std::string_view day) { return gb.IntervalKnownAt(Day(day)); };
  EXPECT_TRUE(known("2021-06-27").IsEmpty());
  EXPECT_EQ(known("2021-06-28"), (Interval{from, Day("2025-06-28")}));
  EXPECT_EQ(known("2021-07-01"), (Interval{from, Day("2025-06-28")}));
  EXPECT_EQ(known("2025-06-23"), (Interval{from, Day("2025-06-28")}));
  EXPECT_EQ(known("2025-06-24"), (Interval{from, Day("2025-12-28")}));
  EXPECT_EQ(known("2025-12-18"), (Interval{from, Day("2025-12-28")}));
  EXPECT_EQ(known("2025-12-19"), (Interval{from, Day("2031-12-28")}));
  EXPECT_EQ(gb.interval.until, Day("2031-12-28"));
  ASSERT_EQ(gb.exclusions.size(), 1U);
  EXPECT_EQ(gb.exclusions[0].interval, (Interval{from, Day("2025-12-19")}));
}

TEST(FactsTest, PrivacyShieldEndsOnTheDayOfTheJudgmentAndNobodyKnewBefore) {
  const law::Decision& shield = DecisionOf("adq-US-2016-1250");
  EXPECT_TRUE(shield.interval.Contains(Day("2020-07-15")));
  EXPECT_FALSE(shield.interval.Contains(Day("2020-07-16")));
  EXPECT_EQ(shield.IntervalKnownAt(Day("2020-07-15")).until, Date::Max());
  EXPECT_EQ(shield.IntervalKnownAt(Day("2020-07-16")).until, Day("2020-07-16"));
  ASSERT_TRUE(shield.ended_by.has_value());
  EXPECT_EQ(shield.ended_by->kind, law::EndKind::kInvalidated);
  EXPECT_EQ(shield.ended_by->by, "C-311/18");
  EXPECT_EQ(shield.ended_by->date, Day("2020-07-16"));
  EXPECT_EQ(shield.number, "(EU) 2016/1250");
  const law::Scheme* scheme = TheRegister()->FindScheme(shield.scheme);
  ASSERT_NE(scheme, nullptr);
  EXPECT_EQ(scheme->listable, (Interval{Day("2016-08-01"), Day("2020-07-16")}));
}

TEST(FactsTest, SafeHarborEndsWithSchremsOne) {
  const law::Decision& harbor = DecisionOf("adq-US-2000-520");
  EXPECT_TRUE(harbor.interval.Contains(Day("2015-10-05")));
  EXPECT_FALSE(harbor.interval.Contains(Day("2015-10-06")));
  EXPECT_EQ(harbor.ended_by->by, "C-362/14");
}

TEST(FactsTest, DecisionsForThatUnitedStatesAreOldestFirst) {
  std::vector<std::string> ids;
  for (const law::Decision* decision : TheRegister()->DecisionsFor("US")) {
    ids.push_back(decision->id);
  }
  EXPECT_THAT(ids, ElementsAre("adq-US-2000-520", "adq-US-2004-535-PNR", "adq-US-2016-1250",
                               "adq-US-2023-1795"));
  EXPECT_FALSE(DecisionOf("adq-US-2004-535-PNR").in_scope);
  EXPECT_FALSE(DecisionOf("adq-GB-2021-1773-LED").in_scope);
  EXPECT_THAT(TheRegister()->DecisionsFor("GI"), IsEmpty());
  EXPECT_EQ(TheRegister()->DecisionsFor("IO:EPO").size(), 1U);
}

TEST(FactsTest, HungarysDecisionLapsedOnAccession) {
  const law::Decision& hu = DecisionOf("adq-HU-2000-519");
  EXPECT_TRUE(hu.interval.Contains(Day("2004-04-30")));
  EXPECT_FALSE(hu.interval.Contains(Day("2004-05-01")));
  EXPECT_EQ(hu.ended_by->kind, law::EndKind::kLapsed);
}

TEST(FactsTest, ConditionsOfDecisionsAreOpenWorld) {
  for (const law::Decision& decision : TheRegister()->decisions()) {
    for (const law::Condition& condition : decision.conditions) {
      EXPECT_EQ(condition.if_unstated, law::ConditionDefault::kOpen) << condition.id;
    }
  }
  EXPECT_EQ(DecisionOf("adq-CA-2002-2").conditions[0].id, "subject_to_pipeda");
  EXPECT_EQ(DecisionOf("adq-JP-2019-419").exclusions.size(), 6U);
}

const law::Instrument& InstrumentOf(std::string_view id) {
  return *TheRegister()->FindInstrument(id);
}

TEST(FactsTest, OldClausesCarryOldContractsUntilTheEndOf2022) {
  const law::Instrument& clauses = InstrumentOf("scc-2010-87");
  EXPECT_EQ(clauses.interval, (Interval{Day("2010-05-15"), Day("2021-09-27")}));
  EXPECT_THAT(clauses.role_pairs, ElementsAre(law::RolePair::kC2P));
  ASSERT_TRUE(clauses.legacy.has_value());
  EXPECT_EQ(clauses.legacy->contract_before, Day("2021-09-27"));
  EXPECT_EQ(clauses.legacy->until, Day("2022-12-28"));
  ASSERT_TRUE(clauses.legacy->condition.has_value());
  EXPECT_EQ(clauses.legacy->condition->id, "processing_unchanged");
  EXPECT_EQ(clauses.legacy->condition->if_unstated, law::ConditionDefault::kOpen);
  EXPECT_EQ(InstrumentOf("scc-2002-16").legacy->until, Day("2021-09-27"));
  EXPECT_EQ(InstrumentOf("dir95-26-2").legacy->until, Date::Max());
  EXPECT_FALSE(InstrumentOf("dir95-26-2").legacy->condition.has_value());
}

TEST(FactsTest, TheClausesOf2021) {
  const law::Instrument& module_two = InstrumentOf("scc-2021-914-m2");
  EXPECT_EQ(module_two.interval, (Interval{Day("2021-06-27"), Date::Max()}));
  EXPECT_EQ(module_two.tia.need, law::TiaNeed::kRequired);
  EXPECT_EQ(module_two.tia.from, Day("2020-07-16"));
  EXPECT_TRUE(module_two.unusable_if_importer_subject_to_gdpr);
  const law::Instrument& module_four = InstrumentOf("scc-2021-914-m4");
  EXPECT_EQ(module_four.tia.need, law::TiaNeed::kConditional);
  EXPECT_EQ(module_four.tia.condition, "combines_eu_collected_data");
  EXPECT_NE(TheRegister()->FindCondition("combines_eu_collected_data"), nullptr);
}

TEST(FactsTest, OnlyToolsOfOtherLegalOrdersAreEvidenceOfLocalRules) {
  std::vector<std::string> evidence;
  for (const law::Instrument& instrument : TheRegister()->instruments()) {
    if (instrument.local_onward_evidence) {
      evidence.push_back(instrument.id);
      EXPECT_EQ(instrument.look_alike, law::LookAlike::kNotAnEuInstrument);
    }
  }
  EXPECT_THAT(evidence, ElementsAre("global-cbpr", "swiss-scc", "uk-addendum", "uk-idta"));
}

TEST(FactsTest, DerogationsAndTheirRepetition) {
  EXPECT_EQ(InstrumentOf("eu-gdpr:A49-1-a").repetition_rule,
            law::RepetitionRule::kExceptionByInterpretation);
  EXPECT_EQ(InstrumentOf("eu-gdpr:A49-1-b").repetition_rule, law::RepetitionRule::kOccasional);
  EXPECT_EQ(InstrumentOf("eu-gdpr:A49-2").repetition_rule, law::RepetitionRule::kForbidden);
  EXPECT_EQ(InstrumentOf("dir95-26-1-a").repetition_rule, law::RepetitionRule::kDiscouraged);
  const auto& consent = InstrumentOf("eu-gdpr:A49-1-a").conditions;
  ASSERT_EQ(consent.size(), 3U);
  EXPECT_EQ(consent[0].if_unstated, law::ConditionDefault::kNotMet);
  EXPECT_EQ(consent[2].if_unstated, law::ConditionDefault::kMet);
  EXPECT_EQ(InstrumentOf("art-48").category, law::InstrumentCategory::kNotAGroundAlone);
  EXPECT_EQ(InstrumentOf("eu-gdpr:A45-3").category, law::InstrumentCategory::kAdequacy);
  EXPECT_EQ(InstrumentOf("eu-gdpr:A46-2-f").earliest_use, Day("2026-04-15"));
}

}  // namespace
}  // namespace onward::services
