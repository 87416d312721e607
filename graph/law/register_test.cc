#include "graph/law/register.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

namespace onward::law {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Date kJan1 = Date::Of(2020, 1, 1);
const Date kFeb1 = Date::Of(2020, 2, 1);
const Date kMar1 = Date::Of(2020, 3, 1);

Jurisdiction Country(const std::string& code) {
  Jurisdiction jurisdiction;
  jurisdiction.code = code;
  return jurisdiction;
}

Decision InForce(const std::string& id, const std::string& code, Date from) {
  Decision decision;
  decision.id = id;
  decision.codes = {code};
  decision.adopted = from;
  decision.interval = {from, Date::Max()};
  return decision;
}

TEST(JurisdictionTest, FreeFlowHoldsFromTheFirstDayUpToTheDayBeforeTheEnd) {
  Jurisdiction place = Country("AA");
  place.free_flow = {{{kJan1, kFeb1}, TerritoryBasis::kEuMember},
                     {{kFeb1, kMar1}, TerritoryBasis::kTcaBridge}};
  EXPECT_EQ(place.FreeFlowOn(kJan1.Plus(-1)), nullptr);
  ASSERT_NE(place.FreeFlowOn(kJan1), nullptr);
  EXPECT_EQ(place.FreeFlowOn(kFeb1.Plus(-1))->basis, TerritoryBasis::kEuMember);
  EXPECT_EQ(place.FreeFlowOn(kFeb1)->basis, TerritoryBasis::kTcaBridge);
  EXPECT_EQ(place.FreeFlowOn(kMar1), nullptr);
}

TEST(JurisdictionTest, EitherActBindsAnExporter) {
  Jurisdiction place = Country("AA");
  place.directive_95_46 = {{{kJan1, kFeb1}, TerritoryBasis::kUnspecified}};
  place.gdpr_territory = {{{kFeb1, kMar1}, TerritoryBasis::kUnspecified}};
  EXPECT_FALSE(place.BindsExporter(kJan1.Plus(-1)));
  EXPECT_TRUE(place.BindsExporter(kJan1));
  EXPECT_TRUE(place.BindsExporter(kFeb1));
  EXPECT_FALSE(place.BindsExporter(kMar1));
}

TEST(JurisdictionTest, UnsettledIsSplitOrContestedFromADayOrNotYetSettled) {
  Jurisdiction place = Country("AA");
  place.contested = true;
  EXPECT_FALSE(place.UnsettledOn(kJan1));
  place.contested_from = kFeb1;
  EXPECT_FALSE(place.UnsettledOn(kFeb1.Plus(-1)));
  EXPECT_TRUE(place.UnsettledOn(kFeb1));

  Jurisdiction later = Country("BB");
  later.settled_from = kFeb1;
  EXPECT_TRUE(later.UnsettledOn(kFeb1.Plus(-1)));
  EXPECT_FALSE(later.UnsettledOn(kFeb1));

  Jurisdiction split = Country("CC");
  split.split_status = true;
  EXPECT_TRUE(split.UnsettledOn(kJan1));
}

TEST(DecisionTest, ItsEndIsTheOneKnownOnTheDay) {
  Decision decision = InForce("adq-a", "AA", kJan1);
  decision.interval.until = kMar1;
  decision.history = {{kJan1, Date::Max()}, {kFeb1, kMar1}};
  EXPECT_TRUE(decision.IntervalKnownAt(kJan1.Plus(-1)).IsEmpty());
  EXPECT_EQ(decision.IntervalKnownAt(kJan1), (Interval{kJan1, Date::Max()}));
  EXPECT_EQ(decision.IntervalKnownAt(kFeb1.Plus(-1)), (Interval{kJan1, Date::Max()}));
  EXPECT_EQ(decision.IntervalKnownAt(kFeb1), (Interval{kJan1, kMar1}));
  EXPECT_EQ(decision.IntervalKnownAt(Date::Max()), decision.interval);
}

TEST(DecisionTest, WithoutHistoryItsIntervalCounts) {
  Decision decision = InForce("adq-a", "AA", kJan1);
  decision.interval.until = kMar1;
  EXPECT_EQ(decision.IntervalKnownAt(kJan1), decision.interval);
}

TEST(RegisterTest, ListsAreInOrderAndFound) {
  RegisterParts parts;
  parts.jurisdictions = {Country("BB"), Country("AA")};
  parts.decisions = {InForce("adq-a", "AA", kFeb1), InForce("adq-b", "AA", kJan1)};
  const Register law(std::move(parts));
  EXPECT_EQ(law.jurisdictions()[0].code, "AA");
  EXPECT_EQ(law.FindJurisdiction("BB"), &law.jurisdictions()[1]);
  EXPECT_EQ(law.FindJurisdiction("bb"), nullptr);
  EXPECT_EQ(law.FindDecision("adq-c"), nullptr);
  EXPECT_THAT(law.DecisionsFor("AA"),
              ElementsAre(law.FindDecision("adq-b"), law.FindDecision("adq-a")));
  EXPECT_THAT(law.DecisionsFor("BB"), IsEmpty());
}

TEST(RegisterTest, KnowsWhateverAStatementMayName) {
  RegisterParts parts;
  Decision decision = InForce("adq-a", "AA", kJan1);
  decision.conditions = {{"subject_to_act", "is subject to the Act", ConditionDefault::kOpen}};
  decision.exclusions = {{"press", "the press", {kJan1, Date::Max()}}};
  parts.decisions = {std::move(decision)};
  Instrument clauses;
  clauses.id = "clauses";
  clauses.conditions = {{"necessary", "for the contract", ConditionDefault::kNotMet}};
  clauses.tia = {TiaNeed::kConditional, kJan1, "combines", "combines the data"};
  clauses.legacy.emplace();
  clauses.legacy->condition = Condition{"unchanged", "nothing changed", ConditionDefault::kOpen};
  Instrument claims;
  claims.id = "claims";
  claims.conditions = {{"necessary", "for the claim", ConditionDefault::kNotMet}};
  parts.instruments = {clauses, claims};
  const Register law(std::move(parts));
  for (const char* id : {"subject_to_act", "press", "combines", "unchanged"}) {
    EXPECT_NE(law.FindCondition(id), nullptr) << id;
  }
  EXPECT_EQ(*law.FindCondition("necessary"), "for the claim / for the contract");
  EXPECT_EQ(law.FindCondition("other"), nullptr);
  EXPECT_EQ(law.conditions().size(), 5U);
}

}  // namespace
}  // namespace onward::law
