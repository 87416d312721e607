// Flows as protobuf messages: see wire.h.
#pragma once

#include "graph/model/flow.h"
#include "graph/model/wire_common.h"

namespace onward::model {

template <class Pb>
void ToWire(const Site& in, Pb& out) {
  out.set_location(in.location);
  out.set_country(in.country);
  out.set_operator_(in.operator_party);
  out.set_operation(wire::WriteEnum<decltype(out.operation())>(in.operation));
}
template <class Pb>
void FromWire(const Pb& in, const FieldPath& /*path*/, Violations& /*violations*/, Site& out) {
  out.location = in.location();
  out.country = in.country();
  out.operator_party = in.operator_();
  out.operation = wire::ReadEnum<SiteOperation>(in.operation());
}

template <class Pb>
void ToWire(const Derogation& in, Pb& out) {
  out.set_instrument(in.instrument);
  if (in.repetitive) {
    out.set_repetitive(*in.repetitive);
  }
  out.set_justification(in.justification);
}
template <class Pb>
void FromWire(const Pb& in, const FieldPath& /*path*/, Violations& /*violations*/,
              Derogation& out) {
  out.instrument = in.instrument();
  if (in.has_repetitive()) {
    out.repetitive = in.repetitive();
  }
  out.justification = in.justification();
}

template <class Pb>
void ToWire(const CopyEnd& in, Pb& out) {
  out.set_outcome(wire::WriteEnum<decltype(out.outcome())>(in.outcome));
  ONWARD_WIRE_SET_DATE(out, on, in.on);
}
template <class Pb>
void FromWire(const Pb& in, const FieldPath& path, Violations& violations, CopyEnd& out) {
  out.outcome = wire::ReadEnum<CopyOutcome>(in.outcome());
  ONWARD_WIRE_GET_DATE(in, on, path, violations, out.on);
}

template <class Pb>
void ToWire(const Flow& in, Pb& out) {
  out.set_id(in.id);
  out.set_exporter(in.exporter);
  out.set_importer(in.importer);
  out.set_exporter_role(wire::WriteEnum<decltype(out.exporter_role())>(in.exporter_role));
  out.set_importer_role(wire::WriteEnum<decltype(out.importer_role())>(in.importer_role));
  if (in.exporter_gdpr_subject) {
    out.set_exporter_gdpr_subject(*in.exporter_gdpr_subject);
  }
  if (in.importer_gdpr_subject) {
    out.set_importer_gdpr_subject(*in.importer_gdpr_subject);
  }
  wire::WriteStrings(in.activities, out.mutable_activities());
  wire::WriteStrings(in.on_behalf_of, out.mutable_on_behalf_of());
  wire::WriteStrings(in.data_categories, out.mutable_data_categories());
  wire::WriteStrings(in.data_subject_categories, out.mutable_data_subject_categories());
  wire::WriteStrings(in.purposes, out.mutable_purposes());
  ListToWire(in.sites, out.mutable_sites());
  out.set_protection(wire::WriteEnum<decltype(out.protection())>(in.protection));
  wire::WriteStrings(in.agreements, out.mutable_agreements());
  if (in.derogation) {
    ToWire(*in.derogation, *out.mutable_derogation());
  }
  out.set_sub_processor_authorisation(
      wire::WriteEnum<decltype(out.sub_processor_authorisation())>(in.sub_processor_authorisation));
  out.set_collection(wire::WriteEnum<decltype(out.collection())>(in.collection));
  if (in.copy_ends) {
    ToWire(*in.copy_ends, *out.mutable_copy_ends());
  }
  ListToWire(in.statements, out.mutable_statements());
  IntervalToWire(in.interval, out);
  wire::WriteLabels(in.labels, out.mutable_labels());
  ListToWire(in.sources, out.mutable_sources());
}
template <class Pb>
void FromWire(const Pb& in, const FieldPath& path, Violations& violations, Flow& out) {
  out.id = in.id();
  out.exporter = in.exporter();
  out.importer = in.importer();
  out.exporter_role = wire::ReadEnum<Role>(in.exporter_role());
  out.importer_role = wire::ReadEnum<Role>(in.importer_role());
  if (in.has_exporter_gdpr_subject()) {
    out.exporter_gdpr_subject = in.exporter_gdpr_subject();
  }
  if (in.has_importer_gdpr_subject()) {
    out.importer_gdpr_subject = in.importer_gdpr_subject();
  }
  out.activities = wire::ReadStrings(in.activities());
  out.on_behalf_of = wire::ReadStrings(in.on_behalf_of());
  out.data_categories = wire::ReadStrings(in.data_categories());
  out.data_subject_categories = wire::ReadStrings(in.data_subject_categories());
  out.purposes = wire::ReadStrings(in.purposes());
  ListFromWire(in.sites(), FieldPath(path, "sites"), violations, out.sites);
  out.protection = wire::ReadEnum<Protection>(in.protection());
  out.agreements = wire::ReadStrings(in.agreements());
  if (in.has_derogation()) {
    FromWire(in.derogation(), FieldPath(path, "derogation"), violations, out.derogation.emplace());
  }
  out.sub_processor_authorisation =
      wire::ReadEnum<SubProcessorAuthorisation>(in.sub_processor_authorisation());
  out.collection = wire::ReadEnum<Collection>(in.collection());
  if (in.has_copy_ends()) {
    FromWire(in.copy_ends(), FieldPath(path, "copy_ends"), violations, out.copy_ends.emplace());
  }
  ListFromWire(in.statements(), FieldPath(path, "statements"), violations, out.statements);
  IntervalFromWire(in, path, violations, out.interval);
  out.labels = wire::ReadLabels(in.labels());
  ListFromWire(in.sources(), FieldPath(path, "sources"), violations, out.sources);
}

}  // namespace onward::model
