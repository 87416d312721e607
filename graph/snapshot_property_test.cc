// Step by step, folded or not, a snapshot answers as one that was built from the same records at once.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "graph/snapshot.h"

namespace onward {
namespace {

using model::RecordKind;
using Model = std::map<model::RecordRef, model::Record>;

constexpr uint32_t kNames = 6;

// Everything that a caller can see, by id.
class Rendering {
 public:
  explicit Rendering(const Snapshot& snapshot) : graph_(snapshot) {}

  std::string Text() {
    Line("revision", std::to_string(graph_.revision()));
    for (int32_t kind = 1; kind <= static_cast<int32_t>(RecordKind::kLast); ++kind) {
      Records(static_cast<RecordKind>(kind));
    }
    const verdict::FlowTable all = graph_.AllFlows();
    EXPECT_EQ(all.size(), graph_.FlowCount());
    for (const uint32_t flow : graph_.FlowsInOrder()) {
      Flow(flow);
      InTable(flow, all);
    }
    std::vector<uint32_t> order;
    all.EachInOrder([&](uint32_t flow) {
      if (graph_.HasFlow(flow)) {
        order.push_back(flow);
      }
    });
    EXPECT_TRUE(std::equal(order.begin(), order.end(), graph_.FlowsInOrder().begin(),
                           graph_.FlowsInOrder().end()));
    EXPECT_EQ(std::count_if(all.rows.begin(), all.rows.end(),
                            [&](const auto& row) { return all.parties[row.exporter].empty(); }),
              graph_.FlowCount() - graph_.FlowsInOrder().size());
    for (const uint32_t party : graph_.PartiesInOrder()) {
      Party(party);
    }
    Line("parties", std::to_string(graph_.PartiesInOrder().size()));
    Line("flows", std::to_string(graph_.FlowsInOrder().size()));
    Categories();
    return std::move(text_);
  }

 private:
  void Line(std::string_view what, std::string_view rest) {
    text_.append(what).append(": ").append(rest).append("\n");
  }
  void Records(RecordKind kind) {
    Line(model::KindName(kind), std::to_string(graph_.RecordCount(kind)));
    EXPECT_EQ(graph_.RecordsOf(kind).size(), graph_.RecordCount(kind));
    for (const RecordPtr& record : graph_.RecordsOf(kind)) {
      Line("record", model::ToString({kind, model::IdOf(*record)}));
      for (const model::Source& source : model::SourcesOf(*record)) {
        Line("source", source.document);
      }
    }
  }
  void Flow(uint32_t flow) {
    const std::string id(graph_.FlowId(flow));
    EXPECT_TRUE(graph_.HasFlow(flow));
    EXPECT_LT(flow, graph_.FlowCount());
    EXPECT_EQ(graph_.FlowNumber(id), flow);
    const model::Flow whole = graph_.FlowAt(flow);
    EXPECT_EQ(*graph_.FindFlow(id), whole);
    EXPECT_EQ(model::FlowFrom(graph_.ViewAt(flow)), whole);
    EXPECT_EQ(std::get<model::Flow>(*graph_.Find({RecordKind::kFlow, id})), whole);
    EXPECT_EQ(whole.interval, graph_.IntervalOf(flow));
    EXPECT_TRUE(model::TermsOf(whole) == graph_.TermsOf(flow));
    EXPECT_EQ(whole.exporter, graph_.PartyId(graph_.ExporterOf(flow)));
    EXPECT_EQ(whole.importer, graph_.PartyId(graph_.ImporterOf(flow)));
    EXPECT_EQ(whole.id, id);
    Line("flow",
         id + " " + whole.exporter + " " + whole.importer + " " + whole.interval.from.ToString());
  }
  void InTable(uint32_t flow, const verdict::FlowTable& all) {
    const verdict::FlowTable::Row& row = all.rows[flow];
    EXPECT_EQ(all.parties[row.exporter], graph_.PartyId(graph_.ExporterOf(flow)));
    EXPECT_EQ(all.parties[row.importer], graph_.PartyId(graph_.ImporterOf(flow)));
    EXPECT_EQ(row.interval, graph_.IntervalOf(flow));
    EXPECT_TRUE(all.TermsOf(flow) == graph_.TermsOf(flow));
  }
  void Party(uint32_t party) {
    const std::string_view id = graph_.PartyId(party);
    EXPECT_TRUE(graph_.HasParty(party));
    EXPECT_LT(party, graph_.PartyCount());
    EXPECT_EQ(graph_.PartyNumber(id), party);
    Line("party", std::string(id) + (graph_.FindParty(id) == nullptr ? " without a record" : ""));
    Numbers("out", graph_.OutFlows(party), graph_.FlowsFrom(id));
    Numbers("in", graph_.InFlows(party), graph_.FlowsInto(id));
    for (const model::Agreement* agreement : graph_.AgreementsOf(id)) {
      EXPECT_EQ(agreement, graph_.FindAgreement(agreement->id));
      Line("agreement", agreement->id);
    }
    for (const model::Activity* activity : graph_.ActivitiesOf(id)) {
      EXPECT_EQ(activity, graph_.FindActivity(activity->id));
      Line("activity", activity->id);
    }
    for (const uint32_t below : graph_.Downstream(party)) {
      Line("below", graph_.PartyId(below));
    }
    for (const uint32_t above : graph_.Upstream(party)) {
      Line("above", graph_.PartyId(above));
    }
  }
  void Numbers(std::string_view what, std::span<const uint32_t> numbers,
               std::span<const uint32_t> by_id) {
    ASSERT_TRUE(std::equal(numbers.begin(), numbers.end(), by_id.begin(), by_id.end()));
    for (const uint32_t flow : numbers) {
      Line(what, graph_.FlowId(flow));
    }
  }
  void Categories() {
    for (uint32_t i = 0; i < kNames; ++i) {
      const std::string id = "c" + std::to_string(i);
      const onward::Categories& tree = graph_.categories();
      Line(id, std::string(tree.ParentOf(id)) + (tree.IsSpecial(id) ? " special " : " ") +
                   tree.NameOf(id) + (tree.Covers("c0", id) ? " below c0" : ""));
    }
  }

  const Snapshot& graph_;
  std::string text_;
};

class RandomChanges {
 public:
  explicit RandomChanges(uint32_t seed) : random_(seed) {}

  uint32_t Below(uint32_t n) { return static_cast<uint32_t>(random_() % n); }

  model::Mutation Next() {
    const model::Record record = NextRecord();
    const model::RecordRef ref = {model::KindOf(record), model::IdOf(record)};
    return Below(3) == 0 ? model::Mutation{ref, std::nullopt, {}, false}
                         : model::Mutation{ref, record, {}, false};
  }

 private:
  std::string Name(const std::string& prefix, uint32_t n = kNames) {
    return prefix + std::to_string(Below(n));
  }

  model::Record NextRecord() {
    model::Record record = Made();
    if (Below(2) == 0) {
      model::SourcesOf(record).push_back({Name("document"), "", std::nullopt, {}});
    }
    return record;
  }
  model::Record Made() {
    switch (Below(9)) {
      case 0:
        return Party();
      case 1:
        return Agreement();
      case 2:
        return Activity();
      case 3:
        return Category();
      case 4:
        return Other();
      default:
        return Flow();
    }
  }
  model::Record Party() {
    model::Party party;
    party.id = Name("p");
    party.display_name = Name("name");
    return party;
  }
  model::Record Flow() {
    model::Flow flow;
    flow.id = Name("f", 20);
    flow.exporter = Name("p");
    flow.importer = Name("p");
    flow.interval.from = Date::Of(2020, 1, 1).Plus(static_cast<int32_t>(Below(5)));
    flow.data_categories = {Name("c", 2)};
    if (Below(4) == 0) {
      flow.labels = {{"note", Name("n", 2)}};
    }
    return flow;
  }
  model::Record Agreement() {
    model::Agreement agreement;
    agreement.id = Name("a");
    agreement.parties = {Name("p"), Name("p")};
    return agreement;
  }
  model::Record Activity() {
    model::Activity activity;
    activity.id = Name("act");
    activity.controllers = {Name("p"), Name("p")};
    activity.processor = Below(2) == 0 ? Name("p") : "";
    return activity;
  }
  // Circles of parents included.
  model::Record Category() {
    model::Category category;
    category.id = Name("c");
    category.parent = Below(3) == 0 ? "" : Name("c");
    category.special = Below(4) == 0;
    return category;
  }
  model::Record Other() {
    if (Below(2) == 0) {
      model::Policy policy;
      policy.id = model::kPolicyId;
      return policy;
    }
    model::Location location;
    location.id = Name("l");
    return location;
  }

  std::mt19937 random_;
};

void Take(const model::Mutation& mutation, Model& model) {
  if (mutation.record.has_value()) {
    model[mutation.ref] = *mutation.record;
  } else {
    model.erase(mutation.ref);
  }
}

std::string Built(uint64_t revision, const Model& model) {
  std::vector<model::Record> records;
  records.reserve(model.size());
  for (const auto& [ref, record] : model) {
    records.push_back(record);
  }
  return Rendering(*Snapshot::Build(revision, std::move(records))).Text();
}

// The same records, each added to one of a few builders.
SnapshotPtr BuiltInParts(uint64_t revision, const Model& model, RandomChanges& random) {
  std::vector<SnapshotBuilder> parts(1 + random.Below(4));
  for (const auto& [ref, record] : model) {
    SnapshotBuilder& part = parts[random.Below(static_cast<uint32_t>(parts.size()))];
    const auto* const flow = std::get_if<model::Flow>(&record);
    if (flow == nullptr) {
      part.Add(std::make_shared<const model::Record>(record));
    } else {
      part.AddFlow(flow->id, flow->exporter, flow->importer, flow->interval, part.AddTerms(*flow));
    }
  }
  SnapshotBuilder whole;
  for (SnapshotBuilder& part : parts) {
    whole.Append(std::move(part));
  }
  return whole.Take(revision);
}

// As many terms as flows have different ones, each once: none is left over from flows that are gone.
void ExpectTermsOnce(const Snapshot& folded) {
  std::vector<uint32_t> terms;
  const verdict::FlowTable all = folded.AllFlows();
  for (const uint32_t flow : folded.FlowsInOrder()) {
    const uint32_t own = folded.SharedTermsOf(flow).value();
    const auto equal = [&](uint32_t other) { return all.TermsAt(other) == all.TermsAt(own); };
    const auto known = std::find_if(terms.begin(), terms.end(), equal);
    if (known == terms.end()) {
      terms.push_back(own);
    } else {
      EXPECT_EQ(*known, own);
    }
  }
  // And those of no flow.
  EXPECT_EQ(all.TermsCount(), terms.size() + 1);
}

// Now and then folds; `behind` then is a fold that the next writes are made on again, as a fold in the
// background goes.
void Walk(uint32_t seed) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  RandomChanges random(seed);
  Model model;
  SnapshotPtr snapshot = Snapshot::Empty();
  std::map<uint64_t, std::pair<SnapshotPtr, std::string>> kept;
  for (uint64_t revision = 1; revision <= 60; ++revision) {
    std::map<model::RecordRef, model::Mutation> batch;
    for (uint32_t i = 0; i <= random.Below(4); ++i) {
      model::Mutation mutation = random.Next();
      batch.insert_or_assign(mutation.ref, mutation);
    }
    std::vector<model::Mutation> mutations;
    for (const auto& [ref, mutation] : batch) {
      mutations.push_back(mutation);
      Take(mutation, model);
    }
    const SnapshotPtr behind = random.Below(6) == 0 ? snapshot->Folded() : nullptr;
    snapshot = snapshot->With(revision, mutations);
    const std::string expected = Built(revision, model);
    ASSERT_EQ(Rendering(*snapshot).Text(), expected);
    for (const auto& [ref, record] : model) {
      ASSERT_EQ(*snapshot->Find(ref), record);
    }
    if (random.Below(4) == 0) {
      const SnapshotPtr in_parts = BuiltInParts(revision, model, random);
      ASSERT_EQ(Rendering(*in_parts).Text(), expected);
      ExpectTermsOnce(*in_parts);
      ExpectTermsOnce(*snapshot->Folded());
    }
    if (behind != nullptr) {
      snapshot = behind->With(revision, mutations);
      ASSERT_EQ(Rendering(*snapshot).Text(), expected);
      ASSERT_EQ(Rendering(*snapshot->Folded()).Text(), expected);
    }
    if (random.Below(10) == 0) {
      kept.emplace(revision, std::pair(snapshot, expected));
    }
  }
  for (const auto& [revision, was] : kept) {
    EXPECT_EQ(Rendering(*was.first).Text(), was.second);
  }
}

TEST(SnapshotProperty, WithAndFoldsAreBuildOfTheSameRecords) {
  const uint32_t seed = std::random_device{}();
  for (uint32_t i = 0; i < 12 && !::testing::Test::HasFatalFailure(); ++i) {
    Walk(seed + i);
  }
}

}  // namespace
}  // namespace onward
