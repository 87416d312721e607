// Domain records to and from generated protobuf messages, for onward.v1 and onward.store.v1 alike:
//
//   ToWire(party, message);                                  // any record or nested value
//   FromWire(message, FieldPath(), violations, party);       // `party` freshly made
//   RecordToWire(record, one_record_message);         // messages with the oneof {party ... policy}
//   RecordFromWire(one_record_message, path, violations, record);
//
// `out` must be empty before. A date that is none becomes a violation with its path and is left
// out, so the value counts only if no violation was added. Enum numbers are taken over unchecked,
// text is taken as it is: ValidateRecord says whether the record is valid.
#pragma once

#include "graph/model/record.h"
#include "graph/model/wire_activity.h"
#include "graph/model/wire_agreement.h"
#include "graph/model/wire_flow.h"
#include "graph/model/wire_party.h"
#include "graph/model/wire_policy.h"

namespace onward::model {
namespace wire {

// The field of a oneof message that holds this kind of record.
template <class Pb>
auto& MutableField(const Party& /*kind*/, Pb& out) {
  return *out.mutable_party();
}
template <class Pb>
auto& MutableField(const Location& /*kind*/, Pb& out) {
  return *out.mutable_location();
}
template <class Pb>
auto& MutableField(const Activity& /*kind*/, Pb& out) {
  return *out.mutable_activity();
}
template <class Pb>
auto& MutableField(const Agreement& /*kind*/, Pb& out) {
  return *out.mutable_agreement();
}
template <class Pb>
auto& MutableField(const Flow& /*kind*/, Pb& out) {
  return *out.mutable_flow();
}
template <class Pb>
auto& MutableField(const Category& /*kind*/, Pb& out) {
  return *out.mutable_category();
}
template <class Pb>
auto& MutableField(const Triage& /*kind*/, Pb& out) {
  return *out.mutable_triage();
}
template <class Pb>
auto& MutableField(const Policy& /*kind*/, Pb& out) {
  return *out.mutable_policy();
}

}  // namespace wire

template <class Pb>
void RecordToWire(const Record& in, Pb& out) {
  std::visit([&out](const auto& record) { ToWire(record, wire::MutableField(record, out)); }, in);
}

// False, with a violation, where none of the fields is set. Paths inside the record start at
// `path`.
template <class Pb>
bool RecordFromWire(const Pb& in, const FieldPath& path, Violations& violations, Record& out) {
  if (in.has_party()) {
    FromWire(in.party(), path, violations, out.template emplace<Party>());
  } else if (in.has_location()) {
    FromWire(in.location(), path, violations, out.template emplace<Location>());
  } else if (in.has_activity()) {
    FromWire(in.activity(), path, violations, out.template emplace<Activity>());
  } else if (in.has_agreement()) {
    FromWire(in.agreement(), path, violations, out.template emplace<Agreement>());
  } else if (in.has_flow()) {
    FromWire(in.flow(), path, violations, out.template emplace<Flow>());
  } else if (in.has_category()) {
    FromWire(in.category(), path, violations, out.template emplace<Category>());
  } else if (in.has_triage()) {
    FromWire(in.triage(), path, violations, out.template emplace<Triage>());
  } else if (in.has_policy()) {
    FromWire(in.policy(), path, violations, out.template emplace<Policy>());
  } else {
    violations.Add(path,
                   "holds no record: one of party, location, activity, agreement, flow, category, "
                   "triage, policy is required");
    return false;
  }
  return true;
}

}  // namespace onward::model
