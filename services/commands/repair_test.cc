#include "services/commands/repair.h"

#include <gmock/gmock.h>

#include "services/commands/chokepoints.h"
#include "services/commands/list_transfers.h"
#include "services/commands/test_engine.h"

namespace onward::commands {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class RepairTest : public EngineTest {
 protected:
  // Data of two origins go on from a vendor outside to two others, without a mechanism.
  void SetUp() override {
    model::Flow to_india = FlowOf("vendor-to-india", "vendor", "india");
    to_india.exporter_role = model::Role::kProcessor;
    to_india.importer_role = model::Role::kSubProcessor;
    model::Flow to_china = to_india;
    to_china.id = "vendor-to-china";
    to_china.importer = "china";
    ONWARD_ASSERT_OK(Write(
        {Upsert(PartyOf("acme", "FI")), Upsert(PartyOf("beta", "SE")),
         Upsert(PartyOf("vendor", "US")), Upsert(PartyOf("india", "IN")),
         Upsert(PartyOf("china", "CN")), Upsert(FlowOf("acme-to-vendor", "acme", "vendor")),
         Upsert(FlowOf("beta-to-vendor", "beta", "vendor")), Upsert(to_india), Upsert(to_china)}));
  }

  static RepairRequest RepairOf(std::vector<reach::RepairKind> kinds) {
    RepairRequest request;
    request.inventory = kDefaultInventory;
    request.kinds = std::move(kinds);
    return request;
  }
  static ChokepointsRequest Points() {
    ChokepointsRequest request;
    request.inventory = kDefaultInventory;
    return request;
  }

  uint64_t Lacking() {
    ListTransfersRequest request;
    request.inventory = kDefaultInventory;
    return ListTransfers(engine(), request, CallContext())->page.summary.lacking;
  }

  std::vector<std::string> PartiesIn(const ChokepointsResult& result) {
    std::vector<std::string> ids;
    for (const reach::Chokepoint& point : result.list.chokepoints) {
      ids.emplace_back(result.judged->snapshot().PartyId(point.party));
    }
    return ids;
  }
};

// What a plan says can be written, and then nothing is lacking.
TEST_F(RepairTest, PlansAreAppliedAsTheyAre) {
  const auto kinds = {reach::RepairKind::kSign, reach::RepairKind::kStop};
  const auto result = Repair(engine(), RepairOf(kinds), CallContext());
  ONWARD_ASSERT_OK(result);
  EXPECT_EQ(result->lacking_flows, 4U);
  ASSERT_THAT(result->plans, SizeIs(2));
  for (const reach::RepairPlan& plan : result->plans) {
    EXPECT_THAT(plan.beyond_repair, IsEmpty());
    std::vector<model::Mutation> mutations;
    for (const reach::RepairStep& step : plan.steps) {
      mutations.insert(mutations.end(), step.mutations.begin(), step.mutations.end());
    }
    ApplyRequest dry = RequestOf(mutations);
    dry.dry_run = true;
    ONWARD_EXPECT_OK(Apply(engine(), dry, CallContext()));
  }
  EXPECT_EQ(Lacking(), 4U);
  std::vector<model::Mutation> signing;
  for (const reach::RepairStep& step : result->plans.front().steps) {
    signing.insert(signing.end(), step.mutations.begin(), step.mutations.end());
  }
  ONWARD_ASSERT_OK(Write(signing));
  EXPECT_EQ(Lacking(), 0U);
}

TEST_F(RepairTest, StopsForOneOriginOnly) {
  RepairRequest request = RepairOf({reach::RepairKind::kStop});
  request.origin = "acme";
  const auto result = Repair(engine(), request, CallContext());
  ONWARD_ASSERT_OK(result);
  EXPECT_EQ(result->lacking_flows, 3U);
  ASSERT_THAT(result->plans.front().steps, SizeIs(1));
  EXPECT_EQ(result->plans.front().steps.front().text,
            "Stop flow acme-to-vendor from acme to vendor");
}

TEST_F(RepairTest, RefusesNamesThatAreNone) {
  RepairRequest request = RepairOf({reach::RepairKind::kStop});
  request.origin = "nobody";
  EXPECT_EQ(DetailIn(Repair(engine(), request, CallContext())).reason, "RECORD_NOT_FOUND");
  request.origin.clear();
  request.keep_flows = {"acme-to-vendor", "nothing"};
  EXPECT_EQ(DetailIn(Repair(engine(), request, CallContext())).reason, "INVALID_REQUEST");
  CallContext cancelled;
  cancelled.cancelled = [] { return true; };
  EXPECT_EQ(Repair(engine(), RepairOf({reach::RepairKind::kSign}), cancelled).status().code(),
            absl::StatusCode::kCancelled);
}

TEST_F(RepairTest, ChokepointsPageByPage) {
  ChokepointsRequest request = Points();
  request.target = reach::ChokepointsQuestion::Target::kLacking;
  request.page.size = 1;
  std::vector<std::string> ids;
  for (bool more = true; more;) {
    const auto result = Chokepoints(engine(), request, CallContext());
    ONWARD_ASSERT_OK(result);
    EXPECT_EQ(result->list.flows, 4U);
    for (const std::string& id : PartiesIn(*result)) {
      ids.push_back(id);
    }
    request.page.from = result->next;
    more = result->next.has_value();
  }
  EXPECT_THAT(ids, ElementsAre("vendor", "acme", "beta"));
}

TEST_F(RepairTest, ChokepointsRefusesWhatIsNoQuestion) {
  ChokepointsRequest request = Points();
  request.target = reach::ChokepointsQuestion::Target::kCountry;
  request.country = "XY";
  EXPECT_EQ(DetailIn(Chokepoints(engine(), request, CallContext())).reason, "INVALID_REQUEST");
  request = Points();
  request.origin = "nobody";
  EXPECT_EQ(DetailIn(Chokepoints(engine(), request, CallContext())).reason, "RECORD_NOT_FOUND");
  request = Points();
  request.page.from = PagePosition{Head(), "nobody", engine().law()->version()};
  EXPECT_EQ(DetailIn(Chokepoints(engine(), request, CallContext())).reason, "INVALID_REQUEST");
}

TEST_F(RepairTest, ConcentrationCountsVendors) {
  ConcentrationRequest request;
  request.inventory = kDefaultInventory;
  request.page.size = 2;
  const auto result = Concentration(engine(), request, CallContext());
  ONWARD_ASSERT_OK(result);
  EXPECT_EQ(result->concentration.origins, 2U);
  ASSERT_THAT(result->concentration.vendors, SizeIs(2));
  EXPECT_EQ(result->concentration.vendors[0].id, "vendor");
  EXPECT_EQ(result->concentration.vendors[0].origins, 2U);
  EXPECT_EQ(result->concentration.vendors[1].id, "china");
  EXPECT_TRUE(result->next.has_value());
}

}  // namespace
}  // namespace onward::commands
