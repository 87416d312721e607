#include "graph/flow_columns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "graph/id_table.h"

namespace onward::snapshot {
namespace {

using ::testing::ElementsAre;

TEST(TextList, FindsTextsAcrossBlocks) {
  std::vector<std::string> texts;
  for (int i = 0; i < 70'000; ++i) {
    texts.push_back(std::to_string(i));
  }
  std::sort(texts.begin(), texts.end());
  TextList list;
  for (const std::string& text : texts) {
    list.Add(text);
  }
  ASSERT_EQ(list.size(), texts.size());
  for (uint32_t number = 0; number < texts.size(); number += 97) {
    ASSERT_EQ(list.At(number), texts[number]);
    ASSERT_EQ(list.LowerBound(texts[number]), number);
    ASSERT_EQ(list.LowerBound(texts[number] + "!"), number + 1);
  }
  EXPECT_EQ(list.At(list.size() - 1), texts.back());
  EXPECT_EQ(list.LowerBound(""), 0U);
  EXPECT_EQ(list.LowerBound("z"), texts.size());
}

TEST(IdTable, FindsWhatAMapFinds) {
  std::mt19937 random(std::random_device{}());
  for (const size_t size : {0, 1, 2, 3, 100, 3'000}) {
    std::map<std::string, uint32_t> expected;
    std::vector<std::string> ids;
    while (ids.size() < size) {
      const std::string id = std::to_string(random() % 10'000);
      if (expected.emplace(id, static_cast<uint32_t>(ids.size())).second) {
        ids.push_back(id);
      }
    }
    IdTable table;
    const auto id_at = [&ids](size_t number) -> std::string_view { return ids[number]; };
    table.Make(ids.size(), id_at);
    for (int i = 0; i < 10'000; i += 3) {
      const auto at = expected.find(std::to_string(i));
      ASSERT_EQ(table.Find(std::to_string(i), id_at),
                at == expected.end() ? IdTable::kNone : at->second);
    }
  }
}

uint32_t NumberOf(const model::Labels& labels, FlowColumnsBuilder& builder) {
  model::FlowTerms terms;
  terms.labels = labels;
  return builder.TermsNumber(model::TermsOf(terms));
}

TEST(FlowColumnsBuilder, OrdersFlowsAndSharesTerms) {
  FlowColumnsBuilder builder(3);
  const uint32_t b = builder.PartyNumber("b");
  const uint32_t a = builder.PartyNumber("a");
  EXPECT_EQ(builder.PartyNumber("b"), b);
  const uint32_t plain = NumberOf({}, builder);
  const uint32_t labelled = NumberOf({{"k", "v"}}, builder);
  EXPECT_EQ(NumberOf({{"k", "v"}}, builder), labelled);
  EXPECT_EQ(builder.TermsNumber(model::TermsOf(model::FlowTerms())), plain);
  EXPECT_NE(NumberOf({{"k", "w"}}, builder), labelled);
  const Interval later = {Date::Of(2024, 1, 1), Date::Max()};
  builder.Add("f2", b, a, later, labelled);
  builder.Add("f1", a, b, {}, plain);
  builder.Add("f3", a, a, {}, labelled);
  std::vector<uint32_t> numbers(2);
  numbers[a] = 10;
  numbers[b] = 11;
  const FlowColumns columns = builder.Take(numbers);
  ASSERT_EQ(columns.size(), 3U);
  EXPECT_EQ(columns.ids.At(0), "f1");
  EXPECT_EQ(columns.ids.At(1), "f2");
  EXPECT_EQ(columns.ids.At(2), "f3");
  EXPECT_THAT(columns.exporters, ElementsAre(10, 11, 10));
  EXPECT_THAT(columns.importers, ElementsAre(11, 10, 10));
  EXPECT_THAT(columns.intervals, ElementsAre(Interval(), later, Interval()));
  EXPECT_THAT(columns.terms, ElementsAre(plain, labelled, labelled));
}

}  // namespace
}  // namespace onward::snapshot
