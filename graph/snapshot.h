// The immutable graph of one inventory at one revision. Readers share it; a write makes the next one.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "graph/model/record.h"
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
  const model::Activity* FindActivity(std::string_view id) const;
  const model::Flow* FindFlow(std::string_view id) const;
  // Activities of a party, as controller or processor, in order of id.
  const std::vector<const model::Activity*>& ActivitiesOf(std::string_view party) const;

 private:
  struct Data;
  explicit Snapshot(std::unique_ptr<const Data> data);
  std::unique_ptr<const Data> data_;
};

}  // namespace onward
