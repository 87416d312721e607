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

template <class T>
std::vector<std::string> Ids(const std::vector<const T*>& list) {
  std::vector<std::string> ids;
  ids.reserve(list.size());
  for (const T* item : list) {
    ids.push_back(item->id);
  }
  return ids;
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
  EXPECT_THAT(empty->RecordsOf(model::RecordKind::kFlow), IsEmpty());
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
  EXPECT_THAT(Ids(snapshot->Flows()), ElementsAre("y", "z"));
  EXPECT_THAT(Ids(snapshot->FlowsFrom("b")), ElementsAre("y", "z"));
  EXPECT_THAT(Ids(snapshot->FlowsInto("a")), ElementsAre("y", "z"));
  EXPECT_THAT(Ids(snapshot->AgreementsOf("b")), ElementsAre("g1", "g2"));
  EXPECT_THAT(Ids(snapshot->ActivitiesOf("b")), ElementsAre("crm", "hosting"));
  EXPECT_EQ(snapshot->FindParty("a")->id, "a");
  EXPECT_EQ(snapshot->FindFlow("y")->importer, "a");
  EXPECT_EQ(snapshot->FindAgreement("g1")->id, "g1");
  EXPECT_EQ(snapshot->FindParty("y"), nullptr);
  EXPECT_NE(snapshot->Find({model::RecordKind::kActivity, "crm"}), nullptr);
  EXPECT_EQ(snapshot->Find({model::RecordKind::kUnspecified, "crm"}), nullptr);
  EXPECT_EQ(snapshot->RecordsOf(model::RecordKind::kParty).size(), 3U);
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
  EXPECT_EQ(snapshot->TermsOf(number), static_cast<const model::FlowTerms&>(flow));
  EXPECT_EQ(snapshot->FlowAt(number), flow);
  std::vector<std::string> flows;
  for (const uint32_t each : snapshot->FlowsInOrder()) {
    flows.emplace_back(snapshot->FlowId(each));
  }
  EXPECT_THAT(flows, ElementsAre("f1", "f2"));
  EXPECT_EQ(snapshot->FlowsInOrder().size(), 2U);
  std::vector<std::string> parties;
  for (const uint32_t each : snapshot->PartiesInOrder()) {
    EXPECT_TRUE(snapshot->HasParty(each));
    parties.emplace_back(snapshot->PartyId(each));
  }
  EXPECT_THAT(parties, ElementsAre("a", "b"));
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

// Everything that a caller can see of a snapshot, as text.
std::string Render(const Snapshot& snapshot) {
  std::string text = std::to_string(snapshot.revision()) + "\n";
  for (int32_t kind = 1; kind <= static_cast<int32_t>(model::RecordKind::kLast); ++kind) {
    for (const model::Record* record : snapshot.RecordsOf(static_cast<model::RecordKind>(kind))) {
      text += model::ToString({model::KindOf(*record), model::IdOf(*record)}) + "\n";
    }
  }
  for (uint32_t party = 0; party < snapshot.PartyCount(); ++party) {
    text += std::string(snapshot.PartyId(party)) + ":";
    for (const auto& list : {Ids(snapshot.FlowsFrom(snapshot.PartyId(party))),
                             Ids(snapshot.FlowsInto(snapshot.PartyId(party))),
                             Ids(snapshot.AgreementsOf(snapshot.PartyId(party)))}) {
      for (const std::string& id : list) {
        text += " " + id;
      }
      text += ";";
    }
    std::vector<uint32_t> below = snapshot.Downstream(party);
    std::sort(below.begin(), below.end());
    for (const uint32_t other : below) {
      text += " " + std::to_string(other);
    }
    text += "\n";
  }
  return text;
}

class RandomChanges {
 public:
  explicit RandomChanges(uint32_t seed) : random_(seed) {}

  model::Mutation Next() {
    const std::string id = Name("x", 12);
    switch (Below(4)) {
      case 0:
        return Upsert(PartyNamed(Name("p", 5)));
      case 1:
        return Upsert(FlowBetween("f" + id, Name("p", 5), Name("p", 5)));
      case 2:
        return Upsert(AgreementOf("a" + id, {Name("p", 5), Name("p", 5)}));
      default:
        return Delete(Below(2) == 0 ? model::RecordKind::kFlow : model::RecordKind::kAgreement,
                      (Below(2) == 0 ? "f" : "a") + id);
    }
  }

 private:
  uint32_t Below(uint32_t n) { return static_cast<uint32_t>(random_() % n); }
  std::string Name(const std::string& prefix, uint32_t n) {
    return prefix + std::to_string(Below(n));
  }
  std::mt19937 random_;
};

TEST(SnapshotProperty, WithIsBuildOfTheSameRecords) {
  const uint32_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  RandomChanges random(seed);
  std::map<model::RecordRef, model::Record> model;
  SnapshotPtr snapshot = Snapshot::Empty();
  for (uint64_t revision = 1; revision <= 200; ++revision) {
    std::map<model::RecordRef, model::Mutation> batch;
    for (int i = 0; i < 4; ++i) {
      model::Mutation mutation = random.Next();
      batch.emplace(mutation.ref, mutation);
    }
    std::vector<model::Mutation> mutations;
    for (const auto& [ref, mutation] : batch) {
      mutations.push_back(mutation);
      if (mutation.record.has_value()) {
        model[ref] = *mutation.record;
      } else {
        model.erase(ref);
      }
    }
    snapshot = snapshot->With(revision, mutations);
    std::vector<model::Record> records;
    records.reserve(model.size());
    for (const auto& [ref, record] : model) {
      records.push_back(record);
    }
    ASSERT_EQ(Render(*snapshot), Render(*Snapshot::Build(revision, records)));
  }
}

}  // namespace
}  // namespace onward
