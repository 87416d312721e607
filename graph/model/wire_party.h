// Parties and places as protobuf messages: see wire.h.
#pragma once

#include "graph/model/party.h"
#include "graph/model/wire_common.h"

namespace onward::model {

template <class Pb>
void ToWire(const OtherName& in, Pb& out) {
  out.set_name(in.name);
  out.set_language(in.language);
}
template <class Pb>
void FromWire(const Pb& in, const FieldPath& /*path*/, Violations& /*violations*/, OtherName& out) {
  out.name = in.name();
  out.language = in.language();
}

template <class Pb>
void ToWire(const Identifier& in, Pb& out) {
  out.set_scheme(in.scheme);
  out.set_value(in.value);
}
template <class Pb>
void FromWire(const Pb& in, const FieldPath& /*path*/, Violations& /*violations*/,
              Identifier& out) {
  out.scheme = in.scheme();
  out.value = in.value();
}

template <class Pb>
void ToWire(const Certification& in, Pb& out) {
  out.set_scheme(in.scheme);
  for (const CertificationCoverage coverage : in.coverage) {
    out.add_coverage(wire::WriteEnum<decltype(out.coverage(0))>(coverage));
  }
  out.set_listed_under(in.listed_under);
  IntervalToWire(in.interval, out);
}
template <class Pb>
void FromWire(const Pb& in, const FieldPath& path, Violations& violations, Certification& out) {
  out.scheme = in.scheme();
  for (const auto coverage : in.coverage()) {
    out.coverage.push_back(wire::ReadEnum<CertificationCoverage>(coverage));
  }
  out.listed_under = in.listed_under();
  IntervalFromWire(in, path, violations, out.interval);
}

template <class Pb>
void ToWire(const Contact& in, Pb& out) {
  out.set_role(wire::WriteEnum<decltype(out.role())>(in.role));
  out.set_name(in.name);
  out.set_email(in.email);
  out.set_phone(in.phone);
  out.set_address(in.address);
  out.set_erased_at_revision(in.erased_at);
  out.set_commitment(in.commitment);
  if constexpr (requires { out.set_salt(in.salt); }) {
    out.set_salt(in.salt);
  }
}
template <class Pb>
void FromWire(const Pb& in, const FieldPath& /*path*/, Violations& /*violations*/, Contact& out) {
  out.role = wire::ReadEnum<ContactRole>(in.role());
  out.name = in.name();
  out.email = in.email();
  out.phone = in.phone();
  out.address = in.address();
  out.erased_at = in.erased_at_revision();
  out.commitment = in.commitment();
  if constexpr (requires { in.salt(); }) {
    out.salt = in.salt();
  }
}

template <class Pb>
void ToWire(const Party& in, Pb& out) {
  out.set_id(in.id);
  out.set_display_name(in.display_name);
  out.set_legal_name(in.legal_name);
  ListToWire(in.other_names, out.mutable_other_names());
  ListToWire(in.identifiers, out.mutable_identifiers());
  out.set_party_type(wire::WriteEnum<decltype(out.party_type())>(in.party_type));
  out.set_establishment(in.establishment);
  out.set_branch_of(in.branch_of);
  ListToWire(in.gdpr_subject, out.mutable_gdpr_subject());
  out.set_group_parent(in.group_parent);
  ListToWire(in.certifications, out.mutable_certifications());
  ListToWire(in.statements, out.mutable_statements());
  ListToWire(in.contacts, out.mutable_contacts());
  out.set_chain_disclosure(wire::WriteEnum<decltype(out.chain_disclosure())>(in.chain_disclosure));
  wire::WriteLabels(in.labels, out.mutable_labels());
  ListToWire(in.sources, out.mutable_sources());
}
template <class Pb>
void FromWire(const Pb& in, const FieldPath& path, Violations& violations, Party& out) {
  out.id = in.id();
  out.display_name = in.display_name();
  out.legal_name = in.legal_name();
  ListFromWire(in.other_names(), FieldPath(path, "other_names"), violations, out.other_names);
  ListFromWire(in.identifiers(), FieldPath(path, "identifiers"), violations, out.identifiers);
  out.party_type = wire::ReadEnum<PartyType>(in.party_type());
  out.establishment = in.establishment();
  out.branch_of = in.branch_of();
  ListFromWire(in.gdpr_subject(), FieldPath(path, "gdpr_subject"), violations, out.gdpr_subject);
  out.group_parent = in.group_parent();
  ListFromWire(in.certifications(), FieldPath(path, "certifications"), violations,
               out.certifications);
  ListFromWire(in.statements(), FieldPath(path, "statements"), violations, out.statements);
  ListFromWire(in.contacts(), FieldPath(path, "contacts"), violations, out.contacts);
  out.chain_disclosure = wire::ReadEnum<ChainDisclosure>(in.chain_disclosure());
  out.labels = wire::ReadLabels(in.labels());
  ListFromWire(in.sources(), FieldPath(path, "sources"), violations, out.sources);
}

template <class Pb>
void ToWire(const Location& in, Pb& out) {
  out.set_id(in.id);
  out.set_country(in.country);
  out.set_subdivision(in.subdivision);
  out.set_name(in.name);
  out.set_operator_(in.operator_party);
  wire::WriteLabels(in.labels, out.mutable_labels());
  ListToWire(in.sources, out.mutable_sources());
}
template <class Pb>
void FromWire(const Pb& in, const FieldPath& path, Violations& violations, Location& out) {
  out.id = in.id();
  out.country = in.country();
  out.subdivision = in.subdivision();
  out.name = in.name();
  out.operator_party = in.operator_();
  out.labels = wire::ReadLabels(in.labels());
  ListFromWire(in.sources(), FieldPath(path, "sources"), violations, out.sources);
}

}  // namespace onward::model
