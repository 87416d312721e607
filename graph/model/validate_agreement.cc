// Rules of agreements.
#include <algorithm>
#include <set>

#include "graph/model/checker.h"
#include "graph/model/text.h"

namespace onward::model {
namespace {

bool IsSha256(std::string_view text) {
  constexpr size_t kHexDigits = 64;
  return text.size() == kHexDigits && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

void CheckParties(const Agreement& agreement, const FieldPath& at, Checker& check) {
  const FieldPath parties_at(at, "parties");
  check.Refs(parties_at, agreement.parties);
  const std::set<std::string_view> parties(agreement.parties.begin(), agreement.parties.end());
  if (parties.size() < 2) {
    check.Fail(parties_at, "an agreement has at least two different parties");
  }
  check.Each(FieldPath(at, "sides"), agreement.sides,
             [&](const FieldPath& element, const AgreementParty& side) {
               const FieldPath party(element, "party");
               check.RequiredRef(party, side.party);
               if (!side.party.empty() && parties.count(side.party) == 0) {
                 check.Fail(party, absl::StrCat(Quote(side.party), " is not among parties"));
               }
               const FieldPath side_at(element, "side");
               check.Enum(side_at, side.side);
               if (side.side == AgreementSide::kUnspecified) {
                 check.Fail(side_at, "required: EXPORTER, IMPORTER or BOTH");
               }
               check.Span(element, side.interval);
               check.Ref(FieldPath(element, "signed_by"), side.signed_by);
             });
}

void CheckAssessment(const TransferImpactAssessment& tia, const FieldPath& at, Checker& check) {
  if (!tia.performed_on.has_value()) {
    check.Fail(FieldPath(at, "performed_on"), "required: an assessment counts from that day");
  }
  check.Each(FieldPath(at, "countries"), tia.countries,
             [&](const FieldPath& element, const std::string& code) {
               check.Required(element, code);
               check.Place(element, code, PlaceUse::kAssessment);
             });
  const FieldPath outcome(at, "outcome");
  check.Enum(outcome, tia.outcome);
  if (tia.outcome == TiaOutcome::kUnspecified) {
    check.Fail(outcome, "required: ADEQUATE, ADEQUATE_WITH_MEASURES or INADEQUATE");
  }
  if (tia.performed_on.has_value() && tia.review_due.has_value() &&
      *tia.review_due <= *tia.performed_on) {
    check.Fail(FieldPath(at, "review_due"),
               absl::StrCat("review_due ", tia.review_due->ToString(),
                            " is not after performed_on ", tia.performed_on->ToString()));
  }
  check.Texts(FieldPath(at, "supplementary_measures"), tia.supplementary_measures);
}

void CheckEvidence(const Evidence& evidence, const FieldPath& at, Checker& check) {
  check.Line(FieldPath(at, "uri"), evidence.uri, kTextMax);
  if (!evidence.sha256.empty() && !IsSha256(evidence.sha256)) {
    check.Fail(FieldPath(at, "sha256"),
               absl::StrCat(Quote(evidence.sha256), " is not 64 lower-case hexadecimal digits"));
  }
}

}  // namespace

void Validate(const Agreement& agreement, const FieldPath& at, Checker& check) {
  check.Id(FieldPath(at, "id"), agreement.id);
  check.Name(FieldPath(at, "name"), agreement.name);
  CheckParties(agreement, at, check);
  check.Each(
      FieldPath(at, "instruments"), agreement.instruments,
      [&](const FieldPath& element, const std::string& id) { check.Instrument(element, id); });
  check.Span(at, agreement.interval);
  check.DataCategories(FieldPath(at, "data_categories"), agreement.data_categories, false);
  check.Texts(FieldPath(at, "data_subject_categories"), agreement.data_subject_categories);
  check.Texts(FieldPath(at, "purposes"), agreement.purposes);
  check.Each(FieldPath(at, "tias"), agreement.tias,
             [&](const FieldPath& element, const TransferImpactAssessment& tia) {
               CheckAssessment(tia, element, check);
             });
  if (agreement.evidence.has_value()) {
    CheckEvidence(*agreement.evidence, FieldPath(at, "evidence"), check);
  }
  check.Statements(FieldPath(at, "statements"), agreement.statements);
  check.LabelsAndSources(at, agreement.labels, agreement.sources);
}

}  // namespace onward::model
