// What one inventory may hold.
#include <gmock/gmock.h>

#include "services/commands/stats.h"
#include "services/commands/test_engine.h"
#include "services/commands/test_inventory_file.h"
#include "services/commands/test_watch.h"

namespace onward::commands {
namespace {

class LimitsTest : public EngineTest {
 protected:
  template <class T>
  static std::string LimitIn(const T& result) {
    if constexpr (requires { result.status(); }) {
      return LimitIn(result.status());
    } else {
      const auto detail = DetailOf(result).value_or(ErrorDetail());
      return detail.reason == "LIMIT_EXCEEDED" ? detail.metadata.at("limit") : detail.reason;
    }
  }
  EngineOptions With(size_t records, size_t flows) {
    EngineOptions options;
    options.inventory_records_max = records;
    options.inventory_flows_max = flows;
    return options;
  }
};

TEST_F(LimitsTest, RecordsUpToTheLimitAndNoFurther) {
  Reopen(With(3, 10));
  WriteSmallInventory();
  EXPECT_EQ(LimitIn(Write({Upsert(PartyOf("third", "FI"))})), "inventory_records_max");
  EXPECT_EQ(Head(), 1U);
  // What is there may change, and one may take another's place.
  ONWARD_EXPECT_OK(Write({Upsert(PartyOf("vendor", "IN"))}));
  ONWARD_EXPECT_OK(
      Write({Delete(model::RecordKind::kFlow, "acme-to-vendor"), Upsert(PartyOf("third", "FI"))}));
}

TEST_F(LimitsTest, FlowsUpToTheLimitAndNoFurther) {
  Reopen(With(100, 1));
  WriteSmallInventory();
  EXPECT_EQ(LimitIn(Write({Upsert(FlowOf("second", "acme", "vendor"))})), "inventory_flows_max");
  ONWARD_EXPECT_OK(Write({Upsert(PartyOf("third", "FI"))}));
}

// A limit that was lowered below what is there does not stop what makes it smaller, or changes it.
TEST_F(LimitsTest, WhatIsTooLargeMayShrink) {
  WriteSmallInventory();
  ONWARD_ASSERT_OK(Write({Upsert(FlowOf("second", "acme", "vendor"))}));
  Reopen(With(1, 1));
  ONWARD_EXPECT_OK(Write({Upsert(PartyOf("vendor", "IN"))}));
  ONWARD_EXPECT_OK(Write({Delete(model::RecordKind::kFlow, "second")}));
  EXPECT_EQ(LimitIn(Write({Upsert(PartyOf("third", "FI"))})), "inventory_records_max");
}

TEST_F(LimitsTest, AnImportIsHeldToThem) {
  WriteSmallInventory();
  const std::string file = ExportedBytes(engine());
  Reopen(With(3, 1));
  ONWARD_EXPECT_OK(ImportBytes(engine(), file, "fits"));
  Reopen(With(2, 1));
  EXPECT_EQ(LimitIn(ImportBytes(engine(), file, "records")), "inventory_records_max");
  Reopen(With(3, 0));
  EXPECT_EQ(LimitIn(ImportBytes(engine(), file, "flows")), "inventory_flows_max");
  EXPECT_EQ(LimitIn(engine().Find("flows")), "INVENTORY_NOT_FOUND");
}

TEST_F(LimitsTest, WatchesOfOneInventory) {
  EngineOptions options;
  options.inventory_watches_max = 2;
  options.watches_max = 3;
  Reopen(options);
  ONWARD_ASSERT_OK(store().CreateInventory("other", "", {}));
  Reopen(options);
  WatchHub hub(engine());
  WatchRequest here;
  here.inventory = kDefaultInventory;
  WatchRequest there;
  there.inventory = "other";
  TestWatcher first(hub);
  TestWatcher second(hub);
  TestWatcher third(hub);
  TestWatcher fourth(hub);
  ONWARD_ASSERT_OK(first.Open(here));
  ONWARD_ASSERT_OK(second.Open(here));
  EXPECT_EQ(LimitIn(third.Open(here)), "inventory_watches_max");
  ONWARD_ASSERT_OK(third.Open(there));
  EXPECT_EQ(LimitIn(fourth.Open(there)), "watches_max");
  second.Cut();
  first.Cut();
  third.Cut();
}

}  // namespace
}  // namespace onward::commands
