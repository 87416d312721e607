#include "graph/query/transfers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "graph/query/explain.h"
#include "graph/query/test_inventory.h"

namespace onward::query {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using verdict::Reason;
using verdict::Verdict;

constexpr size_t kNoLimit = 1'000'000;

// A Finnish controller and an American recipient on the list of the Privacy Shield.
TestInventory Shield() {
  model::Party vendor;
  vendor.id = "vendor";
  vendor.display_name = "Vendor Inc";
  vendor.establishment = "US";
  vendor.certifications = {{"us_privacy_shield",
                            {model::CertificationCoverage::kNonHr},
                            "",
                            {Date::Of(2016, 8, 1), Date::Max()}}};
  TestInventory world;
  world.Party("acme", "FI").Add(vendor);
  model::Flow flow = world.Flow("acme", "vendor", {"contact.name", "contact.email"});
  flow.interval.from = Date::Of(2018, 9, 30);
  return world.Add(flow);
}

std::vector<std::string> Keys(const TransferPage& page) {
  std::vector<std::string> keys;
  for (const TransferRow& row : page.rows) {
    keys.push_back(row.flow->id + ">" + row.verdict->destination);
  }
  return keys;
}

TEST(ListTransfers, TheShieldFallsOnItsDay) {
  const JudgementsPtr before = Shield().Judge(Date::Of(2020, 7, 15));
  const TransferPage page = ListTransfers(*before, {}, std::nullopt, kNoLimit);
  ASSERT_EQ(page.rows.size(), 1U);
  const TransferRow& row = page.rows[0];
  EXPECT_EQ(row.verdict->verdict, Verdict::kCovered);
  EXPECT_EQ(row.exporter_name, "acme");
  EXPECT_EQ(row.importer_name, "Vendor Inc");
  EXPECT_THAT(row.categories, ElementsAre("contact.name", "contact.email"));
  EXPECT_THAT(row.origins, ElementsAre("acme"));
  EXPECT_EQ(row.since, std::nullopt);
  ASSERT_TRUE(row.next_change.has_value());
  EXPECT_EQ(*row.next_change,
            (VerdictStep{Date::Of(2020, 7, 16), Verdict::kLacking, Reason::kInvalidated}));

  const JudgementsPtr after = Shield().Judge(Date::Of(2020, 12, 9));
  const TransferPage later = ListTransfers(*after, {}, std::nullopt, kNoLimit);
  ASSERT_EQ(later.rows.size(), 1U);
  EXPECT_EQ(later.rows[0].verdict->reason, Reason::kInvalidated);
  EXPECT_EQ(later.rows[0].since, Date::Of(2020, 7, 16));
  EXPECT_EQ(later.summary, (VerdictCounts{0, 0, 0, 1, 0}));
}

TEST(ListTransfers, LeavesOutWhatDoesNotTakePlace) {
  EXPECT_THAT(
      ListTransfers(*Shield().Judge(Date::Of(2018, 9, 29)), {}, std::nullopt, kNoLimit).rows,
      IsEmpty());
}

TEST(ListTransfers, AnOnwardHopStepsWithTheFlowThatBringsTheData) {
  TestInventory world;
  world.Party("fi", "FI").Party("us", "US").Party("in", "IN");
  model::Flow first = world.Flow("fi", "us", {"contact"});
  first.interval = {Date::Of(2021, 1, 1), Date::Of(2023, 1, 1)};
  world.Add(first).AddSub("us", "in", {"contact"});
  const JudgementsPtr judged = world.Judge(Date::Of(2022, 1, 1));
  TransferFilter filter;
  filter.parties = {"in"};
  const TransferPage page = ListTransfers(*judged, filter, std::nullopt, kNoLimit);
  ASSERT_EQ(page.rows.size(), 1U);
  EXPECT_EQ(page.rows[0].verdict->verdict, Verdict::kLacking);
  EXPECT_EQ(page.rows[0].since, Date::Of(2021, 1, 1));
  ASSERT_TRUE(page.rows[0].next_change.has_value());
  EXPECT_EQ(*page.rows[0].next_change,
            (VerdictStep{Date::Of(2023, 1, 1), Verdict::kNotATransfer, Reason::kExporterNotBound}));
  EXPECT_THAT(page.rows[0].origins, ElementsAre("fi"));
}

TestInventory Several() {
  TestInventory world;
  world.Party("fi", "FI").Party("us", "US").Party("in", "IN").Party("ch", "CH").Party("de", "DE");
  model::Flow wide = world.Flow("fi", "us", {"contact", "health"});
  wide.sites = {{"", "IN", "", model::SiteOperation::kStorage},
                {"", "DE", "", model::SiteOperation::kBackup}};
  return world.Add(wide)
      .AddFlow("fi", "ch", {"usage"})
      .AddFlow("fi", "de", {"contact.email"})
      .AddSub("us", "ch", {"ALL_RECEIVED"});
}

TEST(ListTransfers, FiltersAndCounts) {
  const JudgementsPtr judged = Several().Judge(Date::Of(2024, 1, 1));
  TransferFilter filter;
  const TransferPage all = ListTransfers(*judged, filter, std::nullopt, kNoLimit);
  EXPECT_THAT(Keys(all), ElementsAre("fi-ch>CH", "fi-us>IN", "fi-us>US", "us-ch>CH"));
  EXPECT_EQ(all.summary.not_a_transfer, 2U);
  filter.include_not_a_transfer = true;
  const TransferPage with_rest = ListTransfers(*judged, filter, std::nullopt, kNoLimit);
  EXPECT_EQ(with_rest.rows.size(), 6U);
  EXPECT_EQ(with_rest.summary, all.summary);
  filter = {};
  filter.destinations = {"IN"};
  EXPECT_THAT(Keys(ListTransfers(*judged, filter, std::nullopt, kNoLimit)),
              ElementsAre("fi-us>IN"));
  filter = {};
  filter.verdicts = {Verdict::kNotATransfer};
  EXPECT_THAT(Keys(ListTransfers(*judged, filter, std::nullopt, kNoLimit)),
              ElementsAre("fi-de>DE", "fi-us>DE"));
  filter = {};
  filter.data_categories = {"contact.email"};
  EXPECT_THAT(Keys(ListTransfers(*judged, filter, std::nullopt, kNoLimit)),
              ElementsAre("fi-us>IN", "fi-us>US", "us-ch>CH"));
  filter.data_categories = {"usage.clicks"};
  EXPECT_THAT(Keys(ListTransfers(*judged, filter, std::nullopt, kNoLimit)),
              ElementsAre("fi-ch>CH"));
}

TEST(ListTransfers, AllReceivedIsShownAsWhatIsReceived) {
  const JudgementsPtr judged = Several().Judge(Date::Of(2024, 1, 1));
  TransferFilter filter;
  filter.parties = {"ch"};
  const TransferPage page = ListTransfers(*judged, filter, std::nullopt, kNoLimit);
  ASSERT_EQ(page.rows.size(), 2U);
  EXPECT_THAT(page.rows[1].categories, ElementsAre("contact", "health"));
}

TEST(ListTransfers, PagesPutTogetherAreTheWhole) {
  const JudgementsPtr judged = Several().Judge(Date::Of(2024, 1, 1));
  TransferFilter filter;
  filter.include_not_a_transfer = true;
  const TransferPage whole = ListTransfers(*judged, filter, std::nullopt, kNoLimit);
  EXPECT_EQ(whole.next, std::nullopt);
  for (size_t limit = 1; limit <= 6; ++limit) {
    std::vector<std::string> keys;
    std::optional<TransferKey> after;
    do {
      const TransferPage page = ListTransfers(*judged, filter, after, limit);
      EXPECT_LE(page.rows.size(), limit);
      EXPECT_EQ(page.summary, whole.summary);
      for (const std::string& key : Keys(page)) {
        keys.push_back(key);
      }
      after = page.next;
    } while (after.has_value());
    EXPECT_EQ(keys, Keys(whole)) << limit;
  }
}

TEST(ListTransfers, APageEndsWhereOriginsFillIt) {
  const JudgementsPtr judged = Several().Judge(Date::Of(2024, 1, 1));
  const TransferPage whole = ListTransfers(*judged, {}, std::nullopt, kNoLimit);
  ASSERT_EQ(whole.rows.size(), 4U);
  // Ids of two letters.
  for (const size_t bytes : {1, 2, 3, 4, 5}) {
    std::vector<std::string> keys;
    std::optional<TransferKey> after;
    do {
      const auto page = ListTransfers(*judged, {}, after, kNoLimit, {}, bytes);
      ASSERT_TRUE(page.ok());
      EXPECT_LE(page->rows.size(), (bytes + 1) / 2);
      EXPECT_EQ(page->summary, whole.summary);
      for (const std::string& key : Keys(*page)) {
        keys.push_back(key);
      }
      after = page->next;
    } while (after.has_value());
    EXPECT_EQ(keys, Keys(whole)) << bytes;
  }
}

TEST(Explain, ShowsStepsAndEvidence) {
  const JudgementsPtr judged = Shield().Judge(Date::Of(2020, 12, 9));
  const std::optional<Explanation> proof = Explain(*judged, "acme-vendor");
  ASSERT_TRUE(proof.has_value());
  EXPECT_EQ(proof->verdict.reason, Reason::kInvalidated);
  ASSERT_EQ(proof->destinations.size(), 1U);
  EXPECT_EQ(proof->destinations[0].verdict, proof->verdict.destinations.data());
  ASSERT_EQ(proof->steps.size(), 2U);
  EXPECT_EQ(proof->steps[0],
            (VerdictStep{Date::Of(2018, 9, 30), Verdict::kCovered, Reason::kAdequacy}));
  EXPECT_EQ(proof->steps[1],
            (VerdictStep{Date::Of(2020, 7, 16), Verdict::kLacking, Reason::kInvalidated}));
  EXPECT_FALSE(proof->evidence.empty());
  EXPECT_FALSE(Explain(*judged, "nonsense").has_value());
}

TEST(Explain, AFlowThatHasNotBegun) {
  const JudgementsPtr judged = Shield().Judge(Date::Of(2018, 1, 1));
  const std::optional<Explanation> proof = Explain(*judged, "acme-vendor");
  ASSERT_TRUE(proof.has_value());
  EXPECT_EQ(proof->verdict.reason, Reason::kNotInEffect);
}

TEST(Explain, TheWorstDestinationComesFirst) {
  const std::optional<Explanation> proof = Explain(*Several().Judge(Date::Of(2024, 1, 1)), "fi-us");
  ASSERT_TRUE(proof.has_value());
  ASSERT_EQ(proof->destinations.size(), 3U);
  EXPECT_EQ(proof->destinations.back().verdict->destination, "DE");
}

// A random inventory whose flows begin and end at random.
TestInventory RandomInventory(std::mt19937& random) {
  const auto below = [&](uint32_t n) { return static_cast<uint32_t>(random() % n); };
  const model::Strings countries = {"FI", "US", "CH", "IN", "GB", "IE", ""};
  const model::Strings categories = {"contact", "contact.email", "usage", "ALL_RECEIVED"};
  TestInventory world;
  for (uint32_t i = 0; i < 6; ++i) {
    world.Party("p" + std::to_string(i), countries[below(7)]);
  }
  for (uint32_t i = 0; i < 12; ++i) {
    const uint32_t from = below(6);
    model::Flow flow =
        world.Flow("p" + std::to_string(from), "p" + std::to_string((from + 1 + below(5)) % 6), {});
    flow.id = "f" + std::to_string(i);
    flow.exporter_role = below(2) == 0 ? model::Role::kController : model::Role::kProcessor;
    flow.data_categories = {categories[below(4)]};
    flow.interval.from = Date::Of(2015, 1, 1).Plus(static_cast<int32_t>(below(2500)));
    flow.interval.until = flow.interval.from.Plus(1 + static_cast<int32_t>(below(2500)));
    if (below(3) == 0) {
      flow.copy_ends = model::CopyEnd{model::CopyOutcome::kKept, std::nullopt};
    }
    if (below(4) == 0) {
      flow.on_behalf_of = {"p" + std::to_string(below(6))};
    }
    world.Add(flow);
  }
  return world;
}

// What a row says of other days is what the list says on those days.
TEST(ListTransfersProperty, SinceAndNextChangeAgreeWithOtherDays) {
  const uint32_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 8; ++round) {
    const TestInventory world = RandomInventory(random);
    const Date day = Date::Of(2016, 1, 1).Plus(static_cast<int32_t>(random() % 3000));
    const JudgementsPtr judged = world.Judge(day);
    TransferFilter filter;
    filter.include_not_a_transfer = true;
    for (const TransferRow& row : ListTransfers(*judged, filter, std::nullopt, kNoLimit).rows) {
      const auto same_on = [&](Date other) {
        const JudgementsPtr then = world.Judge(other);
        const std::optional<uint32_t> flow = then->snapshot().FlowNumber(row.flow->id);
        const std::optional<verdict::HopVerdict> hop = then->Proof(*flow);
        return hop.has_value() && hop->verdict == row.verdict->verdict &&
               hop->reason == row.verdict->reason;
      };
      if (row.since.has_value()) {
        EXPECT_TRUE(same_on(*row.since)) << row.flow->id << " " << day.ToString();
        EXPECT_FALSE(same_on(row.since->Plus(-1))) << row.flow->id << " " << day.ToString();
      }
      if (row.next_change.has_value()) {
        EXPECT_FALSE(same_on(row.next_change->date)) << row.flow->id << " " << day.ToString();
        EXPECT_TRUE(same_on(row.next_change->date.Plus(-1)))
            << row.flow->id << " " << day.ToString();
      }
      const Date end = row.next_change.has_value() ? row.next_change->date : day.Plus(3000);
      const Date middle = day.Plus((end.days() - day.days()) / 2);
      EXPECT_TRUE(same_on(middle)) << row.flow->id << " " << middle.ToString();
    }
  }
}

}  // namespace
}  // namespace onward::query
