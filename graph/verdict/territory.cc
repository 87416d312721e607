#include "graph/verdict/territory.h"

#include <algorithm>

#include "graph/verdict/destinations.h"

namespace onward::verdict {
namespace {

// Codes beyond this many are read as outside only; the register knows two.
constexpr size_t kMaxUnsettled = 4;

bool Contains(const std::vector<std::string>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::optional<bool> EstablishmentBinds(std::string_view code, const Hop& hop,
                                       const Reading& reading) {
  const law::Jurisdiction* place = code.empty() ? nullptr : hop.law.FindJurisdiction(code);
  if (place == nullptr || IsAnywhere(*place)) {
    return std::nullopt;
  }
  if (place->UnsettledOn(hop.Day())) {
    return Contains(reading.inside, code);
  }
  return place->BindsExporter(hop.Day());
}

void AddUnsettled(std::string_view code, const Hop& hop, std::vector<std::string>& codes) {
  const law::Jurisdiction* place = code.empty() ? nullptr : hop.law.FindJurisdiction(code);
  if (place != nullptr && place->UnsettledOn(hop.Day()) && !Contains(codes, code) &&
      codes.size() < kMaxUnsettled) {
    codes.emplace_back(code);
  }
}

}  // namespace

bool IsAnywhere(const law::Jurisdiction& place) {
  return place.kind == law::JurisdictionKind::kRegion && place.free_flow.empty() &&
         place.gdpr_territory.empty() && place.directive_95_46.empty();
}

Place PlaceOf(std::string_view code, const law::Register& law, Date day, const Reading& reading) {
  const law::Jurisdiction* place = code.empty() ? nullptr : law.FindJurisdiction(code);
  if (place == nullptr || IsAnywhere(*place)) {
    return Place::kUnknown;
  }
  if (place->UnsettledOn(day)) {
    return Contains(reading.inside, code) ? Place::kInside : Place::kOutside;
  }
  return place->FreeFlowOn(day) != nullptr ? Place::kInside : Place::kOutside;
}

bool IsInternationalOrganisation(const model::Party& party, const law::Register& law) {
  if (party.party_type == model::PartyType::kInternationalOrganisation) {
    return true;
  }
  const law::Jurisdiction* place = law.FindJurisdiction(party.establishment);
  return place != nullptr && place->kind == law::JurisdictionKind::kInternationalOrganisation;
}

std::optional<bool> BoundUnder(const Hop& hop, const Reading& reading) {
  const std::optional<bool>& stated = hop.flow.exporter_gdpr_subject;
  if (stated.has_value() ? *stated : StatedSubject(hop.exporter, hop.Day())) {
    return true;
  }
  bool known = true;
  for (const model::Party* member : hop.exporter) {
    // No country's law reaches an international organisation, wherever its seat is.
    const std::optional<bool> binds = IsInternationalOrganisation(*member, hop.law)
                                          ? std::optional<bool>(false)
                                          : EstablishmentBinds(member->establishment, hop, reading);
    if (binds.value_or(false)) {
      return true;
    }
    known = known && binds.has_value();
  }
  return known ? std::optional<bool>(false) : std::nullopt;
}

std::vector<Reading> ReadingsOf(const Hop& hop) {
  std::vector<std::string> codes;
  for (const model::Party* member : hop.exporter) {
    AddUnsettled(member->establishment, hop, codes);
  }
  for (const Destination& destination : DestinationsOf(hop)) {
    AddUnsettled(destination.code, hop, codes);
  }
  std::vector<Reading> readings(1);
  for (const std::string& code : codes) {
    const size_t known = readings.size();
    for (size_t i = 0; i < known; ++i) {
      Reading more = readings[i];
      more.inside.push_back(code);
      readings.push_back(std::move(more));
    }
  }
  return readings;
}

}  // namespace onward::verdict
