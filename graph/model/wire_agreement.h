// Agreements as protobuf messages: see wire.h.
#pragma once

#include "graph/model/agreement.h"
#include "graph/model/wire_common.h"

namespace onward::model {

template <class Pb>
void ToWire(const AgreementParty& in, Pb& out) {
  out.set_party(in.party);
  out.set_side(wire::WriteEnum<decltype(out.side())>(in.side));
  IntervalToWire(in.interval, out);
  out.set_signed_by(in.signed_by);
}
template <class Pb>
void FromWire(const Pb& in, const FieldPath& path, Violations& violations, AgreementParty& out) {
  out.party = in.party();
  out.side = wire::ReadEnum<AgreementSide>(in.side());
  IntervalFromWire(in, path, violations, out.interval);
  out.signed_by = in.signed_by();
}

template <class Pb>
void ToWire(const TransferImpactAssessment& in, Pb& out) {
  ONWARD_WIRE_SET_DATE(out, performed_on, in.performed_on);
  wire::WriteStrings(in.countries, out.mutable_countries());
  out.set_outcome(wire::WriteEnum<decltype(out.outcome())>(in.outcome));
  ONWARD_WIRE_SET_DATE(out, review_due, in.review_due);
  wire::WriteStrings(in.supplementary_measures, out.mutable_supplementary_measures());
}
template <class Pb>
void FromWire(const Pb& in, const FieldPath& path, Violations& violations,
              TransferImpactAssessment& out) {
  ONWARD_WIRE_GET_DATE(in, performed_on, path, violations, out.performed_on);
  out.countries = wire::ReadStrings(in.countries());
  out.outcome = wire::ReadEnum<TiaOutcome>(in.outcome());
  ONWARD_WIRE_GET_DATE(in, review_due, path, violations, out.review_due);
  out.supplementary_measures = wire::ReadStrings(in.supplementary_measures());
}

template <class Pb>
void ToWire(const Evidence& in, Pb& out) {
  out.set_uri(in.uri);
  out.set_sha256(in.sha256);
}
template <class Pb>
void FromWire(const Pb& in, const FieldPath& /*path*/, Violations& /*violations*/, Evidence& out) {
  out.uri = in.uri();
  out.sha256 = in.sha256();
}

template <class Pb>
void ToWire(const Agreement& in, Pb& out) {
  out.set_id(in.id);
  out.set_name(in.name);
  wire::WriteStrings(in.parties, out.mutable_parties());
  ListToWire(in.sides, out.mutable_sides());
  wire::WriteStrings(in.instruments, out.mutable_instruments());
  ONWARD_WIRE_SET_DATE(out, signed_on, in.signed_on);
  IntervalToWire(in.interval, out);
  wire::WriteStrings(in.data_categories, out.mutable_data_categories());
  wire::WriteStrings(in.data_subject_categories, out.mutable_data_subject_categories());
  wire::WriteStrings(in.purposes, out.mutable_purposes());
  ListToWire(in.tias, out.mutable_tias());
  if (in.evidence) {
    ToWire(*in.evidence, *out.mutable_evidence());
  }
  ListToWire(in.statements, out.mutable_statements());
  wire::WriteLabels(in.labels, out.mutable_labels());
  ListToWire(in.sources, out.mutable_sources());
}
template <class Pb>
void FromWire(const Pb& in, const FieldPath& path, Violations& violations, Agreement& out) {
  out.id = in.id();
  out.name = in.name();
  out.parties = wire::ReadStrings(in.parties());
  ListFromWire(in.sides(), FieldPath(path, "sides"), violations, out.sides);
  out.instruments = wire::ReadStrings(in.instruments());
  ONWARD_WIRE_GET_DATE(in, signed_on, path, violations, out.signed_on);
  IntervalFromWire(in, path, violations, out.interval);
  out.data_categories = wire::ReadStrings(in.data_categories());
  out.data_subject_categories = wire::ReadStrings(in.data_subject_categories());
  out.purposes = wire::ReadStrings(in.purposes());
  ListFromWire(in.tias(), FieldPath(path, "tias"), violations, out.tias);
  if (in.has_evidence()) {
    FromWire(in.evidence(), FieldPath(path, "evidence"), violations, out.evidence.emplace());
  }
  ListFromWire(in.statements(), FieldPath(path, "statements"), violations, out.statements);
  out.labels = wire::ReadLabels(in.labels());
  ListFromWire(in.sources(), FieldPath(path, "sources"), violations, out.sources);
}

}  // namespace onward::model
