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

constexpr uint64_t kWorlds = 60;
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
  for (uint32_t flow = 0; flow < judged.snapshot().FlowCount(); ++flow) {
    EXPECT_EQ(Told(judged, flow), Proven(judged, flow));
    const std::optional<verdict::HopVerdict> proof = judged.Proof(flow);
    EXPECT_EQ(judged.VerdictOf(flow),
              proof.has_value() ? proof->verdict : verdict::Verdict::kUnspecified);
    const std::vector<DestinationOutcome> all = judged.DestinationsOf(flow);
    const std::vector<DestinationOutcome> places = judged.PlacesOf(flow);
    ASSERT_EQ(places.size(), all.size());
    for (size_t i = 0; i < all.size(); ++i) {
      EXPECT_EQ(places[i].destination, all[i].destination);
      EXPECT_EQ(places[i].verdict, all[i].verdict);
    }
  }
}

JudgementsPtr Make(const SnapshotPtr& snapshot, const verdict::Question& question,
                   size_t singly_max) {
  JudgeOptions options;
  options.singly_max = singly_max;
  return *Judgements::Make(snapshot, ::onward::testing::TheRegister(), question, options);
}

TEST(Judgements, SayWhatTheProofsSay) {
  for (uint64_t seed = 0; seed < kWorlds && !::testing::Test::HasFailure(); ++seed) {
    RandomInventory random(seed);
    const SnapshotPtr snapshot = random.Next().Take();
    for (int i = 0; i < kDays; ++i) {
      const Date day = random.NextDay();
      SCOPED_TRACE("seed " + std::to_string(seed) + " on " + day.ToString());
      const verdict::Question question{day, Date::Max()};
      const JudgementsPtr singly = Make(snapshot, question, kNever);
      ASSERT_EQ(singly->over_time().AtHand(), nullptr);
      ExpectAsProven(*singly);
    }
    for (int i = 0; i < kDays; ++i) {
      const Date day = random.NextDay();
      SCOPED_TRACE("prepared, seed " + std::to_string(seed) + " on " + day.ToString());
      ExpectAsProven(*Make(snapshot, {day, Date::Max()}, kAlways));
    }
  }
}

// Chains of processors are followed up to 256 parties: who comes too late is decided by the order of flows' ids.
TEST(Judgements, WhoIsTooFarUpIsSoInVerdictAndProof) {
  std::vector<model::Record> records;
  const auto add_party = [&records](const std::string& id, const std::string& country) {
    model::Party party;
    party.id = id;
    party.establishment = country;
    records.emplace_back(party);
  };
  const auto flow_of = [](const std::string& id, const std::string& from, const std::string& to,
                          model::Role role) {
    model::Flow flow;
    flow.id = id;
    flow.exporter = from;
    flow.importer = to;
    flow.exporter_role = role;
    flow.importer_role = model::Role::kProcessor;
    flow.data_categories = {"contact"};
    return flow;
  };
  add_party("owner", "FI");
  add_party("sub", "FI");
  add_party("deep", "IN");
  add_party("further", "FI");
  records.emplace_back(flow_of("d", "sub", "deep", model::Role::kProcessor));
  // With sub as many as are followed; the last one acts for the owner.
  for (int i = 100; i < 355; ++i) {
    const std::string number = std::to_string(i);
    add_party("p" + number, "FI");
    records.emplace_back(flow_of("g" + number, "p" + number, "sub", model::Role::kProcessor));
  }
  records.emplace_back(flow_of("h", "owner", "p354", model::Role::kController));
  model::Agreement contract;
  contract.id = "contract";
  contract.parties = {"owner", "deep"};
  contract.instruments = {"scc-2021-914-m2", "scc-2021-914-m3"};
  contract.signed_on = Date::Of(2021, 7, 1);
  records.emplace_back(contract);
  const SnapshotPtr before = Snapshot::Build(1, std::move(records));
  const verdict::Question question{Date::Of(2024, 1, 1), Date::Max()};
  const uint32_t deep = before->FlowNumber("d").value();
  const std::string with_owner = Told(*Make(before, question, kAlways), deep);
  EXPECT_EQ(with_owner, Proven(*Make(before, question, kAlways), deep));

  const model::Flow first = flow_of("g0", "further", "sub", model::Role::kProcessor);
  const SnapshotPtr after = before->With(2, {{{model::RecordKind::kFlow, "g0"}, first, {}, false}});
  for (const SnapshotPtr& snapshot : {after, after->Folded()}) {
    for (const size_t singly_max : {kAlways, kNever}) {
      const JudgementsPtr judged = Make(snapshot, question, singly_max);
      const uint32_t flow = snapshot->FlowNumber("d").value();
      EXPECT_EQ(Told(*judged, flow), Proven(*judged, flow));
      EXPECT_NE(Told(*judged, flow), with_owner);
    }
  }
}

TEST(Judgements, OfOneSnapshotAndLawShareWhatHoldsOnAllDates) {
  const SnapshotPtr snapshot = RandomInventory(7).Next().Take();
  const SnapshotPtr other = RandomInventory(8).Next().Take();
  const auto make = [](const SnapshotPtr& of, Date day, Date known) {
    return Make(of, {day, known}, kAlways);
  };
  const Date day = Date::Of(2024, 1, 1);
  const JudgementsPtr first = make(snapshot, day, Date::Max());
  EXPECT_EQ(&make(snapshot, day.Plus(30), Date::Max())->over_time(), &first->over_time());
  EXPECT_NE(&make(snapshot, day, day)->over_time(), &first->over_time());
  EXPECT_NE(&make(other, day, Date::Max())->over_time(), &first->over_time());
}

TEST(Judgements, EndWhereTheCallerWantsIt) {
  const SnapshotPtr snapshot = RandomInventory(7).Next().Take();
  const verdict::Question question{Date::Of(2024, 1, 1), Date::Max()};
  size_t looks = 0;
  JudgeOptions options;
  options.singly_max = kAlways;
  options.check = [&looks] {
    ++looks;
    return absl::OkStatus();
  };
  ASSERT_TRUE(Judgements::Make(snapshot, ::onward::testing::TheRegister(), question, options).ok());
  ASSERT_GE(looks, 4U);
  // Nothing of the work before is left where no judgements hold it, so each look can be the last.
  for (size_t last = 0, all = looks; last < all; ++last) {
    looks = 0;
    options.check = [&looks, last] {
      return looks++ < last ? absl::OkStatus() : absl::CancelledError("nobody waits");
    };
    EXPECT_EQ(Judgements::Make(snapshot, ::onward::testing::TheRegister(), question, options)
                  .status()
                  .code(),
              absl::StatusCode::kCancelled);
    EXPECT_EQ(looks, last + 1);
  }
}

}  // namespace
}  // namespace onward::query
