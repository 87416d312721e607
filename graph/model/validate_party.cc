// Rules of parties and locations.
#include <algorithm>
#include <map>

#include "graph/model/checker.h"
#include "graph/model/text.h"

namespace onward::model {
namespace {

constexpr size_t kSchemeMax = 64;
constexpr size_t kLanguageMax = 35;

bool IsIdentifierScheme(std::string_view scheme) {
  return !scheme.empty() && scheme.size() <= kSchemeMax &&
         std::all_of(scheme.begin(), scheme.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

void CheckIdentifiers(const Party& party, const FieldPath& at, Checker& check) {
  check.Each(at, party.identifiers, [&](const FieldPath& element, const Identifier& identifier) {
    if (!IsIdentifierScheme(identifier.scheme)) {
      check.Fail(FieldPath(element, "scheme"),
                 absl::StrCat(Quote(identifier.scheme),
                              " is not a scheme: 1 to 64 lower-case letters, digits and dashes"));
    }
    const FieldPath value(element, "value");
    check.Required(value, identifier.value);
    check.Name(value, identifier.value);
  });
  std::map<Identifier, size_t> seen;
  for (size_t i = 0; i < party.identifiers.size() && party.identifiers.size() <= kListMax; ++i) {
    if (!seen.emplace(party.identifiers[i], i).second) {
      check.Fail(FieldPath(at, i), "the same identifier stands on this party twice");
    }
  }
}

void CheckCertifications(const Party& party, const FieldPath& at, Checker& check) {
  check.Each(at, party.certifications, [&](const FieldPath& element, const Certification& entry) {
    check.Scheme(FieldPath(element, "scheme"), entry.scheme);
    check.Each(FieldPath(element, "coverage"), entry.coverage,
               [&](const FieldPath& coverage_at, CertificationCoverage coverage) {
                 check.Enum(coverage_at, coverage);
                 if (coverage == CertificationCoverage::kUnspecified) {
                   check.Fail(coverage_at, "say NON_HR or HR, or leave the list empty");
                 }
               });
    check.Name(FieldPath(element, "listed_under"), entry.listed_under);
    check.Span(element, entry.interval);
  });
}

void CheckContacts(const Party& party, const FieldPath& at, Checker& check) {
  check.Each(at, party.contacts, [&](const FieldPath& element, const Contact& contact) {
    check.Enum(FieldPath(element, "role"), contact.role);
    check.Name(FieldPath(element, "name"), contact.name);
    check.Name(FieldPath(element, "email"), contact.email);
    check.Name(FieldPath(element, "phone"), contact.phone);
    check.Text(FieldPath(element, "address"), contact.address);
    if (contact.erased_at > 0 && contact.HasValues()) {
      check.Fail(FieldPath(element, "erased_at_revision"),
                 "an erased contact has no name, email, phone or address");
    }
  });
}

void CheckOtherNames(const Party& party, const FieldPath& at, Checker& check) {
  check.Each(at, party.other_names, [&](const FieldPath& element, const OtherName& other) {
    const FieldPath name(element, "name");
    check.Required(name, other.name);
    check.Name(name, other.name);
    check.Line(FieldPath(element, "language"), other.language, kLanguageMax);
  });
}

void CheckNotItself(const FieldPath& at, const Party& party, const std::string& other,
                    Checker& check) {
  if (!other.empty() && other == party.id) {
    check.Fail(at, "names the party itself");
  }
}

}  // namespace

void Validate(const Party& party, const FieldPath& at, Checker& check) {
  check.Id(FieldPath(at, "id"), party.id);
  check.Name(FieldPath(at, "display_name"), party.display_name);
  check.Name(FieldPath(at, "legal_name"), party.legal_name);
  CheckOtherNames(party, FieldPath(at, "other_names"), check);
  CheckIdentifiers(party, FieldPath(at, "identifiers"), check);
  check.Enum(FieldPath(at, "party_type"), party.party_type);
  check.Place(FieldPath(at, "establishment"), party.establishment, PlaceUse::kEstablishment);
  check.Ref(FieldPath(at, "branch_of"), party.branch_of);
  CheckNotItself(FieldPath(at, "branch_of"), party, party.branch_of, check);
  check.Each(FieldPath(at, "gdpr_subject"), party.gdpr_subject,
             [&](const FieldPath& element, const Interval& span) { check.Span(element, span); });
  check.Ref(FieldPath(at, "group_parent"), party.group_parent);
  CheckNotItself(FieldPath(at, "group_parent"), party, party.group_parent, check);
  CheckCertifications(party, FieldPath(at, "certifications"), check);
  check.Statements(FieldPath(at, "statements"), party.statements);
  CheckContacts(party, FieldPath(at, "contacts"), check);
  check.Enum(FieldPath(at, "chain_disclosure"), party.chain_disclosure);
  check.LabelsAndSources(at, party.labels, party.sources);
}

void Validate(const Location& location, const FieldPath& at, Checker& check) {
  check.Id(FieldPath(at, "id"), location.id);
  check.Required(FieldPath(at, "country"), location.country);
  check.Place(FieldPath(at, "country"), location.country, PlaceUse::kSite);
  check.Name(FieldPath(at, "subdivision"), location.subdivision);
  check.Name(FieldPath(at, "name"), location.name);
  check.Ref(FieldPath(at, "operator"), location.operator_party);
  check.LabelsAndSources(at, location.labels, location.sources);
}

}  // namespace onward::model
