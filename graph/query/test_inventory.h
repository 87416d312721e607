// A small inventory put together line by line, for the tests of this folder.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "graph/query/judgements.h"
#include "tests/support/law.h"

namespace onward::query {

class TestInventory {
 public:
  TestInventory& Party(const std::string& id, const std::string& country) {
    model::Party party;
    party.id = id;
    party.establishment = country;
    records_.emplace_back(std::move(party));
    return *this;
  }

  model::Flow Flow(const std::string& from, const std::string& to,
                   const model::Strings& categories) const {
    model::Flow flow;
    flow.id = from + "-" + to;
    flow.exporter = from;
    flow.importer = to;
    flow.exporter_role = model::Role::kController;
    flow.importer_role = model::Role::kProcessor;
    flow.data_categories = categories;
    return flow;
  }
  TestInventory& Add(const model::Record& record) {
    records_.push_back(record);
    return *this;
  }
  TestInventory& AddFlow(const std::string& from, const std::string& to,
                         const model::Strings& categories) {
    return Add(Flow(from, to, categories));
  }
  // A flow on which the exporter acts as a processor.
  TestInventory& AddSub(const std::string& from, const std::string& to,
                        const model::Strings& categories) {
    model::Flow flow = Flow(from, to, categories);
    flow.exporter_role = model::Role::kProcessor;
    flow.importer_role = model::Role::kSubProcessor;
    return Add(flow);
  }

  SnapshotPtr Take() const { return Snapshot::Build(1, records_); }
  JudgementsPtr Judge(Date as_of) const {
    return Judgements::Make(Take(), testing::TheRegister(), {as_of, Date::Max()});
  }

 private:
  std::vector<model::Record> records_;
};

// The arrival of a flow by its id.
inline const verdict::Arrival& ArrivalOf(const Judgements& judged, std::string_view flow) {
  return judged.arrivals().Of(judged.snapshot().FlowNumber(flow).value());
}
inline verdict::HopVerdict VerdictOf(const Judgements& judged, std::string_view flow) {
  return *judged.Proof(judged.snapshot().FlowNumber(flow).value());
}

// All records of a snapshot by kind and id.
using Records = std::map<model::RecordRef, model::Record>;

inline Records RecordsOf(const Snapshot& snapshot) {
  Records records;
  for (int32_t kind = 1; kind <= static_cast<int32_t>(model::RecordKind::kLast); ++kind) {
    for (const RecordPtr& record : snapshot.RecordsOf(static_cast<model::RecordKind>(kind))) {
      records.emplace(model::RecordRef{model::KindOf(*record), model::IdOf(*record)}, *record);
    }
  }
  return records;
}

}  // namespace onward::query
