// The same inventory told otherwise has the same exposure: renamed, reordered, with unrelated records, written in several steps.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "graph/reach/exposure.h"
#include "tests/reach/random_graphs.h"
#include "tests/support/env.h"
#include "tests/support/law.h"

namespace onward::reach_test {
namespace {

using Records = std::vector<model::Record>;

// What does not hang on the ids of flows: origin, recipient, destination, categories, verdict, worst hop, hops, held.
using Row = std::tuple<std::string, std::string, std::string, std::vector<std::string>, bool,
                       verdict::Verdict, verdict::Verdict, uint32_t, bool>;
using Rows = std::set<Row>;
using Rename = std::function<std::string(const std::string&)>;

constexpr uint64_t kGraphs = 300;

std::string Same(const std::string& id) { return id; }
// Turns the order of ids around.
std::string Turned(const std::string& id) {
  return id.empty() ? id : std::string(1, static_cast<char>('a' + 'z' - id[0])) + "-" + id;
}
std::string Back(const std::string& id) { return id.substr(2); }

Rows RowsOf(const SnapshotPtr& snapshot, Date day, const Rename& name) {
  const auto judged = query::Judgements::Make(snapshot, testing::TheRegister(), {day, Date::Max()});
  const auto page = reach::Exposure(reach::DayGraph::Of(judged), {}, std::nullopt, 10'000,
                                    [](size_t /*rows*/) { return absl::OkStatus(); });
  Rows rows;
  for (const reach::ExposureRow& row : page->rows) {
    rows.emplace(name(std::string(snapshot->PartyId(row.origin))),
                 name(std::string(snapshot->PartyId(row.recipient))), row.destination,
                 row.categories.ids, row.categories.all, row.verdict, row.worst_hop, row.hops,
                 row.held);
  }
  return rows;
}

void RenameAll(model::Strings& ids) { std::transform(ids.begin(), ids.end(), ids.begin(), Turned); }

void RenameParty(model::Party& party) {
  party.id = Turned(party.id);
  party.group_parent = Turned(party.group_parent);
}

void RenameFlow(model::Flow& flow) {
  flow.id = Turned(flow.id);
  flow.exporter = Turned(flow.exporter);
  flow.importer = Turned(flow.importer);
  RenameAll(flow.on_behalf_of);
  for (model::Site& site : flow.sites) {
    site.operator_party = Turned(site.operator_party);
  }
}

Records Renamed(Records records) {
  for (model::Record& record : records) {
    if (auto* const party = std::get_if<model::Party>(&record)) {
      RenameParty(*party);
    } else if (auto* const flow = std::get_if<model::Flow>(&record)) {
      RenameFlow(*flow);
    } else if (auto* const activity = std::get_if<model::Activity>(&record)) {
      RenameAll(activity->controllers);
      activity->processor = Turned(activity->processor);
      RenameAll(activity->on_behalf_of);
    } else if (auto* const agreement = std::get_if<model::Agreement>(&record)) {
      RenameAll(agreement->parties);
    }
  }
  return records;
}

// Records that have nothing to do with the others.
Records WithOthers(Records records) {
  for (const std::string& id : {std::string("x-one"), std::string("0-two")}) {
    model::Party party;
    party.id = id;
    party.establishment = "FI";
    records.emplace_back(std::move(party));
  }
  model::Flow flow;
  flow.id = "a-flow";
  flow.exporter = "x-one";
  flow.importer = "0-two";
  flow.exporter_role = model::Role::kController;
  flow.data_categories = {"contact"};
  records.emplace_back(std::move(flow));
  return records;
}

// One write for each record, parties first; then every other one is deleted and written again.
SnapshotPtr WrittenInSteps(const Records& records) {
  SnapshotPtr snapshot = Snapshot::Empty();
  uint64_t revision = 0;
  const auto write = [&](const model::Record& record, bool keep) {
    const model::RecordRef ref{model::KindOf(record), model::IdOf(record)};
    model::Mutation mutation;
    mutation.ref = ref;
    if (keep) {
      mutation.record = record;
    }
    snapshot = snapshot->With(++revision, {mutation});
  };
  for (const model::Record& record : records) {
    write(record, true);
  }
  for (size_t i = 0; i < records.size(); i += 2) {
    if (std::holds_alternative<model::Flow>(records[i])) {
      write(records[i], false);
      write(records[i], true);
    }
  }
  return snapshot;
}

TEST(ReachMetamorphic, AnotherTellingHasTheSameExposure) {
  const uint64_t first = testing::NumberFromEnv("ONWARD_REACH_SEED", 1);
  for (uint64_t seed = first; seed < first + kGraphs && !HasFailure(); ++seed) {
    SCOPED_TRACE("ONWARD_REACH_SEED=" + std::to_string(seed));
    std::mt19937_64 random(seed);
    RandomGraphs graphs(random);
    const Records records = graphs.Next();
    const Date day = graphs.NextDay();
    const Rows rows = RowsOf(Snapshot::Build(1, records), day, Same);
    Records shuffled = records;
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    EXPECT_EQ(RowsOf(Snapshot::Build(1, shuffled), day, Same), rows) << "reordered";
    EXPECT_EQ(RowsOf(Snapshot::Build(1, Renamed(records)), day, Back), rows) << "renamed";
    EXPECT_EQ(RowsOf(Snapshot::Build(1, WithOthers(records)), day, Same), rows) << "unrelated";
    EXPECT_EQ(RowsOf(WrittenInSteps(records), day, Same), rows) << "in steps";
  }
}

}  // namespace
}  // namespace onward::reach_test
