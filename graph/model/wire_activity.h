// Activities, categories and triage as protobuf messages: see wire.h.
#pragma once

#include "graph/model/activity.h"
#include "graph/model/wire_common.h"

namespace onward::model {

template <class Pb>
void ToWire(const Retention& in, Pb& out) {
  wire::WriteStrings(in.data_categories, out.mutable_data_categories());
  out.set_duration(in.duration);
  out.set_criteria(in.criteria);
}
template <class Pb>
void FromWire(const Pb& in, const FieldPath& /*path*/, Violations& /*violations*/, Retention& out) {
  out.data_categories = wire::ReadStrings(in.data_categories());
  out.duration = in.duration();
  out.criteria = in.criteria();
}

template <class Pb>
void ToWire(const Activity& in, Pb& out) {
  out.set_id(in.id);
  out.set_name(in.name);
  wire::WriteStrings(in.controllers, out.mutable_controllers());
  out.set_processor(in.processor);
  wire::WriteStrings(in.on_behalf_of, out.mutable_on_behalf_of());
  wire::WriteStrings(in.purposes, out.mutable_purposes());
  wire::WriteStrings(in.legal_bases, out.mutable_legal_bases());
  wire::WriteStrings(in.data_categories, out.mutable_data_categories());
  wire::WriteStrings(in.data_subject_categories, out.mutable_data_subject_categories());
  ListToWire(in.retention, out.mutable_retention());
  wire::WriteStrings(in.security_measures, out.mutable_security_measures());
  wire::WriteStrings(in.data_sources, out.mutable_data_sources());
  wire::WriteLabels(in.labels, out.mutable_labels());
  ListToWire(in.sources, out.mutable_sources());
}
template <class Pb>
void FromWire(const Pb& in, const FieldPath& path, Violations& violations, Activity& out) {
  out.id = in.id();
  out.name = in.name();
  out.controllers = wire::ReadStrings(in.controllers());
  out.processor = in.processor();
  out.on_behalf_of = wire::ReadStrings(in.on_behalf_of());
  out.purposes = wire::ReadStrings(in.purposes());
  out.legal_bases = wire::ReadStrings(in.legal_bases());
  out.data_categories = wire::ReadStrings(in.data_categories());
  out.data_subject_categories = wire::ReadStrings(in.data_subject_categories());
  ListFromWire(in.retention(), FieldPath(path, "retention"), violations, out.retention);
  out.security_measures = wire::ReadStrings(in.security_measures());
  out.data_sources = wire::ReadStrings(in.data_sources());
  out.labels = wire::ReadLabels(in.labels());
  ListFromWire(in.sources(), FieldPath(path, "sources"), violations, out.sources);
}

template <class Pb>
void ToWire(const Category& in, Pb& out) {
  out.set_id(in.id);
  out.set_name(in.name);
  out.set_parent(in.parent);
  out.set_dpv_id(in.dpv_id);
  out.set_special(in.special);
  wire::WriteLabels(in.labels, out.mutable_labels());
  ListToWire(in.sources, out.mutable_sources());
}
template <class Pb>
void FromWire(const Pb& in, const FieldPath& path, Violations& violations, Category& out) {
  out.id = in.id();
  out.name = in.name();
  out.parent = in.parent();
  out.dpv_id = in.dpv_id();
  out.special = in.special();
  out.labels = wire::ReadLabels(in.labels());
  ListFromWire(in.sources(), FieldPath(path, "sources"), violations, out.sources);
}

template <class Pb>
void ToWire(const Triage& in, Pb& out) {
  out.set_id(in.id);
  out.set_finding(in.finding);
  out.set_subject(in.subject);
  out.set_decision(wire::WriteEnum<decltype(out.decision())>(in.decision));
  ONWARD_WIRE_SET_DATE(out, accepted_until, in.accepted_until);
  out.set_reason(in.reason);
  out.set_owner(in.owner);
  wire::WriteLabels(in.labels, out.mutable_labels());
  ListToWire(in.sources, out.mutable_sources());
}
template <class Pb>
void FromWire(const Pb& in, const FieldPath& path, Violations& violations, Triage& out) {
  out.id = in.id();
  out.finding = in.finding();
  out.subject = in.subject();
  out.decision = wire::ReadEnum<TriageDecision>(in.decision());
  ONWARD_WIRE_GET_DATE(in, accepted_until, path, violations, out.accepted_until);
  out.reason = in.reason();
  out.owner = in.owner();
  out.labels = wire::ReadLabels(in.labels());
  ListFromWire(in.sources(), FieldPath(path, "sources"), violations, out.sources);
}

}  // namespace onward::model
