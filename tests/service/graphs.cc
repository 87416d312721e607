#include "tests/service/graphs.h"

#include <algorithm>
#include <iostream>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"

namespace onward::service_test {
namespace {

constexpr size_t kRecordsOfACommit = 10'000;

}  // namespace

uint32_t Graph::Party() {
  const uint32_t number = parties();
  model::Party party;
  party.id = IdOf(number);
  party.establishment = number % 3 == 0 ? "FI" : number % 3 == 1 ? "US" : "IN";
  parties_.push_back(std::move(party));
  return number;
}

uint32_t Graph::Parties(uint32_t count) {
  const uint32_t first = parties();
  for (uint32_t i = 0; i < count; ++i) {
    Party();
  }
  return first;
}

model::Flow& Graph::Flow(uint32_t from, uint32_t to) {
  model::Flow flow;
  flow.id = absl::StrCat("f", flows());
  flow.exporter = IdOf(from);
  flow.importer = IdOf(to);
  flow.exporter_role = flow.importer_role = model::Role::kController;
  flow.data_categories = {from == 0 ? "contact" : std::string(model::kAllReceived)};
  return flows_.emplace_back(std::move(flow));
}

model::Flow& Graph::SubFlow(uint32_t from, uint32_t to) {
  model::Flow& flow = Flow(from, to);
  flow.exporter_role = model::Role::kProcessor;
  flow.importer_role = model::Role::kSubProcessor;
  return flow;
}

bool Graph::Write(storage::Store& store, const std::string& inventory) const {
  const auto made = store.CreateInventory(inventory, "", {});
  if (!made.ok()) {
    std::cerr << made.status() << std::endl;
    return false;
  }
  std::vector<storage::RecordWrite> writes;
  uint64_t head = 0;
  const auto commit = [&](size_t least) {
    if (writes.size() < least || writes.empty()) {
      return true;
    }
    const auto written = store.Commit(inventory, head, writes, {});
    if (!written.ok()) {
      std::cerr << written.status() << std::endl;
      return false;
    }
    head = *written;
    writes.clear();
    return true;
  };
  const auto add = [&](model::Record record) {
    const model::RecordRef ref{model::KindOf(record), model::IdOf(record)};
    writes.push_back({ref, std::move(record)});
    return commit(kRecordsOfACommit);
  };
  for (const model::Party& party : parties_) {
    if (!add(party)) {
      return false;
    }
  }
  for (const model::Record& record : others_) {
    if (!add(record)) {
      return false;
    }
  }
  for (const model::Flow& flow : flows_) {
    if (!add(flow)) {
      return false;
    }
  }
  return commit(0);
}

Graph RandomGraph(uint32_t flows, uint64_t seed) {
  constexpr uint32_t kFlowsOfAParty = 3;
  constexpr uint32_t kAbroad = 10;
  Graph graph;
  const uint32_t parties = std::max<uint32_t>(2 * kAbroad, flows / kFlowsOfAParty);
  graph.Parties(parties);
  for (uint32_t party = 0; party < parties; ++party) {
    graph.party(party).establishment = party % kAbroad == kAbroad - 1 ? "US" : "FI";
  }
  const auto next = [&](uint32_t party) {
    const uint32_t one = (party + 1) % parties;
    return one % kAbroad == kAbroad - 1 ? (one + 1) % parties : one;
  };
  std::mt19937_64 random(seed);
  while (graph.flows() < flows) {
    for (uint32_t party = 0; party < parties && graph.flows() < flows; ++party) {
      if (party % kAbroad == kAbroad - 1) {
        continue;
      }
      // The circle first; then squared, so that few receive much.
      const double share = std::uniform_real_distribution<double>(0, 1)(random);
      const auto to = static_cast<uint32_t>(share * share * (parties - 1));
      graph.Flow(party, graph.flows() < parties || to == party ? next(party) : to);
    }
  }
  return graph;
}

}  // namespace onward::service_test
