// The immutable graph of one inventory at one revision. Readers share it; a write makes the next one.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "graph/categories.h"
#include "graph/model/record.h"
#include "graph/number_range.h"
#include "graph/record_range.h"
#include "graph/verdict/flow_table.h"
#include "graph/verdict/inventory_view.h"

namespace onward {

namespace snapshot {
struct Data;
}  // namespace snapshot

class Snapshot;
using SnapshotPtr = std::shared_ptr<const Snapshot>;

// Makes a snapshot from records as they come, in any order, and never holds more of a flow than the
// snapshot will. Not thread-safe.
class SnapshotBuilder {
 public:
  // `flows`: about how many are expected.
  explicit SnapshotBuilder(size_t flows = 0);
  SnapshotBuilder(const SnapshotBuilder&) = delete;
  SnapshotBuilder& operator=(const SnapshotBuilder&) = delete;
  SnapshotBuilder(SnapshotBuilder&& other) noexcept;
  SnapshotBuilder& operator=(SnapshotBuilder&& other) noexcept;
  ~SnapshotBuilder();

  // Each (kind, id) once.
  void Add(model::Record record);
  // The same for one of another kind than a flow, which is kept.
  void Add(RecordPtr record);
  // A flow in two steps: the number of its terms, the same for equal ones, serves many.
  uint32_t AddTerms(const model::FlowTerms& terms);
  void AddFlow(std::string_view id, std::string_view exporter, std::string_view importer,
               const Interval& interval, uint32_t terms);
  // All that was added to another, which is used up.
  void Append(SnapshotBuilder other);
  // References must resolve (graph/model/check). To be called once, at the end.
  SnapshotPtr Take(uint64_t revision);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// Memory of a snapshot in bytes, without what the allocator adds. Snapshots made from one another by With()
// share all but the overlay.
struct SnapshotMemory {
  // Of all kinds but flows, but for names.
  size_t records = 0;
  // What flows have of their own, but for ids: ends, interval, number of their terms.
  size_t flows = 0;
  // Terms of flows, equal ones and equal parts once.
  size_t terms = 0;
  // Ids, also those of flows with their order, and names for people.
  size_t names = 0;
  // From other ids to numbers and records, and from parties to agreements and activities.
  size_t index = 0;
  // Flows by their ends.
  size_t graph = 0;
  // The tree of categories.
  size_t categories = 0;
  // What changed since the last fold.
  size_t overlay = 0;

  size_t All() const {
    return records + flows + terms + names + index + graph + categories + overlay;
  }
};

// Thread-safe: immutable. References and views live as long as the snapshot. Flows are not kept as records:
// a record of one is put together where it is asked for.
class Snapshot final : public verdict::InventoryView {
 public:
  // An inventory without records at revision 0.
  static SnapshotPtr Empty();
  // By a SnapshotBuilder.
  static SnapshotPtr Build(uint64_t revision, std::vector<model::Record> records);
  // This snapshot with `mutations` applied, at `revision`. What does not change is shared, so that this
  // costs about as much as the mutations touch; with flows into a hub, also a copy of its list of flows.
  // Many mutations at once, measured by what is there, make a snapshot that shares records only.
  SnapshotPtr With(uint64_t revision, const std::vector<model::Mutation>& mutations) const;
  // The same revision and the same answers, with nothing left over that later snapshots would have to
  // carry on: what With() shares grows slower to ask the more there is of it. Costs as much as Build.
  // Numbers may differ. Null: stopped, since `stop` (asked now and then) said so.
  SnapshotPtr Folded(const std::function<bool()>& stop = {}) const;
  // Records that a fold would take in.
  size_t unfolded() const;
  // Records of all kinds.
  size_t size() const;
  // Quick: the larger part is known since the last fold.
  SnapshotMemory memory() const;

  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  ~Snapshot() override;

  uint64_t revision() const;

  bool Has(const model::RecordRef& ref) const;
  // Null: no such record.
  RecordPtr Find(const model::RecordRef& ref) const;
  size_t RecordCount(model::RecordKind kind) const;
  // All records of a kind in order of id, from the first that does not come before `first`.
  RecordRange RecordsOf(model::RecordKind kind, std::string_view first = {}) const;

  const model::Party* FindParty(std::string_view id) const override;
  const model::Location* FindLocation(std::string_view id) const override;
  const model::Agreement* FindAgreement(std::string_view id) const override;
  std::span<const model::Agreement* const> AgreementsOf(std::string_view party) const override;
  std::span<const uint32_t> FlowsFrom(std::string_view party) const override;
  std::span<const uint32_t> FlowsInto(std::string_view party) const override;
  model::FlowView ViewAt(uint32_t flow) const override;
  const model::Policy* FindPolicy() const override;
  const model::Activity* FindActivity(std::string_view id) const;
  std::optional<model::Flow> FindFlow(std::string_view id) const;
  // Activities of a party, as controller or processor, in order of id.
  std::span<const model::Activity* const> ActivitiesOf(std::string_view party) const;
  // The inventory's data categories.
  const Categories& categories() const;

  // The graph in dense numbers. A number is below PartyCount() or FlowCount() and holds for this snapshot
  // only. Numbers are in no order that means anything, and some may stand for nothing (HasParty, HasFlow
  // are false): such a number may be asked nothing else. Whatever is shown goes in order of id.
  //
  // Parties that some flow names without a record have a number too. nullopt: no such party or flow.
  uint32_t PartyCount() const;
  bool HasParty(uint32_t party) const;
  NumberRange PartiesInOrder() const;
  std::string_view PartyId(uint32_t party) const;
  std::optional<uint32_t> PartyNumber(std::string_view id) const;

  uint32_t FlowCount() const;
  bool HasFlow(uint32_t flow) const;
  NumberRange FlowsInOrder() const;
  std::string_view FlowId(uint32_t flow) const;
  std::optional<uint32_t> FlowNumber(std::string_view id) const;
  uint32_t ExporterOf(uint32_t flow) const;
  uint32_t ImporterOf(uint32_t flow) const;
  const Interval& IntervalOf(uint32_t flow) const;
  // All other fields.
  model::TermsView TermsOf(uint32_t flow) const;
  // Flows with equal numbers have equal terms. nullopt: kept apart, since the flow changed lately.
  std::optional<uint32_t> SharedTermsOf(uint32_t flow) const;
  // The whole record, put together: for proofs and pages, not for loops over many flows.
  model::Flow FlowAt(uint32_t flow) const;
  // All flows by number, for whoever goes through all of them.
  verdict::FlowTable AllFlows() const;
  // Flow numbers out of and into a party, in order of the flows' ids.
  std::span<const uint32_t> OutFlows(uint32_t party) const;
  std::span<const uint32_t> InFlows(uint32_t party) const;
  // Parties that some chain of flows, whatever their dates and categories, leads to or comes from; the
  // party itself included; nearest first, and in the order in which the flows of those nearer lead there.
  std::vector<uint32_t> Downstream(uint32_t party) const;
  std::vector<uint32_t> Upstream(uint32_t party) const;

 private:
  friend class SnapshotBuilder;

  template <class T>
  const T* Lookup(model::RecordKind kind, std::string_view id) const;
  explicit Snapshot(std::unique_ptr<const snapshot::Data> data);
  std::unique_ptr<const snapshot::Data> data_;
};

}  // namespace onward
