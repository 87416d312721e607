// Exposure of one origin and of all, in pages, against the naive one.
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "absl/strings/str_join.h"
#include "graph/reach/exposure.h"
#include "tests/reach/naive_exposure.h"

namespace onward::reach_test {

// What a failure prints.
void PrintTo(const NaiveExposure& row, std::ostream* out) {
  *out << row.origin << " > " << row.recipient << " in " << row.destination << ": "
       << verdict::Name(row.verdict) << " " << verdict::Name(row.reason) << " by " << row.flow
       << ", categories " << row.categories << ", worst " << verdict::Name(row.worst_hop) << " by "
       << row.worst_hop_flow << ", witness " << absl::StrJoin(row.witness, " ")
       << (row.held ? ", held" : "");
}

namespace {

NaiveExposure Told(const ReachCase& c, const reach::ExposureRow& row) {
  const Snapshot& graph = c.judged->snapshot();
  NaiveExposure told;
  told.origin = graph.PartyId(row.origin);
  told.recipient = graph.PartyId(row.recipient);
  told.destination = row.destination;
  told.verdict = row.verdict;
  told.reason = row.reason;
  told.flow = graph.FlowId(row.flow);
  told.worst_hop = row.worst_hop;
  told.worst_hop_flow = graph.FlowId(row.worst_hop_flow);
  for (const uint32_t flow : row.witness) {
    told.witness.emplace_back(graph.FlowId(flow));
  }
  told.held = row.held;
  EXPECT_EQ(row.hops, row.witness.size());
  return told;
}

// All pages.
std::vector<NaiveExposure> Ask(const ReachCase& c, const reach::ExposureQuestion& question,
                               size_t page_size, std::vector<CategorySet>& categories) {
  std::vector<NaiveExposure> rows;
  std::optional<reach::ExposureKey> after;
  do {
    const auto page = reach::Exposure(c.graph, question, after, page_size,
                                      [](size_t /*rows*/) { return absl::OkStatus(); });
    EXPECT_TRUE(page.ok());
    if (!page.ok()) {
      break;
    }
    for (const reach::ExposureRow& row : page->rows) {
      rows.push_back(Told(c, row));
      categories.push_back(row.categories);
    }
    after = page->next;
  } while (after);
  return rows;
}

CategorySet SetOf(const ReachCase& c, Atoms atoms) {
  query::Bits bits(c.data.atoms());
  bits.SetBlock(0, atoms);
  return c.judged->arrivals().category_bits().ToSet(bits);
}

// Categories apart: the answer shows the topmost only.
void Compare(const ReachCase& c, const reach::ExposureQuestion& question,
             std::vector<NaiveExposure> expected) {
  std::vector<CategorySet> categories;
  const std::vector<NaiveExposure> found = Ask(c, question, 1 + c.random() % 5, categories);
  std::vector<CategorySet> expected_categories;
  for (NaiveExposure& row : expected) {
    expected_categories.push_back(SetOf(c, row.categories));
    row.categories = 0;
  }
  EXPECT_EQ(found, expected);
  EXPECT_EQ(categories, expected_categories);
}

}  // namespace

void CheckExposure(const ReachCase& c) {
  std::vector<NaiveExposure> all;
  const auto one = static_cast<int>(c.random() % static_cast<uint64_t>(c.data.parties()));
  for (int origin = 0; origin < c.data.parties(); ++origin) {
    const std::vector<NaiveExposure> rows = ExposureOf(c, origin);
    all.insert(all.end(), rows.begin(), rows.end());
    if (origin == one) {
      reach::ExposureQuestion question;
      question.origin = c.judged->snapshot().PartyNumber(c.data.IdOf(origin));
      Compare(c, question, rows);
    }
  }
  Compare(c, {}, all);
}

}  // namespace onward::reach_test
