// A snapshot that came about write by write gives the same answers as one built from its records at once.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "graph/query/findings.h"
#include "graph/query/random_inventory.h"
#include "graph/query/timeline.h"
#include "graph/query/transfers.h"

namespace onward::query {
namespace {

constexpr uint64_t kWorlds = 40;
constexpr size_t kWritesAtOnce = 3;

// What makes one of the other.
std::vector<model::Mutation> Between(const Records& from, const Records& to) {
  std::vector<model::Mutation> mutations;
  for (const auto& [ref, record] : to) {
    mutations.push_back({ref, record, {}, false});
  }
  for (const auto& [ref, record] : from) {
    if (to.count(ref) == 0) {
      mutations.push_back({ref, std::nullopt, {}, false});
    }
  }
  return mutations;
}

SnapshotPtr StepByStep(SnapshotPtr snapshot, const std::vector<model::Mutation>& mutations) {
  for (size_t begin = 0; begin < mutations.size(); begin += kWritesAtOnce) {
    const size_t end = std::min(mutations.size(), begin + kWritesAtOnce);
    snapshot = snapshot->With(1, {mutations.begin() + static_cast<ptrdiff_t>(begin),
                                  mutations.begin() + static_cast<ptrdiff_t>(end)});
  }
  return snapshot;
}

// Everything that is asked most, as text.
std::string Answers(const Judgements& judged) {
  std::string text;
  TransferFilter filter;
  filter.include_not_a_transfer = true;
  for (const TransferRow& row : ListTransfers(judged, filter, std::nullopt, 1'000).rows) {
    text += "transfer " + row.flow->id + " " + row.verdict->destination + " " +
            row.verdict->explanation + " from " + (row.since ? row.since->ToString() : "ever");
    for (const std::string& origin : row.origins) {
      text += " of " + origin;
    }
    for (const std::string& category : row.categories) {
      text += " with " + category;
    }
    text += "\n";
  }
  for (const Finding& finding : ListFindings(judged, {}, {}, std::nullopt, 1'000).rows) {
    text += "finding " + model::ToString(finding.subject) + " " + finding.detail + "\n";
  }
  const auto going_on = [](size_t /*changes*/) { return absl::OkStatus(); };
  const auto timeline = Timeline(judged, {}, std::nullopt, 1'000, going_on);
  for (const TimelineEntry& entry : timeline->entries) {
    text += "step " + entry.date.ToString() + " " + entry.flow->id + " " + entry.destination + " " +
            entry.explanation;
    for (const verdict::Cause& cause : entry.causes) {
      text += " since " + cause.subject + " " + cause.text;
    }
    text += "\n";
  }
  return text;
}

TEST(IncrementalProperty, AnswersAsBuiltAtOnce) {
  for (uint64_t seed = 0; seed < kWorlds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomInventory random(seed);
    const SnapshotPtr before = random.Next().Take();
    const SnapshotPtr built = random.Next().Take();
    const SnapshotPtr grown = StepByStep(before, Between(RecordsOf(*before), RecordsOf(*built)));
    ASSERT_GT(grown->unfolded(), 0U);
    const verdict::Question question{random.NextDay(), Date::Max()};
    const JudgementsPtr one = Judgements::Make(grown, testing::TheRegister(), question);
    const JudgementsPtr other = Judgements::Make(built, testing::TheRegister(), question);
    ASSERT_EQ(Answers(*one), Answers(*other));
  }
}

}  // namespace
}  // namespace onward::query
