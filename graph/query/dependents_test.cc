#include "graph/query/dependents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "graph/query/test_inventory.h"
#include "tests/support/law.h"

namespace onward::query {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

model::Flow FlowOf(const std::string& id, const std::string& exporter, const std::string& importer,
                   model::Role exporter_role) {
  model::Flow flow;
  flow.id = id;
  flow.exporter = exporter;
  flow.importer = importer;
  flow.exporter_role = exporter_role;
  flow.importer_role = model::Role::kProcessor;
  flow.data_categories = {"contact"};
  return flow;
}

// acme -> vendor -> sub -> deep along processors; far -> away apart; vendor's data lie at a site of "host" and
// at a location of "lessor"; "branch" of sub.
std::vector<model::Record> World() {
  std::vector<model::Record> records;
  for (const char* id :
       {"acme", "away", "branch", "deep", "far", "host", "lessor", "sub", "vendor"}) {
    model::Party party;
    party.id = id;
    party.establishment = "US";
    party.branch_of = party.id == "branch" ? "sub" : "";
    records.emplace_back(party);
  }
  model::Location location;
  location.id = "hall";
  location.country = "US";
  location.operator_party = "lessor";
  records.emplace_back(location);
  model::Flow first = FlowOf("f1", "acme", "vendor", model::Role::kController);
  first.sites = {{"", "US", "host", model::SiteOperation::kUnspecified},
                 {"hall", "", "", model::SiteOperation::kUnspecified}};
  records.emplace_back(first);
  records.emplace_back(FlowOf("f2", "vendor", "sub", model::Role::kProcessor));
  records.emplace_back(FlowOf("f3", "sub", "deep", model::Role::kProcessor));
  records.emplace_back(FlowOf("f4", "vendor", "host", model::Role::kProcessor));
  records.emplace_back(FlowOf("f5", "far", "branch", model::Role::kController));
  records.emplace_back(FlowOf("f6", "far", "away", model::Role::kController));
  model::Flow named = FlowOf("f7", "far", "away", model::Role::kProcessor);
  named.on_behalf_of = {"deep"};
  named.agreements = {"paper"};
  records.emplace_back(named);
  model::Agreement paper;
  paper.id = "paper";
  paper.parties = {"lessor", "host"};
  records.emplace_back(paper);
  return records;
}

// An agreement that may decide, between acme and those down the chain.
model::Agreement Clauses() {
  model::Agreement clauses;
  clauses.id = "clauses";
  clauses.parties = {"acme", "deep", "host", "sub"};
  clauses.statements.emplace_back();
  return clauses;
}

std::vector<model::Record> WorldWithClauses() {
  std::vector<model::Record> records = World();
  records.emplace_back(Clauses());
  return records;
}

// Ids of what a new version of a record touches.
std::vector<std::string> TouchedBy(model::Record record,
                                   std::vector<model::Record> world = WorldWithClauses()) {
  const SnapshotPtr before = Snapshot::Build(1, std::move(world));
  Dependents dependents(*before, *::onward::testing::TheRegister());
  const model::RecordRef ref{model::KindOf(record), model::IdOf(record)};
  const std::vector<model::Mutation> mutations = {{ref, std::move(record), {}, false}};
  const SnapshotPtr after = before->With(2, mutations);
  const auto touched = dependents.Touch(*before, *after, mutations);
  std::vector<std::string> ids;
  if (!touched.has_value()) {
    ids.emplace_back("not bounded");
    return ids;
  }
  for (const uint32_t flow : *touched) {
    ids.emplace_back(after->FlowId(flow));
  }
  return ids;
}

TEST(Dependents, AFlowTouchesThoseForWhomItsImporterActs) {
  EXPECT_THAT(TouchedBy(FlowOf("f1", "far", "vendor", model::Role::kController)),
              ElementsAre("f1", "f2", "f3", "f4"));
  EXPECT_THAT(TouchedBy(FlowOf("f6", "far", "away", model::Role::kProcessor)), ElementsAre("f6"));
}

// With an agreement that may decide between these.
std::vector<model::Record> WorldWithClausesOf(const model::Strings& parties) {
  std::vector<model::Record> records = World();
  model::Agreement clauses = Clauses();
  clauses.parties = parties;
  records.emplace_back(clauses);
  return records;
}

TEST(Dependents, ForWhomAProcessorActsCountsWhereAnAgreementMayNameHim) {
  const model::Flow first = FlowOf("f1", "far", "vendor", model::Role::kController);
  EXPECT_THAT(TouchedBy(first, World()), ElementsAre("f1"));
  EXPECT_THAT(TouchedBy(first, WorldWithClausesOf({"acme", "deep"})), ElementsAre("f1", "f3"));
  EXPECT_THAT(TouchedBy(first, WorldWithClausesOf({"far", "deep"})), ElementsAre("f1", "f3"));
  // Somebody who is a controller elsewhere, and is none here before or after.
  EXPECT_THAT(TouchedBy(first, WorldWithClausesOf({"away", "deep"})), ElementsAre("f1"));
  // Processing terms decide nothing.
  std::vector<model::Record> world = WorldWithClausesOf({"acme", "deep"});
  std::get<model::Agreement>(world.back()).statements.clear();
  EXPECT_THAT(TouchedBy(first, world), ElementsAre("f1"));
}

TEST(Dependents, ABranchOfWhomAnAgreementNamesIsNamed) {
  std::vector<model::Record> world = WorldWithClausesOf({"acme", "deep"});
  model::Party branch;
  branch.id = "acme-branch";
  branch.branch_of = "acme";
  world.emplace_back(branch);
  EXPECT_THAT(TouchedBy(FlowOf("f0", "acme-branch", "vendor", model::Role::kController), world),
              ElementsAre("f3", "f0"));
}

TEST(Dependents, WhetherTheNamedControllerIsTheOnlyOneCounts) {
  std::vector<model::Record> world = WorldWithClausesOf({"acme", "deep"});
  const model::Flow second = FlowOf("f0", "far", "vendor", model::Role::kController);
  EXPECT_THAT(TouchedBy(second, world), ElementsAre("f3", "f0"));
  // Not of whom the agreement says nothing, where there is another such one.
  world.emplace_back(FlowOf("f8", "away", "sub", model::Role::kController));
  EXPECT_THAT(TouchedBy(second, world), ElementsAre("f0"));
  model::Flow other = second;
  other.data_categories = {"financial"};
  world.pop_back();
  EXPECT_THAT(TouchedBy(other, world), ElementsAre("f0"));
}

TEST(Dependents, ARoleThatIsNotRecordedCountsBesideANamedController) {
  std::vector<model::Record> world = WorldWithClausesOf({"acme", "deep"});
  const model::Flow open = FlowOf("f0", "far", "vendor", model::Role::kUnspecified);
  EXPECT_THAT(TouchedBy(open, world), ElementsAre("f3", "f0"));
  world.emplace_back(FlowOf("f8", "away", "sub", model::Role::kUnspecified));
  EXPECT_THAT(TouchedBy(open, world), ElementsAre("f0"));
}

TEST(Dependents, ADayOnWhichAFlowEndsCountsForFlowsThatLastLonger) {
  const Date day = Date::Of(2024, 5, 1);
  std::vector<model::Record> world = WorldWithClausesOf({"acme", "deep"});
  model::Flow first = FlowOf("f1", "acme", "vendor", model::Role::kController);
  first.interval.until = day;
  EXPECT_THAT(TouchedBy(first, world), ElementsAre("f1", "f3"));
  for (model::Record& record : world) {
    if (auto* const flow = std::get_if<model::Flow>(&record); flow != nullptr && flow->id == "f3") {
      flow->interval.until = day;
    }
  }
  EXPECT_THAT(TouchedBy(first, world), ElementsAre("f1"));
}

// Chains of processors are followed up to 256 parties, and the one walked last gives way.
TEST(Dependents, WhoIsTooFarUpIsNoControllerAnyMore) {
  const auto party = [](const std::string& id) {
    model::Party made;
    made.id = id;
    made.establishment = "US";
    return made;
  };
  // 255 processors into sub with vendor, of whom the last one in order of flows acts for acme.
  std::vector<model::Record> world = WorldWithClausesOf({"owner", "deep"});
  world.emplace_back(party("owner"));
  for (int i = 100; i < 354; ++i) {
    const std::string id = "p" + std::to_string(i);
    world.emplace_back(party(id));
    world.emplace_back(FlowOf("g" + std::to_string(i), id, "sub", model::Role::kProcessor));
  }
  world.emplace_back(FlowOf("h", "owner", "p353", model::Role::kController));
  world.emplace_back(party("further"));
  EXPECT_THAT(TouchedBy(FlowOf("g0", "further", "sub", model::Role::kProcessor), world),
              ElementsAre("f3", "g0"));
  EXPECT_THAT(TouchedBy(FlowOf("z0", "further", "p353", model::Role::kController), world),
              ElementsAre("z0"));
}

TEST(Dependents, AFlowTouchesThoseWhoseSiteItsImporterRuns) {
  EXPECT_THAT(TouchedBy(FlowOf("f4", "vendor", "host", model::Role::kController)),
              ElementsAre("f1", "f4"));
}

TEST(Dependents, ANewFlowIsTouched) {
  EXPECT_THAT(TouchedBy(FlowOf("f0", "far", "away", model::Role::kController)), ElementsAre("f0"));
}

TEST(Dependents, APartyTouchesItsFlowsItsBranchesAndWhoActsForIt) {
  const auto changed = [](const char* id) {
    model::Party party;
    party.id = id;
    party.establishment = "JP";
    return TouchedBy(party);
  };
  // vendor's flow to sub might be to one who runs a site of f1.
  EXPECT_THAT(changed("sub"), ElementsAre("f1", "f2", "f3", "f5"));
  EXPECT_THAT(changed("acme"), ElementsAre("f1", "f2", "f3", "f4"));
  EXPECT_THAT(changed("deep"), ElementsAre("f3", "f7"));
  EXPECT_THAT(changed("lessor"), ElementsAre("f1"));
  EXPECT_THAT(changed("host"), ElementsAre("f1", "f4"));
}

TEST(Dependents, AnAgreementTouchesWhoseImporterItNamesAndWhoNamesIt) {
  model::Agreement paper;
  paper.id = "paper";
  paper.parties = {"acme", "sub"};
  EXPECT_THAT(TouchedBy(paper), ElementsAre("f1", "f2", "f4", "f5", "f7"));
}

TEST(Dependents, ALocationTouchesWhatLiesThere) {
  model::Location location;
  location.id = "hall";
  location.country = "JP";
  EXPECT_THAT(TouchedBy(location), ElementsAre("f1"));
}

TEST(Dependents, WhatNoJudgementReadsTouchesNothing) {
  model::Activity activity;
  activity.id = "payroll";
  activity.controllers = {"acme"};
  EXPECT_THAT(TouchedBy(activity), IsEmpty());
}

TEST(Dependents, NamesAndNotesOfAPartyTouchNothing) {
  model::Party sub;
  sub.id = "sub";
  sub.establishment = "US";
  sub.display_name = "Sub";
  sub.legal_name = "Sub Inc.";
  sub.other_names = {{"Sous", "fr"}};
  sub.identifiers = {{"lei", "5493001KJTIIGC8Y1R12"}};
  sub.contacts.emplace_back();
  sub.labels = {{"team", "growth"}};
  sub.sources.emplace_back();
  EXPECT_THAT(TouchedBy(sub), IsEmpty());
  const auto all = ElementsAre("f1", "f2", "f3", "f5");
  model::Party changed = sub;
  changed.party_type = model::PartyType::kPublicBody;
  EXPECT_THAT(TouchedBy(changed), all);
  changed = sub;
  changed.gdpr_subject = {Interval()};
  EXPECT_THAT(TouchedBy(changed), all);
  changed = sub;
  changed.certifications.emplace_back();
  EXPECT_THAT(TouchedBy(changed), all);
  changed = sub;
  changed.statements.emplace_back();
  EXPECT_THAT(TouchedBy(changed), all);
}

TEST(Dependents, NamesAndNotesOfAnAgreementTouchNothing) {
  model::Agreement clauses = Clauses();
  clauses.name = "Clauses of 2021";
  clauses.labels = {{"team", "growth"}};
  clauses.sources.emplace_back();
  EXPECT_THAT(TouchedBy(clauses), IsEmpty());
  clauses.signed_on = Date::Of(2021, 7, 1);
  EXPECT_THAT(TouchedBy(clauses), ::testing::Contains("f2"));
}

TEST(Dependents, APolicyIsNotBounded) {
  model::Policy policy;
  policy.id = std::string(model::kPolicyId);
  EXPECT_THAT(TouchedBy(policy), ElementsAre("not bounded"));
}

TEST(Dependents, NumbersOfAnotherBuildAreNotBounded) {
  const SnapshotPtr before = Snapshot::Build(1, World());
  const SnapshotPtr other = Snapshot::Build(2, World());
  EXPECT_FALSE(Dependents(*before, *::onward::testing::TheRegister())
                   .Touch(*before, *other, {})
                   .has_value());
}

TEST(Dependents, WhatAWriteBeforeNamesCounts) {
  const SnapshotPtr before = Snapshot::Build(1, World());
  Dependents dependents(*before, *::onward::testing::TheRegister());
  model::Flow moved = FlowOf("f6", "far", "away", model::Role::kController);
  moved.agreements = {"paper"};
  const std::vector<model::Mutation> first = {{{model::RecordKind::kFlow, "f6"}, moved, {}, false}};
  const SnapshotPtr between = before->With(2, first);
  ASSERT_TRUE(dependents.Touch(*before, *between, first).has_value());
  model::Agreement paper;
  paper.id = "paper";
  paper.parties = {"acme", "lessor"};
  const std::vector<model::Mutation> second = {
      {{model::RecordKind::kAgreement, "paper"}, paper, {}, false}};
  const SnapshotPtr after = between->With(3, second);
  const auto touched = dependents.Touch(*between, *after, second);
  ASSERT_TRUE(touched.has_value());
  EXPECT_THAT(*touched, ::testing::Contains(after->FlowNumber("f6").value()));
}

}  // namespace
}  // namespace onward::query
