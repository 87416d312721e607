// The numbers of many dates against each date judged from scratch and counted by hand.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "graph/reach/summary.h"
#include "tests/reach/reach_case.h"
#include "tests/support/law.h"

namespace onward::reach_test {
namespace {

using query::VerdictCounts;
using verdict::Verdict;

// Dear: not on every graph.
constexpr uint64_t kOneIn = 16;

using Counts = std::map<std::string, VerdictCounts>;

uint64_t All(const VerdictCounts& c) {
  return c.not_a_transfer + c.covered + c.conditional + c.lacking + c.undetermined;
}

std::string RootOf(std::string id, const Categories& tree) {
  while (!tree.ParentOf(id).empty()) {
    id = tree.ParentOf(id);
  }
  return id;
}

std::set<std::string> RootsOf(const query::Judgements& judged, uint32_t flow) {
  const model::Flow record = judged.snapshot().FlowAt(flow);
  CategorySet carried{false, record.data_categories};
  if (carried.ids.empty() || carried.ids.front() == model::kAllReceived) {
    carried = judged.arrivals().Received(flow);
  }
  std::set<std::string> roots;
  for (const std::string& id : carried.ids) {
    roots.insert(RootOf(id, judged.snapshot().categories()));
  }
  return carried.all || roots.empty() ? std::set<std::string>{""} : roots;
}

struct NaiveDay {
  VerdictCounts counts;
  uint64_t flows = 0;
  Counts destinations;
  Counts mechanisms;
  Counts categories;
  Counts importers;
  Counts origins;
};

NaiveDay Naive(const query::Judgements& judged) {
  NaiveDay day;
  for (const uint32_t flow : judged.snapshot().FlowsInOrder()) {
    const auto outcomes = judged.DestinationsOf(flow);
    day.flows += outcomes.empty() ? 0 : 1;
    for (const query::DestinationOutcome& outcome : outcomes) {
      Count(outcome.verdict, day.counts);
      Count(outcome.verdict, day.destinations[outcome.destination]);
      Count(outcome.verdict, day.mechanisms[outcome.mechanism]);
      Count(outcome.verdict, day.importers[judged.snapshot().FlowAt(flow).importer]);
      for (const std::string& root : RootsOf(judged, flow)) {
        Count(outcome.verdict, day.categories[root]);
      }
      for (const std::string& origin : judged.arrivals().OriginsOf(flow)) {
        Count(outcome.verdict, day.origins[origin]);
      }
    }
  }
  return day;
}

void ExpectList(const char* what, const reach::SummaryList& list, const Counts& naive, size_t top) {
  SCOPED_TRACE(what);
  EXPECT_EQ(list.count, naive.size());
  std::vector<std::pair<std::string, VerdictCounts>> order(naive.begin(), naive.end());
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    const auto key = [](const VerdictCounts& c) {
      return std::tuple(c.lacking, c.undetermined, c.conditional, All(c));
    };
    return key(a.second) > key(b.second);
  });
  order.resize(std::min(order.size(), top));
  ASSERT_EQ(list.entries.size(), order.size());
  for (size_t i = 0; i < order.size(); ++i) {
    EXPECT_EQ(list.entries[i].id, order[i].first);
    EXPECT_EQ(list.entries[i].counts, order[i].second) << order[i].first;
  }
}

void ExpectDay(const reach::DaySummary& day, const NaiveDay& naive, size_t top) {
  SCOPED_TRACE(day.date.ToString());
  EXPECT_EQ(day.counts, naive.counts);
  EXPECT_EQ(day.flows, naive.flows);
  ExpectList("destinations", day.destinations, naive.destinations, top);
  ExpectList("mechanisms", day.mechanisms, naive.mechanisms, top);
  ExpectList("categories", day.categories, naive.categories, top);
  ExpectList("importers", day.importers, naive.importers, top);
}

}  // namespace

void CheckSummary(const ReachCase& c) {
  if (c.random() % kOneIn != 0) {
    return;
  }
  std::set<Date> days = {c.day};
  for (uint64_t i = c.random() % 4; i > 0; --i) {
    days.insert(c.day.Plus(static_cast<int32_t>(c.random() % 9)));
  }
  const std::vector<Date> dates(days.begin(), days.end());
  const size_t top = 1 + c.random() % 3;
  const auto summary = reach::Summarise(*c.judged, dates, top, [] { return absl::OkStatus(); });
  ASSERT_TRUE(summary.ok());
  ASSERT_EQ(summary->size(), dates.size());
  for (size_t i = 0; i < dates.size(); ++i) {
    const query::JudgementsPtr anew = query::Judgements::Make(
        c.judged->snapshot().With(1, {}), testing::TheRegister(), {dates[i], Date::Max()});
    const NaiveDay naive = Naive(*anew);
    ExpectDay((*summary)[i], naive, top);
    if (dates.size() == 1) {
      ExpectList("origins", (*summary)[i].origins, naive.origins, top);
    }
  }
}

}  // namespace onward::reach_test
