// The immutable graph of one inventory at one revision. Readers share it; a write makes the next one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "graph/categories.h"
#include "graph/model/record.h"
#include "graph/number_range.h"
#include "graph/verdict/inventory_view.h"

namespace onward {

class Snapshot;
using SnapshotPtr = std::shared_ptr<const Snapshot>;

// Thread-safe: immutable. References live as long as the snapshot.
class Snapshot final : public verdict::InventoryView {
 public:
  // An inventory without records at revision 0.
  static SnapshotPtr Empty();
  // Builds from records in any order. Each (kind, id) once. References must resolve (graph/model/check).
  static SnapshotPtr Build(uint64_t revision, std::vector<model::Record> records);
  // This snapshot with `mutations` applied, at `revision`. Records that do not change are shared.
  SnapshotPtr With(uint64_t revision, const std::vector<model::Mutation>& mutations) const;

  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  ~Snapshot() override;

  uint64_t revision() const;

  // Null: no such record.
  const model::Record* Find(const model::RecordRef& ref) const;
  // All records of a kind in order of id.
  const std::vector<const model::Record*>& RecordsOf(model::RecordKind kind) const;
  // All flows in order of id.
  const std::vector<const model::Flow*>& Flows() const;

  const model::Party* FindParty(std::string_view id) const override;
  const model::Location* FindLocation(std::string_view id) const override;
  const model::Agreement* FindAgreement(std::string_view id) const override;
  const std::vector<const model::Agreement*>& AgreementsOf(std::string_view party) const override;
  const std::vector<const model::Flow*>& FlowsFrom(std::string_view party) const override;
  const std::vector<const model::Flow*>& FlowsInto(std::string_view party) const override;
  const model::Policy* FindPolicy() const override;
  const model::Activity* FindActivity(std::string_view id) const;
  const model::Flow* FindFlow(std::string_view id) const;
  // Activities of a party, as controller or processor, in order of id.
  const std::vector<const model::Activity*>& ActivitiesOf(std::string_view party) const;
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
  const model::FlowTerms& TermsOf(uint32_t flow) const;
  // The whole record, put together: for proofs and pages, not for loops over many flows.
  model::Flow FlowAt(uint32_t flow) const;
  // Flow numbers out of and into a party, in order of the flows' ids.
  std::span<const uint32_t> OutFlows(uint32_t party) const;
  std::span<const uint32_t> InFlows(uint32_t party) const;
  // Parties that some chain of flows, whatever their dates and categories, leads to or comes from; the
  // party itself included; nearest first.
  std::vector<uint32_t> Downstream(uint32_t party) const;
  std::vector<uint32_t> Upstream(uint32_t party) const;

 private:
  struct Data;
  template <class T>
  const T* Lookup(model::RecordKind kind, std::string_view id) const;
  explicit Snapshot(std::unique_ptr<const Data> data);
  std::unique_ptr<const Data> data_;
};

}  // namespace onward
