#include "graph/model/terms_pool.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace onward::model {
namespace {

constexpr int kDraws = 2'000;

Strings RandomStrings(std::mt19937& random) {
  Strings list;
  for (uint32_t left = random() % 3; left > 0; --left) {
    list.push_back(std::to_string(random() % 3));
  }
  return list;
}

// Few values of each field, so that terms and parts of them meet often.
FlowTerms RandomTerms(std::mt19937& random) {
  const auto one_in = [&random](uint32_t n) { return random() % n == 0; };
  FlowTerms terms;
  terms.exporter_role = static_cast<Role>(random() % 3);
  terms.importer_role = static_cast<Role>(random() % 3);
  terms.protection = static_cast<Protection>(random() % 2);
  terms.collection = static_cast<Collection>(random() % 2);
  terms.sub_processor_authorisation = static_cast<SubProcessorAuthorisation>(random() % 2);
  if (one_in(2)) {
    terms.exporter_gdpr_subject = one_in(2);
  }
  if (one_in(2)) {
    terms.importer_gdpr_subject = one_in(2);
  }
  for (Strings* const list : {&terms.activities, &terms.on_behalf_of, &terms.data_categories,
                              &terms.data_subject_categories, &terms.purposes, &terms.agreements}) {
    *list = one_in(3) ? RandomStrings(random) : Strings();
  }
  if (one_in(4)) {
    terms.sites = {{"", one_in(2) ? "US" : "IN", "", SiteOperation::kUnspecified}};
  }
  if (one_in(4)) {
    terms.derogation = Derogation{"a", one_in(2), ""};
  }
  if (one_in(4)) {
    terms.copy_ends = CopyEnd{CopyOutcome::kKept, Date::Of(2024, 1, one_in(2) ? 1 : 2)};
  }
  if (one_in(4)) {
    terms.statements = {{"c", one_in(2), {}, std::nullopt}};
  }
  if (one_in(4)) {
    terms.labels = {{"k", one_in(2) ? "v" : "w"}};
  }
  if (one_in(4)) {
    terms.sources = {{one_in(2) ? "d" : "e", "", std::nullopt, SourceGrade::kPublished}};
  }
  return terms;
}

TEST(TermsPool, GivesBackWhatWasAddedAndEqualOnesOneNumber) {
  const uint32_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  TermsPoolBuilder builder;
  // By number.
  std::vector<FlowTerms> distinct;
  for (int draw = 0; draw < kDraws; ++draw) {
    const FlowTerms terms = RandomTerms(random);
    const uint32_t number = builder.Add(TermsOf(terms));
    if (number == distinct.size()) {
      for (const FlowTerms& other : distinct) {
        ASSERT_NE(other, terms);
      }
      distinct.push_back(terms);
    } else {
      ASSERT_EQ(distinct.at(number), terms);
    }
  }
  const TermsPool pool = builder.Take();
  ASSERT_EQ(pool.size(), distinct.size());
  for (uint32_t number = 0; number < pool.size(); ++number) {
    const Flow flow = FlowFrom({"f", "a", "b", {}, pool.At(number)});
    ASSERT_EQ(static_cast<const FlowTerms&>(flow), distinct[number]);
    ASSERT_TRUE(pool.At(number) == TermsOf(distinct[number]));
  }
}

TEST(TermsPool, PartsThatTermsShareAreKeptOnce) {
  TermsPoolBuilder builder;
  FlowTerms terms;
  terms.purposes = {"support"};
  for (const Role role : {Role::kController, Role::kProcessor, Role::kSubProcessor}) {
    terms.importer_role = role;
    builder.Add(TermsOf(terms));
  }
  const TermsPool pool = builder.Take();
  ASSERT_EQ(pool.size(), 3U);
  EXPECT_EQ(&pool.At(0).purposes, &pool.At(2).purposes);
}

}  // namespace
}  // namespace onward::model
