// FindPaths and Impact as use cases: cursors, pages, unknown names. What they find: graph/reach, tests/reach.
#include <gmock/gmock.h>

#include "services/commands/find_paths.h"
#include "services/commands/impact.h"
#include "services/commands/test_engine.h"

namespace onward::commands {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class PathsImpactTest : public EngineTest {
 protected:
  struct Found {
    absl::StatusOr<FindPathsEnd> end = absl::UnknownError("not asked");
    std::vector<std::string> last_flows;
    int starts = 0;
  };

  void SetUp() override {
    EngineTest::SetUp();
    ONWARD_ASSERT_OK(
        Write({Upsert(PartyOf("acme", "FI")), Upsert(PartyOf("vendor", "US")),
               Upsert(PartyOf("mailer", "US")), Upsert(FlowOf("acme-to-vendor", "acme", "vendor")),
               Upsert(FlowOf("acme-to-mailer", "acme", "mailer"))}));
  }
  static FindPathsRequest From(const std::string& party) {
    FindPathsRequest request;
    request.inventory = kDefaultInventory;
    request.from = party;
    return request;
  }
  Found Find(const FindPathsRequest& request, const CallContext& call = {}) {
    Found found;
    PathsTaker taker;
    taker.start = [&](const Basis&) {
      ++found.starts;
      return absl::OkStatus();
    };
    taker.path = [&](const reach::DayGraph& graph, const reach::CarryingPath& path) {
      found.last_flows.emplace_back(graph.snapshot().FlowId(graph.FlowOf(path.edges.back())));
      return absl::OkStatus();
    };
    found.end = FindPaths(engine(), request, call, taker);
    return found;
  }
  absl::StatusOr<ImpactResult> Ask(reach::ImpactKind kind, const std::string& id) {
    ImpactRequest request;
    request.inventory = kDefaultInventory;
    request.subject = {kind, id};
    return Impact(engine(), request, CallContext());
  }
};

TEST_F(PathsImpactTest, ACursorGoesOnInItsOwnRevision) {
  FindPathsRequest request = From("acme");
  request.bounds.paths = 1;
  const Found first = Find(request);
  ONWARD_ASSERT_OK(first.end);
  EXPECT_EQ(first.starts, 1);
  EXPECT_THAT(first.last_flows, ElementsAre("acme-to-mailer"));
  ASSERT_TRUE(first.end->next.has_value());
  ONWARD_ASSERT_OK(
      Write({Upsert(PartyOf("zoo", "US")), Upsert(FlowOf("acme-to-zoo", "acme", "zoo"))}));
  request.cursor = first.end->next;
  const Found second = Find(request);
  ONWARD_ASSERT_OK(second.end);
  EXPECT_EQ(second.end->basis.revision, 1);
  EXPECT_THAT(second.last_flows, ElementsAre("acme-to-vendor"));
  EXPECT_FALSE(second.end->next.has_value());
}

TEST_F(PathsImpactTest, ABrokenCursorGivesNoPath) {
  for (const std::string& after : {std::string(), std::string("\xff"), std::string("\x01\x07\x01"),
                                   std::string("\x01\x00\x7f", 3)}) {
    FindPathsRequest request = From("acme");
    request.cursor = PagePosition{1, after, engine().law()->version()};
    const Found found = Find(request);
    EXPECT_EQ(DetailIn(found.end).reason, "INVALID_REQUEST");
    EXPECT_THAT(found.last_flows, IsEmpty());
  }
}

TEST_F(PathsImpactTest, NamesThatNobodyHasOrThatContradictEachOther) {
  EXPECT_EQ(DetailIn(Find(From("nobody")).end).reason, "RECORD_NOT_FOUND");
  FindPathsRequest request = From("acme");
  request.to = "acme";
  EXPECT_EQ(DetailIn(Find(request).end).reason, "INVALID_REQUEST");
  request.to = "vendor";
  request.not_through = {"vendor"};
  EXPECT_EQ(DetailIn(Find(request).end).reason, "INVALID_REQUEST");
  request.not_through = {"nobody"};
  EXPECT_EQ(DetailIn(Find(request).end).reason, "RECORD_NOT_FOUND");
  request = From("acme");
  request.country = "Atlantis";
  EXPECT_EQ(DetailIn(Find(request).end).reason, "INVALID_REQUEST");
}

TEST_F(PathsImpactTest, WhoeverHasGoneGetsNoPaths) {
  CallContext gone;
  gone.cancelled = [] { return true; };
  const Found found = Find(From("acme"), gone);
  EXPECT_EQ(found.end.status().code(), absl::StatusCode::kCancelled);
  EXPECT_THAT(found.last_flows, IsEmpty());
}

TEST_F(PathsImpactTest, WhatDependsOnAParty) {
  const auto result = Ask(reach::ImpactKind::kParty, "vendor");
  ONWARD_ASSERT_OK(result);
  EXPECT_EQ(result->page.flows, 1);
  ASSERT_EQ(result->page.dependents.size(), 1);
  EXPECT_EQ(result->page.dependents[0].origin, "acme");
  EXPECT_THAT(result->page.dependents[0].categories.ids, ElementsAre("contact.email"));
  EXPECT_FALSE(result->next.has_value());
}

TEST_F(PathsImpactTest, SubjectsThatAreNot) {
  EXPECT_EQ(DetailIn(Ask(reach::ImpactKind::kParty, "nobody")).reason, "RECORD_NOT_FOUND");
  EXPECT_EQ(DetailIn(Ask(reach::ImpactKind::kAgreement, "none")).reason, "RECORD_NOT_FOUND");
  for (const auto kind : {reach::ImpactKind::kCountry, reach::ImpactKind::kInstrument,
                          reach::ImpactKind::kDecision, reach::ImpactKind::kScheme}) {
    const auto result = Ask(kind, "us_dfp");
    EXPECT_EQ(DetailIn(result).reason, "INVALID_REQUEST");
    EXPECT_THAT(std::string(result.status().message()), HasSubstr("us_dfp"));
  }
}

}  // namespace
}  // namespace onward::commands
