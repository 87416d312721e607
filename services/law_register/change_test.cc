// Law that is assumed (graph/law/change.h) against the same change made by hand in the register's text, which
// every check of a register has seen.
#include "graph/law/change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>

#include "absl/strings/str_cat.h"
#include "services/law_register.h"
#include "tests/support/law.h"
#include "tests/support/status_matchers.h"

namespace onward::services {
namespace {

using law::Change;
using onward::v1::LawRegister;
using ::testing::Contains;
using ::testing::HasSubstr;

const law::Register& TheLaw() { return *testing::TheLoadedRegister().domain; }

Date Day(const std::string& text) { return Date::Parse(text).value(); }

std::string Text(const Interval& interval) {
  return absl::StrCat("[", interval.from.ToString(), ",", interval.until.ToString(), ")");
}

// Everything of a register that a change can touch, in words.
std::string TextOf(const law::Register& law) {
  std::string text = law.version();
  for (const law::Decision& decision : law.decisions()) {
    absl::StrAppend(&text, "\n", decision.id, " ", Text(decision.interval), decision.scheme);
    for (const std::string& code : decision.codes) {
      absl::StrAppend(&text, " ", code);
    }
    for (const law::KnownEnd& end : decision.history) {
      absl::StrAppend(&text, " known ", end.known_from.ToString(), ":", end.until.ToString());
    }
    for (const law::Exclusion& exclusion : decision.exclusions) {
      absl::StrAppend(&text, " not ", exclusion.id, Text(exclusion.interval));
    }
    if (decision.ended_by) {
      absl::StrAppend(&text, " ended ", static_cast<int>(decision.ended_by->kind),
                      decision.ended_by->date.ToString(), decision.ended_by->by);
    }
  }
  for (const law::Scheme& scheme : law.schemes()) {
    absl::StrAppend(&text, "\n", scheme.id, " ", Text(scheme.listable));
  }
  for (const law::Instrument& instrument : law.instruments()) {
    absl::StrAppend(&text, "\n", instrument.id, " ", Text(instrument.interval), " ",
                    instrument.legacy ? instrument.legacy->until.ToString() : "-");
  }
  return text;
}

template <class List>
auto& Find(List& list, const std::string& id) {
  for (auto& record : list) {
    if (record.id() == id) {
      return record;
    }
  }
  throw std::out_of_range(id);
}

law::RegisterPtr Edited(const std::function<void(LawRegister&)>& edit) {
  LawRegister message = *testing::TheLoadedRegister().message;
  edit(message);
  auto loaded = LoadRegister(std::move(message));
  EXPECT_TRUE(loaded.ok()) << loaded.status();
  return loaded.ok() ? loaded->domain : testing::TheLoadedRegister().domain;
}

law::RegisterPtr Made(const Change& change, const law::Register& law = TheLaw()) {
  law::Changed changed = law::With(law, change);
  if (const auto* refusal = std::get_if<law::ChangeRefusal>(&changed)) {
    ADD_FAILURE() << refusal->field << ": " << refusal->message;
    return testing::TheLoadedRegister().domain;
  }
  return std::get<law::RegisterPtr>(changed);
}

law::ChangeRefusal RefusalOf(const Change& change, const law::Register& law = TheLaw()) {
  law::Changed changed = law::With(law, change);
  const auto* refusal = std::get_if<law::ChangeRefusal>(&changed);
  EXPECT_NE(refusal, nullptr);
  return refusal == nullptr ? law::ChangeRefusal() : *refusal;
}

void End(onward::v1::AdequacyDecision& decision, const std::string& day, onward::v1::EndKind kind,
         const std::string& by) {
  decision.set_until(day);
  auto& history = *decision.mutable_history();
  history.rbegin()->set_until(day);
  auto& end = *decision.mutable_ended_by();
  end.set_kind(kind);
  end.set_date(day);
  end.set_known_from(history.rbegin()->known_from());
  end.set_by(by);
}

TEST(LawChangeTest, AnnullingASchemeEndsItsDecisionAndTheOtherWayRound) {
  const auto edited = Edited([](LawRegister& law) {
    End(Find(*law.mutable_decisions(), "adq-US-2023-1795"), "2026-12-01",
        onward::v1::END_KIND_INVALIDATED, "an assumed annulment");
    Find(*law.mutable_schemes(), "us_dpf").set_until("2026-12-01");
  });
  EXPECT_EQ(TextOf(*Made(law::Annulment{"us_dpf", Day("2026-12-01")})), TextOf(*edited));
  EXPECT_EQ(TextOf(*Made(law::Annulment{"adq-US-2023-1795", Day("2026-12-01")})), TextOf(*edited));
}

// The decision on the United Kingdom had an end, and got a later one: twice.
TEST(LawChangeTest, AnEarlierKnownEndStaysForWhoKnewNoBetter) {
  const auto assumed = Made(law::AdequacyDrop{"GB", Day("2026-12-01")});
  const law::Decision& before = *TheLaw().FindDecision("adq-GB-2021-1772");
  const law::Decision& after = *assumed->FindDecision("adq-GB-2021-1772");
  ASSERT_GE(before.history.size(), 2);
  for (const law::KnownEnd& end : before.history) {
    EXPECT_EQ(after.IntervalKnownAt(end.known_from).until, std::min(end.until, Day("2026-12-01")));
  }
  EXPECT_EQ(TextOf(*assumed), TextOf(*Edited([](LawRegister& law) {
              End(Find(*law.mutable_decisions(), "adq-GB-2021-1772"), "2026-12-01",
                  onward::v1::END_KIND_REPEALED, "an assumed change of law");
            })));
}

TEST(LawChangeTest, EndsThatWouldComeLaterAreForgotten) {
  const auto assumed = Made(law::Annulment{"adq-US-2016-1250", Day("2018-01-01")});
  const law::Decision& decision = *assumed->FindDecision("adq-US-2016-1250");
  ASSERT_EQ(decision.history.size(), 1);
  EXPECT_EQ(decision.history[0].until, Day("2018-01-01"));
  EXPECT_EQ(TextOf(*assumed), TextOf(*Edited([](LawRegister& law) {
              auto& edited = Find(*law.mutable_decisions(), "adq-US-2016-1250");
              edited.mutable_history()->RemoveLast();
              End(edited, "2018-01-01", onward::v1::END_KIND_INVALIDATED, "an assumed annulment");
              Find(*law.mutable_schemes(), "us_privacy_shield").set_until("2018-01-01");
            })));
}

TEST(LawChangeTest, AnInstrumentEndsWithoutReliance) {
  const auto assumed = Made(law::Annulment{"scc-2021-914-m2", Day("2027-01-01")});
  EXPECT_EQ(TextOf(*assumed), TextOf(*Edited([](LawRegister& law) {
              Find(*law.mutable_instruments(), "scc-2021-914-m2").set_until("2027-01-01");
            })));
  EXPECT_EQ(assumed->FindInstrument("scc-2021-914-m2")->annulled_by, "an assumed annulment");
  // One that ended for new contracts and still counts for older ones.
  for (const law::Instrument& old : TheLaw().instruments()) {
    if (!old.legacy || old.legacy->until.IsOpen()) {
      continue;
    }
    const Date between = old.interval.until.Plus(1);
    EXPECT_EQ(Made(law::Annulment{old.id, between})->FindInstrument(old.id)->legacy->until,
              between);
    EXPECT_FALSE(Made(law::Annulment{old.id, old.interval.until})->FindInstrument(old.id)->legacy);
    EXPECT_EQ(RefusalOf(law::Annulment{old.id, old.legacy->until}).field, "from");
  }
}

TEST(LawChangeTest, GrantedAdequacyIsForAllDataAndKnownFromTheBeginning) {
  const auto assumed = Made(law::AdequacyGrant{"IN", Day("2027-01-01")});
  const auto& decisions = assumed->DecisionsFor("IN");
  ASSERT_EQ(decisions.size(), 1);
  EXPECT_TRUE(decisions[0]->in_scope);
  EXPECT_EQ(decisions[0]->IntervalKnownAt(Day("1995-01-01")),
            (Interval{Day("2027-01-01"), Date::Max()}));
  EXPECT_EQ(assumed->version(), TheLaw().version());
  // The same by hand, but for the day of adoption, which text cannot leave open.
  const auto edited = Edited([](LawRegister& law) {
    auto& decision = *law.add_decisions();
    decision.set_id("assumed-adq-IN");
    decision.add_countries("IN");
    decision.set_regime(onward::v1::DECISION_REGIME_GDPR);
    decision.set_in_scope(true);
    decision.set_decision("(assumed)");
    decision.set_legal_basis("assumed");
    decision.set_adopted("1900-01-01");
    decision.set_from("2027-01-01");
    decision.set_scope("assumed");
    decision.set_source("assumed");
    decision.add_history()->set_known_from("1900-01-01");
  });
  std::string text = TextOf(*edited);
  text.replace(text.find("known 1900-01-01"), 16, "known ");
  EXPECT_EQ(TextOf(*assumed), text);
}

TEST(LawChangeTest, DropThenGrantThenDropAgain) {
  const auto dropped = Made(law::AdequacyDrop{"JP", Day("2027-01-01")});
  const auto granted = Made(law::AdequacyGrant{"JP", Day("2028-01-01")}, *dropped);
  EXPECT_EQ(RefusalOf(law::AdequacyGrant{"JP", Day("2029-01-01")}, *granted).field, "jurisdiction");
  const auto again = Made(law::AdequacyDrop{"JP", Day("2029-01-01")}, *granted);
  const auto last = Made(law::AdequacyGrant{"JP", Day("2030-01-01")}, *again);
  EXPECT_EQ(last->DecisionsFor("JP").size(), 3);
  // A decision that has not begun goes altogether.
  EXPECT_EQ(Made(law::AdequacyDrop{"JP", Day("2027-06-01")}, *granted)->DecisionsFor("JP").size(),
            1);
}

TEST(LawChangeTest, RefusesWhatCannotBe) {
  EXPECT_THAT(RefusalOf(law::Annulment{"us_dfp", Day("2027-01-01")}).known, Contains("us_dpf"));
  EXPECT_THAT(RefusalOf(law::AdequacyDrop{"XX", Day("2027-01-01")}).known, Contains("GB"));
  EXPECT_THAT(RefusalOf(law::AdequacyGrant{"XX", Day("2027-01-01")}).known, Contains("IN"));
  EXPECT_THAT(RefusalOf(law::Annulment{"us_privacy_shield", Day("2027-01-01")}).message,
              HasSubstr("ended on 2020-07-16 already"));
  EXPECT_EQ(RefusalOf(law::Annulment{"us_dpf", Day("2023-07-10")}).field, "from");
  EXPECT_EQ(RefusalOf(law::Annulment{"us_dpf", Day("2001-01-01")}).field, "from");
  EXPECT_EQ(RefusalOf(law::Annulment{"adq-US-2004-535-PNR", Day("2005-01-01")}).field, "id");
  EXPECT_THAT(RefusalOf(law::AdequacyDrop{"IN", Day("2027-01-01")}).message,
              HasSubstr("has no adequacy decision"));
  EXPECT_THAT(RefusalOf(law::AdequacyGrant{"FR", Day("2027-01-01")}).message,
              HasSubstr("data flow there freely"));
  EXPECT_THAT(RefusalOf(law::AdequacyGrant{"JP", Day("2027-01-01")}).message, HasSubstr("adq-JP"));
  EXPECT_EQ(RefusalOf(law::AdequacyGrant{"EU", Day("2027-01-01")}).field, "jurisdiction");
}

// Whatever is in force can be annulled on any later day, and what comes out passes the checks again.
TEST(LawChangeTest, EveryDecisionCanBeAnnulledOnTheDayAfterItsFirst) {
  for (const law::Decision& decision : TheLaw().decisions()) {
    if (!decision.in_scope) {
      continue;
    }
    const law::Scheme* scheme = TheLaw().FindScheme(decision.scheme);
    const Date first = scheme == nullptr ? decision.interval.from : scheme->listable.from;
    const auto assumed = Made(law::Annulment{decision.id, first.Plus(1)});
    const law::Decision& after = *assumed->FindDecision(decision.id);
    EXPECT_EQ(after.interval.until, first.Plus(1)) << decision.id;
    EXPECT_EQ(after.history.back().until, first.Plus(1)) << decision.id;
    for (const law::Exclusion& exclusion : after.exclusions) {
      EXPECT_LT(exclusion.interval.from, after.interval.until) << decision.id;
    }
  }
}

}  // namespace
}  // namespace onward::services
