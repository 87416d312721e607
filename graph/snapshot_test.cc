#include "graph/snapshot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace onward {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

model::Party PartyNamed(const std::string& id) {
  model::Party party;
  party.id = id;
  return party;
}

model::Flow FlowBetween(const std::string& id, const std::string& from, const std::string& to) {
  model::Flow flow;
  flow.id = id;
  flow.exporter = from;
  flow.importer = to;
  return flow;
}

model::Agreement AgreementOf(const std::string& id, const model::Strings& parties) {
  model::Agreement agreement;
  agreement.id = id;
  agreement.parties = parties;
  return agreement;
}

template <class List>
std::vector<std::string> Ids(const List& list) {
  std::vector<std::string> ids;
  ids.reserve(list.size());
  for (const auto* item : list) {
    ids.push_back(item->id);
  }
  return ids;
}

template <class Numbers>
std::vector<std::string> FlowIds(const Snapshot& snapshot, const Numbers& flows) {
  std::vector<std::string> ids;
  for (const uint32_t flow : flows) {
    ids.emplace_back(snapshot.FlowId(flow));
  }
  return ids;
}
std::vector<std::string> FlowIds(const Snapshot& snapshot) {
  return FlowIds(snapshot, snapshot.FlowsInOrder());
}

model::Mutation Upsert(const model::Record& record) {
  return {{model::KindOf(record), model::IdOf(record)}, record, {}, false};
}
model::Mutation Delete(model::RecordKind kind, const std::string& id) {
  return {{kind, id}, std::nullopt, {}, false};
}

TEST(Snapshot, EmptyHoldsNothing) {
  const SnapshotPtr empty = Snapshot::Empty();
  EXPECT_EQ(empty->revision(), 0U);
  EXPECT_EQ(empty->PartyCount(), 0U);
  EXPECT_EQ(empty->FindParty("x"), nullptr);
  EXPECT_THAT(empty->FlowsFrom("x"), IsEmpty());
  EXPECT_EQ(empty->RecordCount(model::RecordKind::kFlow), 0U);
  EXPECT_TRUE(empty->FlowsInOrder().empty());
}

TEST(Snapshot, FindsAndListsInOrderOfId) {
  model::Activity activity;
  activity.id = "crm";
  activity.controllers = {"b", "b"};
  model::Activity hosting;
  hosting.id = "hosting";
  hosting.processor = "b";
  const SnapshotPtr snapshot =
      Snapshot::Build(7, {FlowBetween("z", "b", "a"), FlowBetween("y", "b", "a"), PartyNamed("b"),
                          PartyNamed("a"), AgreementOf("g2", {"a", "b"}),
                          AgreementOf("g1", {"b", "c"}), hosting, activity, PartyNamed("c")});
  EXPECT_EQ(snapshot->revision(), 7U);
  EXPECT_THAT(FlowIds(*snapshot), ElementsAre("y", "z"));
  EXPECT_THAT(FlowIds(*snapshot, snapshot->FlowsFrom("b")), ElementsAre("y", "z"));
  EXPECT_THAT(FlowIds(*snapshot, snapshot->FlowsInto("a")), ElementsAre("y", "z"));
  EXPECT_THAT(Ids(snapshot->AgreementsOf("b")), ElementsAre("g1", "g2"));
  EXPECT_THAT(Ids(snapshot->ActivitiesOf("b")), ElementsAre("crm", "hosting"));
  EXPECT_EQ(snapshot->FindParty("a")->id, "a");
  EXPECT_EQ(snapshot->FindFlow("y")->importer, "a");
  EXPECT_EQ(snapshot->FindAgreement("g1")->id, "g1");
  EXPECT_EQ(snapshot->FindParty("y"), nullptr);
  EXPECT_EQ(*snapshot->Find({model::RecordKind::kActivity, "crm"}), model::Record(activity));
  EXPECT_FALSE(snapshot->Has({model::RecordKind::kUnspecified, "crm"}));
  EXPECT_EQ(snapshot->RecordCount(model::RecordKind::kParty), 3U);
}

TEST(Snapshot, NumbersPartiesAndFlows) {
  const SnapshotPtr snapshot = Snapshot::Build(
      1, {PartyNamed("b"), PartyNamed("a"), PartyNamed("c"), FlowBetween("f1", "a", "b"),
          FlowBetween("f2", "b", "c"), FlowBetween("f3", "c", "b")});
  ASSERT_EQ(snapshot->PartyCount(), 3U);
  EXPECT_EQ(snapshot->PartyId(1), "b");
  EXPECT_EQ(snapshot->PartyNumber("c"), 2U);
  EXPECT_EQ(snapshot->PartyNumber("d"), std::nullopt);
  EXPECT_EQ(snapshot->FlowNumber("f2"), 1U);
  EXPECT_EQ(snapshot->FlowNumber("f0"), std::nullopt);
  EXPECT_EQ(snapshot->FlowNumber("f9"), std::nullopt);
  EXPECT_EQ(snapshot->ExporterOf(1), 1U);
  EXPECT_EQ(snapshot->ImporterOf(1), 2U);
  EXPECT_THAT(snapshot->OutFlows(1), ElementsAre(1));
  EXPECT_THAT(snapshot->InFlows(1), ElementsAre(0, 2));
  EXPECT_THAT(snapshot->Downstream(1), UnorderedElementsAre(1, 2));
  EXPECT_THAT(snapshot->Upstream(0), ElementsAre(0));
  EXPECT_THAT(snapshot->Upstream(2), UnorderedElementsAre(0, 1, 2));
}

TEST(Snapshot, TellsOfAFlowByItsNumber) {
  model::Flow flow = FlowBetween("f2", "a", "b");
  flow.interval.from = Date::Of(2024, 1, 1);
  flow.data_categories = {"contact"};
  const SnapshotPtr snapshot =
      Snapshot::Build(1, {PartyNamed("a"), PartyNamed("b"), flow, FlowBetween("f1", "b", "a")});
  ASSERT_EQ(snapshot->FlowCount(), 2U);
  const uint32_t number = snapshot->FlowNumber("f2").value();
  EXPECT_TRUE(snapshot->HasFlow(number));
  EXPECT_EQ(snapshot->FlowId(number), "f2");
  EXPECT_EQ(snapshot->IntervalOf(number), flow.interval);
  EXPECT_TRUE(snapshot->TermsOf(number) == model::TermsOf(flow));
  EXPECT_EQ(snapshot->FlowAt(number), flow);
  EXPECT_THAT(FlowIds(*snapshot), ElementsAre("f1", "f2"));
  EXPECT_EQ(snapshot->FlowsInOrder().size(), 2U);
  std::vector<std::string> parties;
  for (const uint32_t each : snapshot->PartiesInOrder()) {
    EXPECT_TRUE(snapshot->HasParty(each));
    parties.emplace_back(snapshot->PartyId(each));
  }
  EXPECT_THAT(parties, ElementsAre("a", "b"));
}

TEST(Snapshot, FlowsThatAgreeShareTheirTerms) {
  model::Flow wide = FlowBetween("f3", "b", "a");
  wide.data_categories = {"contact"};
  const SnapshotPtr snapshot =
      Snapshot::Build(1, {FlowBetween("f1", "a", "b"), FlowBetween("f2", "b", "c"), wide});
  EXPECT_EQ(snapshot->SharedTermsOf(0), snapshot->SharedTermsOf(1));
  EXPECT_NE(snapshot->SharedTermsOf(0), snapshot->SharedTermsOf(2));
  model::Flow now = FlowBetween("f2", "b", "c");
  now.data_categories = {"contact"};
  const SnapshotPtr changed = snapshot->With(2, {Upsert(now)});
  EXPECT_EQ(changed->SharedTermsOf(1), std::nullopt);
  EXPECT_TRUE(changed->TermsOf(1) == snapshot->TermsOf(2));
  const SnapshotPtr folded = changed->Folded();
  EXPECT_EQ(folded->SharedTermsOf(1), folded->SharedTermsOf(2));
  EXPECT_NE(folded->SharedTermsOf(0), folded->SharedTermsOf(1));
  EXPECT_EQ(folded->FlowAt(1), now);
}

TEST(Snapshot, TermsGoWithTheLastFlowThatHasThem) {
  model::Flow labelled = FlowBetween("f2", "a", "b");
  labelled.labels = {{"note", std::string(1'000, 'x')}};
  const SnapshotPtr with =
      Snapshot::Build(1, {PartyNamed("a"), FlowBetween("f1", "a", "b"), labelled});
  const SnapshotPtr without = with->With(2, {Delete(model::RecordKind::kFlow, "f2")})->Folded();
  EXPECT_GT(with->memory().terms, without->memory().terms + 1'000);
  EXPECT_EQ(without->memory().flows, 20U);
}

TEST(Snapshot, AFlowWithoutItsPartiesDoesNoHarm) {
  const SnapshotPtr snapshot = Snapshot::Build(1, {FlowBetween("f", "a", "b")});
  EXPECT_EQ(snapshot->PartyCount(), 2U);
  EXPECT_EQ(snapshot->FindParty("a"), nullptr);
}

TEST(Snapshot, KnowsItsPolicyAndForgetsIt) {
  EXPECT_EQ(Snapshot::Empty()->FindPolicy(), nullptr);
  model::Policy policy;
  policy.id = model::kPolicyId;
  policy.onward_after_adequacy = model::ContestedReading::kStrict;
  const SnapshotPtr with = Snapshot::Empty()->With(
      1, {{model::RecordRef{model::RecordKind::kPolicy, policy.id}, policy, {}, false}});
  ASSERT_NE(with->FindPolicy(), nullptr);
  EXPECT_EQ(*with->FindPolicy(), policy);
  const SnapshotPtr without =
      with->With(2, {{model::RecordRef{model::RecordKind::kPolicy, policy.id}, {}, {}, false}});
  EXPECT_EQ(without->FindPolicy(), nullptr);
}

TEST(Snapshot, WithSharesWhatDoesNotChange) {
  const SnapshotPtr before =
      Snapshot::Build(1, {PartyNamed("a"), PartyNamed("b"), PartyNamed("c")});
  model::Party changed = PartyNamed("b");
  changed.display_name = "B";
  const SnapshotPtr after =
      before->With(2, {Upsert(changed), Delete(model::RecordKind::kParty, "c"),
                       Delete(model::RecordKind::kParty, "nobody"), Upsert(PartyNamed("d"))});
  EXPECT_EQ(after->revision(), 2U);
  EXPECT_EQ(after->FindParty("a"), before->FindParty("a"));
  EXPECT_EQ(after->FindParty("b")->display_name, "B");
  EXPECT_EQ(before->FindParty("b")->display_name, "");
  EXPECT_EQ(after->FindParty("c"), nullptr);
  EXPECT_NE(before->FindParty("c"), nullptr);
  EXPECT_NE(after->FindParty("d"), nullptr);
}

TEST(Snapshot, RecordsOutliveTheSnapshotThatMadeThem) {
  SnapshotPtr snapshot = Snapshot::Build(1, {PartyNamed("a")});
  for (uint64_t revision = 2; revision < 50; ++revision) {
    snapshot = snapshot->With(revision, {Upsert(PartyNamed("p" + std::to_string(revision)))});
  }
  EXPECT_EQ(snapshot->FindParty("a")->id, "a");
  EXPECT_EQ(snapshot->PartyCount(), 49U);
}

TEST(Snapshot, ANumberStaysWithItsIdUntilTheFold) {
  const SnapshotPtr base = Snapshot::Build(
      1,
      {PartyNamed("a"), PartyNamed("b"), FlowBetween("f1", "a", "b"), FlowBetween("f3", "a", "b")});
  const SnapshotPtr more =
      base->With(2, {Upsert(FlowBetween("f2", "b", "c")), Delete(model::RecordKind::kFlow, "f1")});
  EXPECT_EQ(more->FlowNumber("f1"), std::nullopt);
  EXPECT_FALSE(more->HasFlow(0));
  EXPECT_EQ(more->FlowNumber("f3"), base->FlowNumber("f3"));
  EXPECT_EQ(more->FlowNumber("f2"), 2U);
  EXPECT_THAT(FlowIds(*more), ElementsAre("f2", "f3"));
  EXPECT_EQ(more->PartyNumber("c"), 2U);
  const SnapshotPtr again = more->With(3, {Upsert(FlowBetween("f1", "b", "a"))});
  EXPECT_EQ(again->FlowNumber("f1"), 0U);
  EXPECT_THAT(FlowIds(*again, again->FlowsInto("a")), ElementsAre("f1"));
  EXPECT_EQ(again->unfolded(), 2U);
  const SnapshotPtr folded = again->Folded();
  EXPECT_EQ(folded->revision(), 3U);
  EXPECT_EQ(folded->unfolded(), 0U);
  EXPECT_EQ(folded->FlowNumber("f2"), 1U);
}

TEST(Snapshot, AFoldStopsWhenTold) {
  EXPECT_EQ(Snapshot::Build(1, {PartyNamed("a")})->Folded([] { return true; }), nullptr);
}

TEST(Snapshot, ManyChangesAtOnceAreFoldedAtOnce) {
  std::vector<model::Mutation> mutations;
  for (int i = 0; i < 300; ++i) {
    mutations.push_back(Upsert(PartyNamed("p" + std::to_string(i))));
  }
  EXPECT_EQ(Snapshot::Empty()->With(1, mutations)->unfolded(), 0U);
  mutations.resize(100);
  EXPECT_EQ(Snapshot::Empty()->With(1, mutations)->unfolded(), 100U);
}

TEST(Snapshot, ListsRecordsFromAnId) {
  const SnapshotPtr snapshot =
      Snapshot::Build(1, {PartyNamed("a"), PartyNamed("c"), PartyNamed("e")})
          ->With(2, {Upsert(PartyNamed("b")), Upsert(PartyNamed("f")),
                     Delete(model::RecordKind::kParty, "c")});
  const auto from = [&](std::string_view first) {
    std::string ids;
    const RecordRange records = snapshot->RecordsOf(model::RecordKind::kParty, first);
    for (const RecordPtr& record : records) {
      ids += model::IdOf(*record);
    }
    EXPECT_EQ(records.size(), ids.size());
    return ids;
  };
  EXPECT_EQ(from(""), "abef");
  EXPECT_EQ(from("b"), "bef");
  EXPECT_EQ(from("c"), "ef");
  EXPECT_EQ(from("f"), "f");
  EXPECT_EQ(from("g"), "");
}

TEST(Snapshot, TellsItsMemory) {
  const SnapshotMemory none = Snapshot::Empty()->memory();
  EXPECT_EQ(none.records + none.names + none.overlay + none.categories, 0U);
  const SnapshotPtr small = Snapshot::Build(1, {PartyNamed("a"), PartyNamed("b")});
  model::Party named = PartyNamed("c");
  named.display_name = std::string(1'000, 'x');
  const SnapshotMemory more = small->With(2, {Upsert(named)})->memory();
  EXPECT_EQ(more.records, small->memory().records);
  EXPECT_GT(more.overlay, 1'000U);
  const SnapshotMemory folded = small->With(2, {Upsert(named)})->Folded()->memory();
  EXPECT_LT(folded.overlay, more.overlay);
  EXPECT_GE(folded.names, small->memory().names + 1'000);
  EXPECT_LT(folded.records, small->memory().records + 1'000);
}

}  // namespace
}  // namespace onward
