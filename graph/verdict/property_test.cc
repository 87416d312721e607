// Properties over random inventories: the answer is constant between two boundaries, and a
// mechanism more never makes it worse. Seeds are printed on failure.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "graph/verdict/causes.h"
#include "graph/verdict/steps.h"
#include "graph/verdict/world_for_tests.h"

namespace onward::verdict {
namespace {

constexpr int kSeeds = 400;

// A random inventory around one flow, dense enough for every rule to meet every other.
class RandomWorld {
 public:
  explicit RandomWorld(unsigned seed) : random_(seed) {
    for (int i = 0; i < kParties; ++i) {
      inventory_.Add(RandomParty(i));
    }
    model::Location region;
    region.id = "region";
    region.country = Pick(kPlaces);
    region.operator_party = Maybe() ? PartyId() : "";
    inventory_.Add(region);
    for (int i = 0; i < kAgreements; ++i) {
      inventory_.Add(RandomAgreement(i));
    }
    for (int i = 0; i < kFlows; ++i) {
      inventory_.Add(RandomFlow(i));
    }
    question_flow_ = inventory_.FlowOf("flow-0");
    arrival_ = {Maybe(), Maybe(), Maybe()};
    inventory_.Add(RandomPolicy());
    known_at_ = Maybe() ? Date::Max() : RandomDay();
  }

  model::ContestedReading RandomReading() {
    return Pick(std::vector<model::ContestedReading>{model::ContestedReading::kUnspecified,
                                                     model::ContestedReading::kStrict,
                                                     model::ContestedReading::kPermissive});
  }
  model::Policy RandomPolicy() {
    model::Policy policy;
    policy.scc_for_importers_under_gdpr = RandomReading();
    policy.employee_data_under_non_hr_certificate = RandomReading();
    policy.repetition_under_derogations = RandomReading();
    policy.onward_after_adequacy = RandomReading();
    return policy;
  }
  HopVerdict Judge(Date day) const {
    return JudgeHop(question_flow_, inventory_, *::onward::testing::TheRegister(), {day, known_at_},
                    arrival_);
  }
  std::vector<Date> Days() const {
    return Boundaries(question_flow_, inventory_, *::onward::testing::TheRegister(), known_at_);
  }
  std::vector<Cause> CausesOn(Date day) const {
    return verdict::CausesOn(question_flow_, inventory_, *::onward::testing::TheRegister(),
                             known_at_, day);
  }
  HopSteps AllSteps() const {
    return StepsOf(question_flow_, inventory_, *::onward::testing::TheRegister(), known_at_,
                   arrival_);
  }
  // Adds clauses that fit in every way but the importer's own status.
  void Improve() {
    model::Agreement agreement =
        AgreementOf("zz-more", question_flow_.exporter, question_flow_.importer, "scc-2021-914-m1",
                    Day("2021-06-27"));
    agreement.instruments = {"scc-2021-914-m1", "scc-2021-914-m2", "scc-2021-914-m3",
                             "scc-2021-914-m4"};
    agreement.tias = {World::Tia("2021-06-27", model::TiaOutcome::kAdequate)};
    inventory_.Add(agreement);
    if (!question_flow_.agreements.empty()) {
      question_flow_.agreements.emplace_back("zz-more");
      inventory_.Add(question_flow_);
    }
  }
  // Puts the importer on the list for all data, without end.
  void Certify() {
    model::Party importer = *inventory_.FindParty(question_flow_.importer);
    importer.certifications.push_back(
        {"us_dpf",
         {model::CertificationCoverage::kHr, model::CertificationCoverage::kNonHr},
         "",
         {Day("2023-07-10"), Date::Max()}});
    inventory_.Add(importer);
  }
  // Adds records that have nothing to do with the flow.
  void AddUnrelated() {
    inventory_.Add(PartyIn("stranger-a", "US")).Add(PartyIn("stranger-b", "DE"));
    inventory_.Add(FlowBetween("stranger-a", "stranger-b"));
    inventory_.Add(AgreementOf("strange", "stranger-a", "stranger-b", "art28", Day("2020-01-01")));
  }
  Date RandomDay() { return Date(Below(14'000) + 10'000); }
  int Below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }

 private:
  static constexpr int kParties = 5;
  static constexpr int kAgreements = 4;
  static constexpr int kFlows = 7;
  inline static const std::vector<std::string> kPlaces = {"FI", "DE", "US", "US", "CA", "JP", "GB",
                                                          "GI", "SJ", "IN", "KR", "EU", "EEA"};
  inline static const std::vector<std::string> kConditions = {
      "subject_to_pipeda",       "bcr_approved",     "same_group",
      "processing_unchanged",    "explicit_consent", "both_public_bodies",
      "recipient_public_sector", "necessary"};

  bool Maybe() { return Below(2) == 0; }
  bool Rarely() { return Below(5) == 0; }
  template <typename List>
  typename List::value_type Pick(const List& list) {
    return list[static_cast<size_t>(Below(static_cast<int>(list.size())))];
  }
  std::string PartyId() { return "party-" + std::to_string(Below(kParties)); }
  std::string InstrumentId() { return Pick(::onward::testing::TheRegister()->instruments()).id; }
  Interval RandomInterval() {
    Interval interval;
    if (Maybe()) {
      interval.from = RandomDay();
    }
    if (Rarely()) {
      interval.until = RandomDay();
    }
    return interval;
  }
  std::vector<model::Statement> RandomStatements() {
    std::vector<model::Statement> statements;
    for (int i = Below(3); i > 0; --i) {
      model::Statement statement = World::Says(Pick(kConditions), Maybe());
      statement.interval = RandomInterval();
      statements.push_back(statement);
    }
    return statements;
  }

  model::Party RandomParty(int i) {
    model::Party party = PartyIn("party-" + std::to_string(i), Pick(kPlaces));
    if (Rarely()) {
      party.establishment = Pick(std::vector<std::string>{"", "GLOBAL", "IO:EPO"});
    }
    party.party_type = static_cast<model::PartyType>(Below(6));
    if (Rarely()) {
      party.branch_of = PartyId();
    }
    if (Rarely()) {
      party.gdpr_subject = {RandomInterval()};
    }
    for (const law::Scheme& scheme : ::onward::testing::TheRegister()->schemes()) {
      if (Rarely()) {
        party.certifications.push_back({scheme.id,
                                        {static_cast<model::CertificationCoverage>(1 + Below(2))},
                                        "",
                                        RandomInterval()});
      }
    }
    party.statements = RandomStatements();
    return party;
  }

  model::Agreement RandomAgreement(int i) {
    model::Agreement agreement = AgreementOf("agreement-" + std::to_string(i), PartyId(), PartyId(),
                                             InstrumentId(), RandomDay());
    agreement.instruments.push_back(InstrumentId());
    agreement.interval = RandomInterval();
    if (Rarely()) {
      agreement.signed_on.reset();
    }
    if (Maybe()) {
      agreement.sides.push_back({agreement.parties.front(),
                                 static_cast<model::AgreementSide>(1 + Below(3)), RandomInterval(),
                                 ""});
    }
    for (int n = Below(3); n > 0; --n) {
      model::TransferImpactAssessment tia;
      tia.performed_on = RandomDay();
      tia.outcome = static_cast<model::TiaOutcome>(1 + Below(3));
      if (Maybe()) {
        tia.review_due = RandomDay();
      }
      if (Rarely()) {
        tia.countries = {Pick(kPlaces)};
      }
      agreement.tias.push_back(tia);
    }
    agreement.statements = RandomStatements();
    return agreement;
  }

  model::Flow RandomFlow(int i) {
    model::Flow flow = FlowBetween(PartyId(), PartyId());
    flow.id = "flow-" + std::to_string(i);
    flow.exporter_role = static_cast<model::Role>(Below(6));
    flow.importer_role = static_cast<model::Role>(Below(6));
    flow.interval = RandomInterval();
    flow.statements = RandomStatements();
    if (Rarely()) {
      flow.exporter_gdpr_subject = Maybe();
    }
    if (Rarely()) {
      flow.data_subject_categories = {"employee"};
    }
    if (Rarely()) {
      flow.derogation = model::Derogation{InstrumentId(), std::nullopt, ""};
    }
    if (Rarely()) {
      flow.agreements = {"agreement-" + std::to_string(Below(kAgreements))};
    }
    for (int n = Below(3); n > 0; --n) {
      model::Site site;
      site.operation = static_cast<model::SiteOperation>(Below(7));
      (Maybe() ? site.country : site.location) = "region";
      if (!site.country.empty()) {
        site.country = Pick(kPlaces);
      }
      site.operator_party = Maybe() ? PartyId() : "";
      flow.sites.push_back(site);
    }
    return flow;
  }

  std::mt19937 random_;
  Inventory inventory_;
  model::Flow question_flow_;
  Arrival arrival_;
  Date known_at_ = Date::Max();
};

// The day in words, for messages.
std::string At(unsigned seed, Date day) {
  return "seed " + std::to_string(seed) + " on " + day.ToString();
}

TEST(Boundaries, TheAnswerIsConstantBetweenThem) {
  for (unsigned seed = 0; seed < kSeeds; ++seed) {
    RandomWorld world(seed);
    std::vector<Date> days = world.Days();
    ASSERT_TRUE(std::is_sorted(days.begin(), days.end()));
    days.insert(days.begin(), days.front().Plus(-4000));
    days.push_back(days.back().Plus(4000));
    for (size_t i = 0; i + 1 < days.size(); ++i) {
      const HopVerdict first = world.Judge(days[i]);
      const int length = days[i + 1].days() - days[i].days();
      const Date last = days[i + 1].Plus(-1);
      const Date between = days[i].Plus(world.Below(length));
      EXPECT_EQ(world.Judge(last), first) << At(seed, last);
      EXPECT_EQ(world.Judge(between), first) << At(seed, between);
    }
  }
}

TEST(Causes, NameSomethingOnEachBoundaryAndOnNoOtherDay) {
  for (unsigned seed = 0; seed < kSeeds / 4; ++seed) {
    const RandomWorld world(seed);
    const std::vector<Date> days = world.Days();
    for (const Date day : days) {
      EXPECT_FALSE(world.CausesOn(day).empty()) << At(seed, day);
      const Date next = day.Plus(1);
      EXPECT_EQ(world.CausesOn(next).empty(), !std::binary_search(days.begin(), days.end(), next))
          << At(seed, next);
    }
  }
}

TEST(Steps, EqualTheJudgeOnEachDay) {
  for (unsigned seed = 0; seed < kSeeds; ++seed) {
    RandomWorld world(seed);
    const HopSteps steps = world.AllSteps();
    for (int n = 0; n < 20; ++n) {
      const Date day = world.RandomDay();
      const HopVerdict verdict = world.Judge(day);
      const Step& step = StepOn(steps.hop, day);
      EXPECT_EQ(Line(step.verdict, step.reason), Line(verdict)) << At(seed, day);
      for (const DestinationVerdict& destination : verdict.destinations) {
        EXPECT_EQ(StepOn(steps.destinations.at(destination.destination), day).reason,
                  destination.reason)
            << At(seed, day);
      }
    }
  }
}

TEST(Steps, EqualTheJudgeAroundEachBoundary) {
  for (unsigned seed = 0; seed < kSeeds; ++seed) {
    const RandomWorld world(seed);
    const HopSteps steps = world.AllSteps();
    for (const Date boundary : world.Days()) {
      for (const int days : {-1, 0, 1}) {
        const Date day = boundary.Plus(days);
        const Step& step = StepOn(steps.hop, day);
        EXPECT_EQ(Line(step.verdict, step.reason), Line(world.Judge(day))) << At(seed, day);
      }
    }
  }
}

TEST(Judge, AMechanismMoreNeverMakesItWorse) {
  for (unsigned seed = 0; seed < kSeeds; ++seed) {
    RandomWorld world(seed);
    const Date day = world.RandomDay();
    const Verdict before = world.Judge(day).verdict;
    world.Improve();
    EXPECT_LE(Badness(world.Judge(day).verdict), Badness(before)) << At(seed, day);
  }
}

TEST(Judge, ACertificateMoreNeverMakesItWorse) {
  for (unsigned seed = 0; seed < kSeeds; ++seed) {
    RandomWorld world(seed);
    const Date day = world.RandomDay();
    const Verdict before = world.Judge(day).verdict;
    world.Certify();
    EXPECT_LE(Badness(world.Judge(day).verdict), Badness(before)) << At(seed, day);
  }
}

TEST(Judge, UnrelatedRecordsChangeNothing) {
  for (unsigned seed = 0; seed < kSeeds; ++seed) {
    RandomWorld world(seed);
    const Date day = world.RandomDay();
    const HopVerdict before = world.Judge(day);
    world.AddUnrelated();
    EXPECT_EQ(world.Judge(day), before) << At(seed, day);
  }
}

TEST(Judge, EveryAnswerIsWellFormed) {
  for (unsigned seed = 0; seed < kSeeds; ++seed) {
    RandomWorld world(seed);
    const Date day = world.RandomDay();
    const HopVerdict verdict = world.Judge(day);
    for (const DestinationVerdict& destination : verdict.destinations) {
      EXPECT_EQ(VerdictOf(destination.reason), destination.verdict) << At(seed, day);
      EXPECT_EQ(destination.reasons.front(), destination.reason) << At(seed, day);
      EXPECT_FALSE(destination.explanation.empty()) << At(seed, day);
      EXPECT_LE(Badness(destination.verdict), Badness(verdict.verdict)) << At(seed, day);
      EXPECT_LT(destination.deciding, static_cast<int>(destination.candidates.size()));
      for (const Candidate& candidate : destination.candidates) {
        EXPECT_NE(candidate.outcome, Reason::kUnspecified) << candidate.mechanism;
        EXPECT_FALSE(candidate.explanation.empty()) << candidate.mechanism;
      }
    }
  }
}

}  // namespace
}  // namespace onward::verdict
