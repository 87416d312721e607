#include "graph/snapshot.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>

#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/reverse_graph.hpp>
#include <boost/pending/queue.hpp>

namespace onward {
namespace {

using RecordPtr = std::shared_ptr<const model::Record>;
using FlowGraph =
    boost::compressed_sparse_row_graph<boost::bidirectionalS, boost::no_property,
                                       boost::no_property, boost::no_property, uint32_t, uint32_t>;

constexpr size_t kKinds = static_cast<size_t>(model::RecordKind::kLast) + 1;

size_t Slot(model::RecordKind kind) {
  const auto slot = static_cast<size_t>(kind);
  return slot < kKinds ? slot : 0;
}

// Numbers of one party's flows.
struct Row {
  std::vector<uint32_t> out;
  std::vector<uint32_t> in;
};

// Collects the parties that a search meets.
class Collector : public boost::default_bfs_visitor {
 public:
  explicit Collector(std::vector<uint32_t>& found) : found_(&found) {}
  template <class Graph>
  void discover_vertex(uint32_t vertex, const Graph& /*graph*/) {  // NOLINT: the library's name
    found_->push_back(vertex);
  }

 private:
  std::vector<uint32_t>* found_;
};

template <class Graph>
std::vector<uint32_t> Reached(const Graph& graph, uint32_t from) {
  std::vector<uint32_t> found;
  std::vector<boost::default_color_type> colors(boost::num_vertices(graph), boost::white_color);
  boost::queue<uint32_t> open;
  boost::breadth_first_visit(
      graph, from, open, Collector(found),
      boost::make_iterator_property_map(colors.begin(), boost::get(boost::vertex_index, graph)));
  return found;
}

template <class T>
const std::vector<const T*>& NoneOf() {
  static const std::vector<const T*> kNone;
  return kNone;
}

template <class T>
using ByParty = std::unordered_map<std::string_view, std::vector<const T*>>;

template <class T>
const std::vector<const T*>& Of(const ByParty<T>& map, std::string_view party) {
  const auto at = map.find(party);
  return at == map.end() ? NoneOf<T>() : at->second;
}

}  // namespace

// Records by kind in order of id, and indexes into them. Views and pointers point into the records.
struct Snapshot::Data {
  uint64_t revision = 0;
  std::array<std::vector<RecordPtr>, kKinds> held;
  std::array<std::vector<const model::Record*>, kKinds> records;
  std::array<std::unordered_map<std::string_view, const model::Record*>, kKinds> by_id;
  std::vector<const model::Flow*> flows;
  ByParty<model::Agreement> agreements;
  ByParty<model::Activity> activities;
  ByParty<model::Flow> flows_from;
  ByParty<model::Flow> flows_into;
  Categories categories;

  std::vector<std::string_view> party_ids;
  std::unordered_map<std::string_view, uint32_t> party_numbers;
  std::vector<std::pair<uint32_t, uint32_t>> ends;
  std::vector<Row> rows;
  FlowGraph graph;

  void Index();
  void IndexRecords();
  void IndexAgreements();
  void IndexActivities();
  void IndexParties();
  void IndexFlows();
};

void Snapshot::Data::Index() {
  IndexRecords();
  IndexAgreements();
  IndexActivities();
  IndexParties();
  IndexFlows();
  categories = Categories(records[Slot(model::RecordKind::kCategory)]);
}

void Snapshot::Data::IndexRecords() {
  for (size_t kind = 0; kind < kKinds; ++kind) {
    records[kind].reserve(held[kind].size());
    by_id[kind].reserve(held[kind].size());
    for (const RecordPtr& record : held[kind]) {
      records[kind].push_back(record.get());
      by_id[kind].emplace(model::IdOf(*record), record.get());
    }
  }
}

void Snapshot::Data::IndexAgreements() {
  for (const model::Record* record : records[Slot(model::RecordKind::kAgreement)]) {
    const auto& agreement = std::get<model::Agreement>(*record);
    for (const std::string& party : agreement.parties) {
      std::vector<const model::Agreement*>& list = agreements[party];
      if (list.empty() || list.back() != &agreement) {
        list.push_back(&agreement);
      }
    }
  }
}

void Snapshot::Data::IndexActivities() {
  const auto add = [this](const std::string& party, const model::Activity& activity) {
    std::vector<const model::Activity*>& list = activities[party];
    if (!party.empty() && (list.empty() || list.back() != &activity)) {
      list.push_back(&activity);
    }
  };
  for (const model::Record* record : records[Slot(model::RecordKind::kActivity)]) {
    const auto& activity = std::get<model::Activity>(*record);
    for (const std::string& controller : activity.controllers) {
      add(controller, activity);
    }
    add(activity.processor, activity);
  }
}

// Parties are numbered in order of id, ends of flows without a record included.
void Snapshot::Data::IndexParties() {
  for (const model::Record* record : records[Slot(model::RecordKind::kParty)]) {
    party_ids.emplace_back(model::IdOf(*record));
  }
  for (const model::Record* record : records[Slot(model::RecordKind::kFlow)]) {
    const auto& flow = std::get<model::Flow>(*record);
    flows.push_back(&flow);
    for (const std::string* end : {&flow.exporter, &flow.importer}) {
      if (by_id[Slot(model::RecordKind::kParty)].count(*end) == 0) {
        party_ids.emplace_back(*end);
      }
    }
  }
  std::sort(party_ids.begin(), party_ids.end());
  party_ids.erase(std::unique(party_ids.begin(), party_ids.end()), party_ids.end());
  party_numbers.reserve(party_ids.size());
  for (uint32_t number = 0; number < party_ids.size(); ++number) {
    party_numbers.emplace(party_ids[number], number);
  }
}

void Snapshot::Data::IndexFlows() {
  rows.resize(party_ids.size());
  ends.reserve(flows.size());
  for (uint32_t number = 0; number < flows.size(); ++number) {
    const model::Flow* const flow = flows[number];
    const uint32_t from = party_numbers.at(flow->exporter);
    const uint32_t into = party_numbers.at(flow->importer);
    ends.emplace_back(from, into);
    rows[from].out.push_back(number);
    rows[into].in.push_back(number);
    flows_from[flow->exporter].push_back(flow);
    flows_into[flow->importer].push_back(flow);
  }
  graph = FlowGraph(boost::edges_are_unsorted_multi_pass, ends.begin(), ends.end(),
                    static_cast<uint32_t>(party_ids.size()));
}

Snapshot::Snapshot(std::unique_ptr<const Data> data) : data_(std::move(data)) {}
Snapshot::~Snapshot() = default;

SnapshotPtr Snapshot::Empty() { return Build(0, {}); }

SnapshotPtr Snapshot::Build(uint64_t revision, std::vector<model::Record> records) {
  auto data = std::make_unique<Data>();
  data->revision = revision;
  for (model::Record& record : records) {
    const size_t slot = Slot(model::KindOf(record));
    data->held[slot].push_back(std::make_shared<const model::Record>(std::move(record)));
  }
  for (std::vector<RecordPtr>& held : data->held) {
    std::sort(held.begin(), held.end(), [](const RecordPtr& a, const RecordPtr& b) {
      return model::IdOf(*a) < model::IdOf(*b);
    });
  }
  data->Index();
  return SnapshotPtr(new Snapshot(std::move(data)));
}

SnapshotPtr Snapshot::With(uint64_t revision, const std::vector<model::Mutation>& mutations) const {
  auto data = std::make_unique<Data>();
  data->revision = revision;
  // Per kind: new state of each record that changes; null where it is deleted.
  std::array<std::map<std::string_view, RecordPtr>, kKinds> changed;
  for (const model::Mutation& mutation : mutations) {
    changed[Slot(mutation.ref.kind)][mutation.ref.id] =
        mutation.record.has_value() ? std::make_shared<const model::Record>(*mutation.record)
                                    : nullptr;
  }
  for (size_t kind = 0; kind < kKinds; ++kind) {
    std::map<std::string_view, RecordPtr>& changes = changed[kind];
    std::vector<RecordPtr>& held = data->held[kind];
    held.reserve(data_->held[kind].size() + changes.size());
    auto next = changes.begin();
    const auto take_until = [&](const std::string* id) {
      for (; next != changes.end() && (id == nullptr || next->first < *id); ++next) {
        if (next->second != nullptr) {
          held.push_back(next->second);
        }
      }
    };
    for (const RecordPtr& record : data_->held[kind]) {
      const std::string& id = model::IdOf(*record);
      take_until(&id);
      if (next == changes.end() || next->first != id) {
        held.push_back(record);
      }
    }
    take_until(nullptr);
  }
  data->Index();
  return SnapshotPtr(new Snapshot(std::move(data)));
}

uint64_t Snapshot::revision() const { return data_->revision; }

const model::Record* Snapshot::Find(const model::RecordRef& ref) const {
  const auto& by_id = data_->by_id[Slot(ref.kind)];
  const auto at = by_id.find(ref.id);
  return at == by_id.end() ? nullptr : at->second;
}

const std::vector<const model::Record*>& Snapshot::RecordsOf(model::RecordKind kind) const {
  return data_->records[Slot(kind)];
}

const std::vector<const model::Flow*>& Snapshot::Flows() const { return data_->flows; }
const Categories& Snapshot::categories() const { return data_->categories; }

template <class T>
const T* Snapshot::Lookup(model::RecordKind kind, std::string_view id) const {
  const auto& by_id = data_->by_id[Slot(kind)];
  const auto at = by_id.find(id);
  return at == by_id.end() ? nullptr : &std::get<T>(*at->second);
}

const model::Party* Snapshot::FindParty(std::string_view id) const {
  return Lookup<model::Party>(model::RecordKind::kParty, id);
}
const model::Location* Snapshot::FindLocation(std::string_view id) const {
  return Lookup<model::Location>(model::RecordKind::kLocation, id);
}
const model::Policy* Snapshot::FindPolicy() const {
  return Lookup<model::Policy>(model::RecordKind::kPolicy, model::kPolicyId);
}
const model::Agreement* Snapshot::FindAgreement(std::string_view id) const {
  return Lookup<model::Agreement>(model::RecordKind::kAgreement, id);
}
const model::Activity* Snapshot::FindActivity(std::string_view id) const {
  return Lookup<model::Activity>(model::RecordKind::kActivity, id);
}
const model::Flow* Snapshot::FindFlow(std::string_view id) const {
  return Lookup<model::Flow>(model::RecordKind::kFlow, id);
}

const std::vector<const model::Agreement*>& Snapshot::AgreementsOf(std::string_view party) const {
  return Of(data_->agreements, party);
}
const std::vector<const model::Flow*>& Snapshot::FlowsFrom(std::string_view party) const {
  return Of(data_->flows_from, party);
}
const std::vector<const model::Flow*>& Snapshot::FlowsInto(std::string_view party) const {
  return Of(data_->flows_into, party);
}
const std::vector<const model::Activity*>& Snapshot::ActivitiesOf(std::string_view party) const {
  return Of(data_->activities, party);
}

uint32_t Snapshot::PartyCount() const { return static_cast<uint32_t>(data_->party_ids.size()); }
bool Snapshot::HasParty(uint32_t party) const { return party < data_->party_ids.size(); }
NumberRange Snapshot::PartiesInOrder() const { return NumberRange(PartyCount()); }
std::string_view Snapshot::PartyId(uint32_t party) const { return data_->party_ids[party]; }

std::optional<uint32_t> Snapshot::PartyNumber(std::string_view id) const {
  const auto at = data_->party_numbers.find(id);
  return at == data_->party_numbers.end() ? std::nullopt : std::optional<uint32_t>(at->second);
}

std::optional<uint32_t> Snapshot::FlowNumber(std::string_view id) const {
  const auto at = std::lower_bound(
      data_->flows.begin(), data_->flows.end(), id,
      [](const model::Flow* flow, std::string_view wanted) { return flow->id < wanted; });
  if (at == data_->flows.end() || (*at)->id != id) {
    return std::nullopt;
  }
  return static_cast<uint32_t>(at - data_->flows.begin());
}

uint32_t Snapshot::FlowCount() const { return static_cast<uint32_t>(data_->flows.size()); }
bool Snapshot::HasFlow(uint32_t flow) const { return flow < data_->flows.size(); }
NumberRange Snapshot::FlowsInOrder() const { return NumberRange(FlowCount()); }
std::string_view Snapshot::FlowId(uint32_t flow) const { return data_->flows[flow]->id; }
const Interval& Snapshot::IntervalOf(uint32_t flow) const { return data_->flows[flow]->interval; }
const model::FlowTerms& Snapshot::TermsOf(uint32_t flow) const { return *data_->flows[flow]; }
model::Flow Snapshot::FlowAt(uint32_t flow) const { return *data_->flows[flow]; }

uint32_t Snapshot::ExporterOf(uint32_t flow) const { return data_->ends[flow].first; }
uint32_t Snapshot::ImporterOf(uint32_t flow) const { return data_->ends[flow].second; }
std::span<const uint32_t> Snapshot::OutFlows(uint32_t party) const {
  return data_->rows[party].out;
}
std::span<const uint32_t> Snapshot::InFlows(uint32_t party) const { return data_->rows[party].in; }

std::vector<uint32_t> Snapshot::Downstream(uint32_t party) const {
  return Reached(data_->graph, party);
}
std::vector<uint32_t> Snapshot::Upstream(uint32_t party) const {
  return Reached(boost::make_reverse_graph(data_->graph), party);
}

}  // namespace onward
