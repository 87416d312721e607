#include "graph/snapshot.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

#include <boost/graph/breadth_first_search.hpp>
#include <boost/pending/queue.hpp>

#include "graph/boost_graph.h"
#include "graph/snapshot_data.h"

namespace onward {
namespace {

using snapshot::Base;
using snapshot::Data;
using snapshot::Records;
using snapshot::Slot;

// A snapshot is made anew rather than carried on where more than one record in so many changes at once.
constexpr size_t kAnewShare = 8;
// Fewer changes than this are always carried on.
constexpr size_t kAnewMin = 256;

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

std::vector<uint32_t> Reached(const FlowGraph& graph, uint32_t from) {
  std::vector<uint32_t> found;
  std::vector<boost::default_color_type> colors(num_vertices(graph), boost::white_color);
  boost::queue<uint32_t> open;
  boost::breadth_first_visit(
      graph, from, open, Collector(found),
      boost::make_iterator_property_map(colors.begin(), get(boost::vertex_index, graph)));
  return found;
}

void SortById(std::vector<RecordPtr>& records) {
  const auto before = [](const RecordPtr& a, const RecordPtr& b) {
    return model::IdOf(*a) < model::IdOf(*b);
  };
  if (!std::is_sorted(records.begin(), records.end(), before)) {
    std::sort(records.begin(), records.end(), before);
  }
}

std::optional<uint32_t> NumberOrNone(uint32_t number) {
  return number == Base::kNone ? std::nullopt : std::optional<uint32_t>(number);
}

}  // namespace

Snapshot::Snapshot(std::unique_ptr<const Data> data) : data_(std::move(data)) {}
Snapshot::~Snapshot() = default;

SnapshotPtr Snapshot::Empty() { return Build(0, {}); }

struct SnapshotBuilder::Parts {
  explicit Parts(size_t expected) : flows(expected) {}

  Records by_kind;
  snapshot::FlowColumnsBuilder flows;
};

SnapshotBuilder::SnapshotBuilder(size_t flows) : parts_(std::make_unique<Parts>(flows)) {}
SnapshotBuilder::SnapshotBuilder(SnapshotBuilder&& other) noexcept = default;
SnapshotBuilder& SnapshotBuilder::operator=(SnapshotBuilder&& other) noexcept = default;
SnapshotBuilder::~SnapshotBuilder() = default;

void SnapshotBuilder::Add(model::Record record) {
  if (const auto* const flow = std::get_if<model::Flow>(&record); flow != nullptr) {
    AddFlow(flow->id, flow->exporter, flow->importer, flow->interval, AddTerms(*flow));
  } else {
    Add(std::make_shared<const model::Record>(std::move(record)));
  }
}

void SnapshotBuilder::Add(RecordPtr record) {
  parts_->by_kind[Slot(model::KindOf(*record))].push_back(std::move(record));
}

uint32_t SnapshotBuilder::AddTerms(const model::FlowTerms& terms) {
  return parts_->flows.TermsNumber(model::TermsOf(terms));
}

void SnapshotBuilder::AddFlow(std::string_view id, std::string_view exporter,
                              std::string_view importer, const Interval& interval, uint32_t terms) {
  snapshot::FlowColumnsBuilder& flows = parts_->flows;
  flows.Add(id, flows.PartyNumber(exporter), flows.PartyNumber(importer), interval, terms);
}

void SnapshotBuilder::Append(SnapshotBuilder other) {
  for (size_t slot = 0; slot < parts_->by_kind.size(); ++slot) {
    std::vector<RecordPtr>& more = other.parts_->by_kind[slot];
    parts_->by_kind[slot].insert(parts_->by_kind[slot].end(), std::make_move_iterator(more.begin()),
                                 std::make_move_iterator(more.end()));
  }
  parts_->flows.Append(std::move(other.parts_->flows));
}

SnapshotPtr SnapshotBuilder::Take(uint64_t revision) {
  for (std::vector<RecordPtr>& list : parts_->by_kind) {
    SortById(list);
  }
  return SnapshotPtr(new Snapshot(std::make_unique<const Data>(
      revision, Base::Make(std::move(parts_->by_kind), std::move(parts_->flows), {}))));
}

SnapshotPtr Snapshot::Build(uint64_t revision, std::vector<model::Record> records) {
  const auto flows = std::count_if(records.begin(), records.end(), [](const model::Record& record) {
    return std::holds_alternative<model::Flow>(record);
  });
  SnapshotBuilder builder(static_cast<size_t>(flows));
  for (model::Record& record : records) {
    builder.Add(std::move(record));
  }
  return builder.Take(revision);
}

SnapshotPtr Snapshot::With(uint64_t revision, const std::vector<model::Mutation>& mutations) const {
  const auto with = [&](snapshot::Changes changes) {
    return SnapshotPtr(new Snapshot(snapshot::Changed(*data_, revision, mutations, changes)));
  };
  const size_t all = data_->base->size() + data_->overlay.changes;
  return mutations.size() >= kAnewMin && mutations.size() >= all / kAnewShare
             ? with(snapshot::Changes::kRecordsAlone)->Folded()
             : with(snapshot::Changes::kAll);
}

SnapshotPtr Snapshot::Folded(const std::function<bool()>& stop) const {
  std::optional<snapshot::FlowColumnsBuilder> flows = data_->AllFlows(stop);
  if (!flows.has_value()) {
    return nullptr;
  }
  std::shared_ptr<const Base> base = Base::Make(data_->AllRecords(), *std::move(flows), stop);
  return base == nullptr ? nullptr
                         : SnapshotPtr(new Snapshot(
                               std::make_unique<const Data>(data_->revision, std::move(base))));
}

size_t Snapshot::unfolded() const { return data_->overlay.changes; }

size_t Snapshot::size() const {
  return std::accumulate(data_->record_counts.begin(), data_->record_counts.end(), size_t{0});
}

SnapshotMemory Snapshot::memory() const {
  const snapshot::BaseBytes& base = data_->base->bytes();
  return {base.records,
          base.flows,
          base.terms,
          base.names,
          base.index,
          base.graph,
          data_->categories->bytes(),
          snapshot::BytesOf(data_->overlay)};
}

uint64_t Snapshot::revision() const { return data_->revision; }
const Categories& Snapshot::categories() const { return *data_->categories; }

bool Snapshot::Has(const model::RecordRef& ref) const { return data_->Has(Slot(ref.kind), ref.id); }

RecordPtr Snapshot::Find(const model::RecordRef& ref) const {
  return data_->Find(Slot(ref.kind), ref.id);
}

size_t Snapshot::RecordCount(model::RecordKind kind) const {
  return data_->record_counts[Slot(kind)];
}

RecordRange Snapshot::RecordsOf(model::RecordKind kind, std::string_view first) const {
  return data_->RecordsFrom(Slot(kind), first);
}

template <class T>
const T* Snapshot::Lookup(model::RecordKind kind, std::string_view id) const {
  const model::Record* const found = data_->FindKept(Slot(kind), id);
  return found == nullptr ? nullptr : &std::get<T>(*found);
}

const model::Party* Snapshot::FindParty(std::string_view id) const {
  const uint32_t number = data_->PartyNumber(id);
  return number == Base::kNone ? nullptr : data_->PartyRecord(number);
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
std::optional<model::Flow> Snapshot::FindFlow(std::string_view id) const {
  const std::optional<uint32_t> number = FlowNumber(id);
  return number.has_value() ? std::optional(FlowAt(*number)) : std::nullopt;
}

std::span<const model::Agreement* const> Snapshot::AgreementsOf(std::string_view party) const {
  return data_->AgreementsOf(party);
}
std::span<const model::Activity* const> Snapshot::ActivitiesOf(std::string_view party) const {
  return data_->ActivitiesOf(party);
}
std::span<const uint32_t> Snapshot::FlowsFrom(std::string_view party) const {
  const uint32_t number = data_->PartyNumber(party);
  return number == Base::kNone ? std::span<const uint32_t>() : data_->Out(number);
}
std::span<const uint32_t> Snapshot::FlowsInto(std::string_view party) const {
  const uint32_t number = data_->PartyNumber(party);
  return number == Base::kNone ? std::span<const uint32_t>() : data_->In(number);
}
model::FlowView Snapshot::ViewAt(uint32_t flow) const { return data_->ViewAt(flow); }

uint32_t Snapshot::PartyCount() const { return data_->party_count; }
bool Snapshot::HasParty(uint32_t party) const { return data_->HasParty(party); }
NumberRange Snapshot::PartiesInOrder() const { return data_->PartiesInOrder(); }
std::string_view Snapshot::PartyId(uint32_t party) const { return data_->PartyId(party); }

std::optional<uint32_t> Snapshot::PartyNumber(std::string_view id) const {
  const uint32_t number = data_->PartyNumber(id);
  return NumberOrNone(number != Base::kNone && HasParty(number) ? number : Base::kNone);
}

uint32_t Snapshot::FlowCount() const { return data_->flow_count; }
bool Snapshot::HasFlow(uint32_t flow) const { return data_->HasFlow(flow); }
NumberRange Snapshot::FlowsInOrder() const { return data_->FlowsInOrder(); }
std::string_view Snapshot::FlowId(uint32_t flow) const { return data_->FlowId(flow); }

std::optional<uint32_t> Snapshot::FlowNumber(std::string_view id) const {
  const uint32_t number = data_->FlowNumber(id);
  return NumberOrNone(number != Base::kNone && HasFlow(number) ? number : Base::kNone);
}

uint32_t Snapshot::ExporterOf(uint32_t flow) const { return data_->EndsOf(flow).first; }
uint32_t Snapshot::ImporterOf(uint32_t flow) const { return data_->EndsOf(flow).second; }
const Interval& Snapshot::IntervalOf(uint32_t flow) const { return data_->IntervalOf(flow); }
model::TermsView Snapshot::TermsOf(uint32_t flow) const { return data_->TermsOf(flow); }
std::optional<uint32_t> Snapshot::SharedTermsOf(uint32_t flow) const {
  return data_->ChangedFlow(flow) == nullptr ? std::optional(data_->base->columns.terms[flow])
                                             : std::nullopt;
}
model::Flow Snapshot::FlowAt(uint32_t flow) const { return model::FlowFrom(ViewAt(flow)); }

verdict::FlowTable Snapshot::AllFlows() const {
  static const model::FlowTerms kNoTerms;
  verdict::FlowTable table;
  const Base& base = *data_->base;
  table.parties.resize(PartyCount() + 1);
  for (uint32_t party = 0; party < PartyCount(); ++party) {
    table.parties[party] = PartyId(party);
  }
  table.pool = &base.columns.pool;
  const uint32_t nothing = table.TermsCount();
  table.further_terms.push_back(&kNoTerms);
  table.rows.resize(FlowCount(), {PartyCount(), PartyCount(), nothing, {}});
  for (uint32_t flow = 0; flow < table.rows.size(); ++flow) {
    verdict::FlowTable::Row& row = table.rows[flow];
    if (data_->ChangedFlow(flow) == nullptr) {
      const auto [exporter, importer] = base.EndsOf(flow);
      row = {exporter, importer, base.columns.terms[flow], base.columns.intervals[flow]};
    } else if (HasFlow(flow)) {
      row = {ExporterOf(flow), ImporterOf(flow), table.TermsCount(), IntervalOf(flow)};
      table.further_terms.push_back(data_->ChangedTermsOf(flow));
    }
  }
  if (const NumberRange order = FlowsInOrder(); !std::is_sorted(order.begin(), order.end())) {
    table.order.assign(order.begin(), order.end());
  }
  return table;
}

std::span<const uint32_t> Snapshot::OutFlows(uint32_t party) const { return data_->Out(party); }
std::span<const uint32_t> Snapshot::InFlows(uint32_t party) const { return data_->In(party); }

std::vector<uint32_t> Snapshot::Downstream(uint32_t party) const {
  return Reached({this, false}, party);
}
std::vector<uint32_t> Snapshot::Upstream(uint32_t party) const {
  return Reached({this, true}, party);
}

}  // namespace onward
