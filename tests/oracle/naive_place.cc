// What the places of the two say, top to bottom.
#include <algorithm>

#include "tests/oracle/naive_case.h"

namespace onward::oracle {
namespace {

using verdict::Reason;
using verdict::Verdict;

// The importer's place, as far as it matters.
struct Place {
  bool known = false;
  bool free = false;
  bool unsettled = false;
};

Place PlaceOf(const Facts& facts) {
  const law::Jurisdiction* place = facts.law.FindJurisdiction(facts.importer.establishment);
  const bool organisation =
      facts.importer.party_type == model::PartyType::kInternationalOrganisation ||
      (place != nullptr && place->kind == law::JurisdictionKind::kInternationalOrganisation);
  if (organisation) {
    return {true, false, false};
  }
  if (place == nullptr || place->code == "GLOBAL") {
    return {};
  }
  return {true, place->FreeFlowOn(facts.day) != nullptr, place->UnsettledOn(facts.day)};
}

// Before any place is looked at.
std::optional<Answer> WithoutPlaces(const Facts& facts) {
  if (facts.day < facts.law.starts_on()) {
    return Answer{Verdict::kUndetermined, {Reason::kBeforeRegister}};
  }
  if (!facts.flow.interval.Contains(facts.day)) {
    return Answer{Verdict::kNotATransfer, {Reason::kNotInEffect}};
  }
  if (facts.exporter.party_type == model::PartyType::kEuInstitution) {
    return Answer{Verdict::kUndetermined, {Reason::kOtherRegime}};
  }
  if (facts.flow.collection == model::Collection::kDirectFromDataSubject) {
    return Answer{Verdict::kNotATransfer,
                  {Reason::kDirectCollection, Reason::kExporterNotBound, Reason::kFreeFlow}};
  }
  return std::nullopt;
}

// Data that go back to where all of them came from.
std::optional<Answer> Returned(std::optional<bool> bound) {
  if (!bound.has_value()) {
    return Answer{Verdict::kUndetermined, {Reason::kExporterUnknown, Reason::kTerritoryUnsettled}};
  }
  return Answer{Verdict::kNotATransfer, {Reason::kReturned, Reason::kFreeFlow}};
}

std::optional<Answer> ByPlaces(const Facts& facts, const Place& place, std::optional<bool> bound) {
  if (!bound.has_value() && !facts.arrival.restricted) {
    return Answer{
        Verdict::kUndetermined,
        {Reason::kExporterUnknown, Reason::kDestinationUnknown, Reason::kTerritoryUnsettled}};
  }
  if (!place.known) {
    return Answer{Verdict::kUndetermined, {Reason::kDestinationUnknown}};
  }
  if (place.unsettled) {
    return Answer{Verdict::kUndetermined, {Reason::kTerritoryUnsettled}};
  }
  return std::nullopt;
}

}  // namespace

std::optional<bool> Bound(const Facts& facts) {
  const std::vector<Interval>& subject = facts.exporter.gdpr_subject;
  const std::optional<bool>& stated = facts.flow.exporter_gdpr_subject;
  const bool by_party = std::any_of(subject.begin(), subject.end(),
                                    [&](const Interval& i) { return i.Contains(facts.day); });
  if (stated.value_or(by_party)) {
    return true;
  }
  const law::Jurisdiction* place = facts.law.FindJurisdiction(facts.exporter.establishment);
  if (place == nullptr || place->code == "GLOBAL") {
    return std::nullopt;
  }
  return place->BindsExporter(facts.day);
}

bool ImporterSubject(const Facts& facts) {
  if (facts.flow.importer_gdpr_subject.has_value()) {
    return *facts.flow.importer_gdpr_subject;
  }
  if (model::IsProcessorRole(facts.flow.importer_role)) {
    return false;
  }
  return std::any_of(facts.importer.gdpr_subject.begin(), facts.importer.gdpr_subject.end(),
                     [&](const Interval& i) { return i.Contains(facts.day); });
}

std::optional<Answer> Qualified(const Facts& facts, std::optional<bool> bound) {
  if (std::optional<Answer> answer = WithoutPlaces(facts)) {
    return answer;
  }
  const Place place = PlaceOf(facts);
  if (place.free && bound != false) {
    return Answer{Verdict::kNotATransfer, {Reason::kFreeFlow}};
  }
  if (bound == false && !facts.arrival.restricted) {
    return Answer{Verdict::kNotATransfer, {Reason::kExporterNotBound, Reason::kFreeFlow}};
  }
  if (bound != true && facts.arrival.restricted && facts.arrival.only_from_importer) {
    return Returned(bound);
  }
  if (place.free) {
    return Answer{Verdict::kNotATransfer, {Reason::kFreeFlow}};
  }
  return ByPlaces(facts, place, bound);
}

}  // namespace onward::oracle
