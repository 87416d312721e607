// The policy of an inventory to and from its messages: see wire.h.
#pragma once

#include "graph/model/policy.h"
#include "graph/model/wire_common.h"

namespace onward::model {

template <class Pb>
void ToWire(const Policy& in, Pb& out) {
  using Reading = decltype(out.onward_after_adequacy());
  out.set_id(in.id);
  out.set_scc_for_importers_under_gdpr(wire::WriteEnum<Reading>(in.scc_for_importers_under_gdpr));
  out.set_employee_data_under_non_hr_certificate(
      wire::WriteEnum<Reading>(in.employee_data_under_non_hr_certificate));
  out.set_repetition_under_derogations(wire::WriteEnum<Reading>(in.repetition_under_derogations));
  out.set_onward_after_adequacy(wire::WriteEnum<Reading>(in.onward_after_adequacy));
  out.set_justification(in.justification);
  out.set_owner(in.owner);
  wire::WriteLabels(in.labels, out.mutable_labels());
  ListToWire(in.sources, out.mutable_sources());
}
template <class Pb>
void FromWire(const Pb& in, const FieldPath& path, Violations& violations, Policy& out) {
  out.id = in.id();
  out.scc_for_importers_under_gdpr =
      wire::ReadEnum<ContestedReading>(in.scc_for_importers_under_gdpr());
  out.employee_data_under_non_hr_certificate =
      wire::ReadEnum<ContestedReading>(in.employee_data_under_non_hr_certificate());
  out.repetition_under_derogations =
      wire::ReadEnum<ContestedReading>(in.repetition_under_derogations());
  out.onward_after_adequacy = wire::ReadEnum<ContestedReading>(in.onward_after_adequacy());
  out.justification = in.justification();
  out.owner = in.owner();
  out.labels = wire::ReadLabels(in.labels());
  ListFromWire(in.sources(), FieldPath(path, "sources"), violations, out.sources);
}

}  // namespace onward::model
