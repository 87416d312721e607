// The difference that assumptions make, and the numbers of many dates.
#include "services/commands/simulate.h"

#include <gmock/gmock.h>

#include "services/commands/list_transfers.h"
#include "services/commands/summary.h"
#include "services/commands/test_engine.h"

namespace onward::commands {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using verdict::Verdict;

const Date kDay = Date::Of(2026, 12, 1);

WhatIfPtr Assuming(std::vector<model::Mutation> mutations, const std::string& digest) {
  auto what_if = std::make_shared<WhatIf>();
  what_if->mutations = std::move(mutations);
  what_if->digest = digest;
  return what_if;
}

class SimulateTest : public EngineTest {
 protected:
  static SimulateRequest RequestWith(WhatIfPtr what_if) {
    SimulateRequest request;
    request.inventory = kDefaultInventory;
    request.as_of = kDay;
    request.freshness.what_if = std::move(what_if);
    return request;
  }
  // Ten flows from acme to vendor in the United States.
  void WriteTen() {
    std::vector<model::Mutation> mutations = {Upsert(PartyOf("acme", "FI")),
                                              Upsert(PartyOf("vendor", "US"))};
    for (char c = '0'; c <= '9'; ++c) {
      mutations.push_back(Upsert(FlowOf(std::string("flow-") + c, "acme", "vendor")));
    }
    ONWARD_ASSERT_OK(Write(std::move(mutations)));
  }
};

TEST_F(SimulateTest, SaysWhatADryRunSays) {
  WriteTen();
  const std::vector<model::Mutation> mutations = {Upsert(PartyOf("vendor", "CH")),
                                                  Delete(model::RecordKind::kFlow, "flow-3")};
  ApplyRequest dry = RequestOf(mutations);
  dry.dry_run = true;
  dry.as_of = kDay;
  const auto tried = Apply(engine(), dry, CallContext());
  ONWARD_ASSERT_OK(tried);
  const auto result = Simulate(engine(), RequestWith(Assuming(mutations, "a")), CallContext());
  ONWARD_ASSERT_OK(result);
  std::vector<query::VerdictChange> changes;
  for (const reach::TransferDifference& difference : result->transfers) {
    changes.push_back(difference.change);
  }
  EXPECT_EQ(changes, tried->changes);
  EXPECT_EQ(result->counts.lost, 10);
  EXPECT_EQ(result->counts.gained, 9);
  EXPECT_EQ(result->before.lacking, 10);
  EXPECT_EQ(result->after.covered, 9);
  ASSERT_THAT(result->origins, SizeIs(1));
  EXPECT_EQ(result->origins[0].origin, "acme");
  EXPECT_EQ(result->origins[0].better, 10);
  EXPECT_EQ(result->origins[0].worse, 0);
  EXPECT_THAT(result->findings.opened, IsEmpty());
  EXPECT_GE(result->findings_closed, 10U);
  EXPECT_EQ(Head(), 1);
}

TEST_F(SimulateTest, PagesHoldEachTransferOnceAndTheRestOnlyTheFirst) {
  WriteTen();
  SimulateRequest request = RequestWith(Assuming({Upsert(PartyOf("vendor", "SE"))}, "a"));
  request.page.size = 7;
  const auto whole = Simulate(engine(), request, CallContext());
  ONWARD_ASSERT_OK(whole);
  size_t transfers = whole->transfers.size();
  EXPECT_FALSE(whole->origins.empty());
  std::optional<PagePosition> next = whole->next;
  query::VerdictChange last = whole->transfers.back().change;
  while (next) {
    request.page.from = next;
    const auto page = Simulate(engine(), request, CallContext());
    ONWARD_ASSERT_OK(page);
    ASSERT_FALSE(page->transfers.empty());
    EXPECT_LT(std::tie(last.flow, last.destination),
              std::tie(page->transfers[0].change.flow, page->transfers[0].change.destination));
    EXPECT_THAT(page->origins, IsEmpty());
    EXPECT_EQ(page->counts, whole->counts);
    transfers += page->transfers.size();
    last = page->transfers.back().change;
    next = page->next;
  }
  EXPECT_EQ(transfers, 20);  // ten to the United States are gone, ten to Sweden are new
}

TEST_F(SimulateTest, RefusesNothingAndStopsWhenNobodyWaits) {
  WriteTen();
  EXPECT_EQ(DetailIn(Simulate(engine(), RequestWith(nullptr), CallContext())).reason,
            "INVALID_REQUEST");
  const WhatIfPtr moved = Assuming({Upsert(PartyOf("vendor", "SE"))}, "a");
  ONWARD_ASSERT_OK(Simulate(engine(), RequestWith(moved), CallContext()));
  // Everything is at hand now: whoever goes away after the first looks ends it all the same.
  for (int looks = 0; looks < 12; ++looks) {
    CallContext call;
    int left = looks;
    call.cancelled = [&left] { return left-- <= 0; };
    EXPECT_TRUE(absl::IsCancelled(Simulate(engine(), RequestWith(moved), call).status())) << looks;
  }
}

TEST_F(SimulateTest, SummaryIsTheListingOfEachDate) {
  WriteTen();
  model::Flow early = FlowOf("early", "acme", "vendor");
  early.interval = {Date::Of(2020, 1, 1), Date::Of(2021, 1, 1)};
  ONWARD_ASSERT_OK(Write({Upsert(early)}));
  SummaryRequest request;
  request.inventory = kDefaultInventory;
  request.dates = {Date::Of(2019, 12, 31), Date::Of(2020, 1, 1), Date::Of(2020, 12, 31),
                   Date::Of(2021, 1, 1)};
  const auto summary = Summary(engine(), request, CallContext());
  ONWARD_ASSERT_OK(summary);
  std::vector<uint64_t> flows;
  for (const reach::DaySummary& day : summary->days) {
    flows.push_back(day.flows);
    ListTransfersRequest list;
    list.inventory = kDefaultInventory;
    list.as_of = day.date;
    EXPECT_EQ(day.counts, ListTransfers(engine(), list, CallContext())->page.summary);
  }
  EXPECT_THAT(flows, ElementsAre(10, 11, 11, 10));
  EXPECT_THAT(summary->days[0].origins.entries, IsEmpty());
  request.dates.resize(1);
  EXPECT_THAT(Summary(engine(), request, CallContext())->days[0].origins.entries, SizeIs(1));
}

TEST_F(SimulateTest, SummaryHasLimits) {
  SummaryRequest request;
  request.inventory = kDefaultInventory;
  for (int i = 0; i < 401; ++i) {
    request.dates.push_back(kDay.Plus(i));
  }
  EXPECT_EQ(DetailIn(Summary(engine(), request, CallContext())).reason, "LIMIT_EXCEEDED");
  request.dates.pop_back();
  ONWARD_EXPECT_OK(Summary(engine(), request, CallContext()));
  request.top = 26;
  EXPECT_EQ(DetailIn(Summary(engine(), request, CallContext())).reason, "LIMIT_EXCEEDED");
}

}  // namespace
}  // namespace onward::commands
