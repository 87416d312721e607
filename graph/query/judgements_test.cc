// Judgements from verdicts that were prepared for all dates against those made flow by flow, on random
// inventories; the seed is in the trace. Both against the proof of each flow.
#include "graph/query/judgements.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "graph/query/over_time.h"
#include "graph/query/random_inventory.h"
#include "tests/support/law.h"

namespace onward::query {
namespace {

constexpr uint64_t kWorlds = 120;
constexpr int kDays = 6;
constexpr size_t kAlways = 0;
constexpr size_t kNever = std::numeric_limits<size_t>::max();

std::string Text(const DestinationOutcome& outcome) {
  return outcome.destination + " " + std::string(Name(outcome.verdict)) + " " +
         std::string(Name(outcome.reason)) + " " + outcome.mechanism + "; ";
}

std::string Text(const std::vector<DestinationOutcome>& outcomes) {
  std::string text;
  for (const DestinationOutcome& outcome : outcomes) {
    text += Text(outcome);
  }
  return text;
}

// What a proof says of the flow and its destinations.
std::string Proven(const Judgements& judged, uint32_t flow) {
  const std::optional<verdict::HopVerdict> proof = judged.Proof(flow);
  if (!proof.has_value()) {
    return "";
  }
  std::string text;
  for (const verdict::DestinationVerdict& entry : proof->destinations) {
    text += Text({entry.destination, entry.verdict, entry.reason, entry.mechanism});
  }
  const verdict::DestinationVerdict& worst = proof->Deciding();
  return text + Text({worst.destination, proof->verdict, proof->reason, worst.mechanism});
}

std::string Told(const Judgements& judged, uint32_t flow) {
  const std::vector<DestinationOutcome> all = judged.DestinationsOf(flow);
  return all.empty() ? "" : Text(all) + Text(judged.BriefOf(flow));
}

void ExpectAsProven(const Judgements& judged) {
  for (uint32_t flow = 0; flow < judged.snapshot().Flows().size(); ++flow) {
    EXPECT_EQ(Told(judged, flow), Proven(judged, flow));
    const verdict::HopVerdict* const kept = judged.Of(flow);
    ASSERT_EQ(kept == nullptr, judged.VerdictOf(flow) == verdict::Verdict::kUnspecified);
    if (kept != nullptr) {
      EXPECT_EQ(kept->verdict, judged.VerdictOf(flow));
      EXPECT_EQ(judged.Of(flow), kept);
    }
    const std::vector<DestinationOutcome> all = judged.DestinationsOf(flow);
    const std::vector<DestinationOutcome> places = judged.PlacesOf(flow);
    ASSERT_EQ(places.size(), all.size());
    for (size_t i = 0; i < all.size(); ++i) {
      EXPECT_EQ(places[i].destination, all[i].destination);
      EXPECT_EQ(places[i].verdict, all[i].verdict);
    }
  }
}

TEST(Judgements, SayWhatTheProofsSay) {
  for (uint64_t seed = 0; seed < kWorlds && !::testing::Test::HasFailure(); ++seed) {
    RandomInventory random(seed);
    const SnapshotPtr snapshot = random.Next().Take();
    for (int i = 0; i < kDays; ++i) {
      const Date day = random.NextDay();
      SCOPED_TRACE("seed " + std::to_string(seed) + " on " + day.ToString());
      const verdict::Question question{day, Date::Max()};
      const JudgementsPtr singly =
          Judgements::Make(snapshot, ::onward::testing::TheRegister(), question, kNever);
      ASSERT_EQ(singly->over_time().AtHand(), nullptr);
      ExpectAsProven(*singly);
    }
    for (int i = 0; i < kDays; ++i) {
      const Date day = random.NextDay();
      SCOPED_TRACE("prepared, seed " + std::to_string(seed) + " on " + day.ToString());
      ExpectAsProven(*Judgements::Make(snapshot, ::onward::testing::TheRegister(),
                                       {day, Date::Max()}, kAlways));
    }
  }
}

TEST(Judgements, OfOneSnapshotAndLawShareWhatHoldsOnAllDates) {
  const SnapshotPtr snapshot = RandomInventory(7).Next().Take();
  const SnapshotPtr other = RandomInventory(8).Next().Take();
  const auto make = [](const SnapshotPtr& of, Date day, Date known) {
    return Judgements::Make(of, ::onward::testing::TheRegister(), {day, known}, kAlways);
  };
  const Date day = Date::Of(2024, 1, 1);
  const JudgementsPtr first = make(snapshot, day, Date::Max());
  EXPECT_EQ(&make(snapshot, day.Plus(30), Date::Max())->over_time(), &first->over_time());
  EXPECT_NE(&make(snapshot, day, day)->over_time(), &first->over_time());
  EXPECT_NE(&make(other, day, Date::Max())->over_time(), &first->over_time());
}

}  // namespace
}  // namespace onward::query
