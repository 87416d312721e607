// The timeline against a judgement of each day, on random inventories. The seed is in the trace.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>

#include "graph/query/random_inventory.h"
#include "graph/query/timeline.h"
#include "graph/query/transfers.h"
#include "tests/support/env.h"

namespace onward::query {
namespace {

using verdict::Reason;
using verdict::Verdict;

// Verdict and reason by flow id and destination.
using Verdicts = std::map<std::pair<std::string, std::string>, std::pair<Verdict, Reason>>;

constexpr uint64_t kWorlds = 60;
constexpr int kDays = 12;

Verdicts JudgedOn(const TestInventory& world, Date day) {
  const JudgementsPtr judged = world.Judge(day);
  Verdicts verdicts;
  for (const uint32_t flow : judged->snapshot().FlowsInOrder()) {
    const std::optional<verdict::HopVerdict> hop = judged->Proof(flow);
    if (hop.has_value()) {
      for (const verdict::DestinationVerdict& entry : hop->destinations) {
        verdicts[{std::string(judged->snapshot().FlowId(flow)), entry.destination}] = {
            entry.verdict, entry.reason};
      }
    }
  }
  return verdicts;
}

std::pair<Verdict, Reason> In(const Verdicts& verdicts, const TimelineEntry& entry) {
  const auto at = verdicts.find({entry.flow->id, entry.destination});
  return at == verdicts.end() ? std::pair(Verdict::kNotATransfer, Reason::kNotInEffect)
                              : at->second;
}

// Whether both say the same; what is not there is not in effect.
void ExpectSame(const Verdicts& implied, const Verdicts& judged, Date day) {
  const auto drop = [](Verdicts verdicts) {
    std::erase_if(verdicts,
                  [](const auto& entry) { return entry.second.second == Reason::kNotInEffect; });
    return verdicts;
  };
  EXPECT_EQ(drop(implied), drop(judged)) << "on " << day.ToString();
}

class TimelineProperty {
 public:
  explicit TimelineProperty(uint64_t seed) : random_(seed), world_(random_.Next()) {}

  // Whether flows are judged one by one or all prepared is nobody's business.
  void CheckPrepared() {
    const JudgementsPtr judged = world_.Judge(random_.NextDay());
    OverTime singly(judged->snapshot(), judged->law(), Date::Max(), SIZE_MAX);
    OverTime prepared(judged->snapshot(), judged->law(), Date::Max(), 0);
    for (const uint32_t flow : judged->snapshot().FlowsInOrder()) {
      const FlowStepsPtr one = singly.StepsOf(flow);
      const FlowStepsPtr all = prepared.StepsOf(flow);
      EXPECT_EQ(one->hop, all->hop) << flow;
      ASSERT_EQ(one->destinations.size(), all->destinations.size()) << flow;
      for (size_t i = 0; i < one->destinations.size(); ++i) {
        EXPECT_EQ(one->destinations[i].code, all->destinations[i].code) << flow;
        EXPECT_EQ(one->destinations[i].steps, all->destinations[i].steps) << flow;
      }
    }
  }

  void Run() {
    CheckPrepared();
    const JudgementsPtr judged = world_.Judge(random_.NextDay());
    const auto page = Timeline(*judged, {}, std::nullopt, 1'000'000,
                               [](size_t /*changes*/) { return absl::OkStatus(); });
    ASSERT_TRUE(page.ok());
    for (const TimelineEntry& entry : page->entries) {
      EXPECT_EQ(In(JudgedOn(world_, entry.date.Plus(-1)), entry),
                std::pair(entry.before, entry.reason_before));
      EXPECT_EQ(In(JudgedOn(world_, entry.date), entry),
                std::pair(entry.after, entry.reason_after));
      EXPECT_FALSE(entry.causes.empty()) << entry.flow->id << " " << entry.date.ToString();
    }
    for (int i = 0; i < kDays; ++i) {
      const Date day = random_.NextDay();
      Check(page->entries, day);
      CheckNextChange(page->entries, day);
      CheckArrivals(*judged, day);
    }
  }

 private:
  // What the sweep over all days says of one is what the day alone gives.
  void CheckArrivals(const Judgements& judged, Date day) {
    const JudgementsPtr alone = world_.Judge(day);
    for (const uint32_t flow : judged.snapshot().FlowsInOrder()) {
      const verdict::Arrival& swept = judged.over_time().StepsOf(flow)->ArrivalOn(day);
      const verdict::Arrival& arrival = alone->arrivals().Of(flow);
      EXPECT_EQ(swept.restricted, arrival.restricted) << flow << " on " << day.ToString();
      EXPECT_EQ(swept.only_under_adequacy, arrival.only_under_adequacy)
          << flow << " on " << day.ToString();
      EXPECT_EQ(swept.only_from_importer, arrival.only_from_importer)
          << flow << " on " << day.ToString();
    }
  }

  // Entries up to a day, from one before all of them.
  void Check(const std::vector<TimelineEntry>& entries, Date day) {
    static const Date kLongAgo = Date::Of(1990, 1, 1);
    Verdicts implied = JudgedOn(world_, kLongAgo);
    for (const TimelineEntry& entry : entries) {
      if (kLongAgo < entry.date && entry.date <= day) {
        implied[{entry.flow->id, entry.destination}] = {entry.after, entry.reason_after};
      }
    }
    ExpectSame(implied, JudgedOn(world_, day), day);
  }

  // nextChange of a listing is the first later entry that differs.
  void CheckNextChange(const std::vector<TimelineEntry>& entries, Date day) {
    const JudgementsPtr judged = world_.Judge(day);
    TransferFilter all;
    all.include_not_a_transfer = true;
    for (const TransferRow& row : ListTransfers(*judged, all, std::nullopt, 1'000'000).rows) {
      std::optional<VerdictStep> next;
      std::optional<Date> since;
      for (const TimelineEntry& entry : entries) {
        if (entry.flow != nullptr && entry.flow->id == row.flow->id &&
            entry.destination == row.verdict->destination) {
          if (entry.date <= day) {
            since = entry.date;
          } else if (!next.has_value()) {
            next = VerdictStep{entry.date, entry.after, entry.reason_after};
          }
        }
      }
      EXPECT_EQ(row.next_change.has_value(), next.has_value()) << row.flow->id;
      if (row.next_change.has_value() && next.has_value()) {
        EXPECT_TRUE(*row.next_change == *next)
            << row.flow->id << " on " << day.ToString() << ": " << row.next_change->date.ToString()
            << ", expected " << next->date.ToString();
      }
      if (row.since.has_value()) {
        EXPECT_EQ(row.since->ToString(), since.value_or(Date::Min()).ToString()) << row.flow->id;
      }
    }
  }

  RandomInventory random_;
  TestInventory world_;
};

TEST(TimelineProperty, AgreesWithTheJudgementOfEachDay) {
  const uint64_t first = testing::NumberFromEnv("ONWARD_TIMELINE_SEED", 20261122);
  const uint64_t worlds = testing::NumberFromEnv("ONWARD_TIMELINE_WORLDS", kWorlds);
  for (uint64_t seed = first; seed < first + worlds && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("ONWARD_TIMELINE_SEED=" + std::to_string(seed));
    TimelineProperty(seed).Run();
  }
}

}  // namespace
}  // namespace onward::query
