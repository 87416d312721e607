#include "graph/verdict/destinations.h"

#include "graph/verdict/territory.h"

namespace onward::verdict {
namespace {

std::string_view OperationName(model::SiteOperation operation) {
  switch (operation) {
    case model::SiteOperation::kStorage:
      return "storage";
    case model::SiteOperation::kProcessing:
      return "processing";
    case model::SiteOperation::kRemoteAccess:
      return "remote access";
    case model::SiteOperation::kBackup:
      return "backup";
    case model::SiteOperation::kTelemetry:
      return "telemetry";
    case model::SiteOperation::kTransit:
      return "transit";
    case model::SiteOperation::kUnspecified:
      break;
  }
  return "handling";
}

std::string CodeOr(const std::string& code, std::string_view otherwise) {
  return code.empty() ? std::string(otherwise) : code;
}

// The establishment of an international organisation: itself, wherever its seat is.
std::string OrganisationCode(const model::Party& importer, const law::Register& law) {
  const law::Jurisdiction* place = law.FindJurisdiction(importer.establishment);
  const bool own_code =
      place != nullptr && place->kind == law::JurisdictionKind::kInternationalOrganisation;
  return own_code ? importer.establishment : std::string(kOrganisationCode);
}

std::string CodeOfSeat(const model::Party& importer, bool is_organisation,
                       const law::Register& law) {
  return is_organisation ? OrganisationCode(importer, law)
                         : CodeOr(importer.establishment, kUnknownCode);
}

Destination EstablishmentOf(const Hop& hop) {
  Destination destination;
  destination.basis = "establishment";
  destination.organisation = IsInternationalOrganisation(hop.ImporterParty(), hop.law);
  destination.code = CodeOfSeat(hop.ImporterParty(), destination.organisation, hop.law);
  return destination;
}

Destination SiteDestination(const model::Site& site, const Hop& hop) {
  Destination destination;
  destination.site = &site;
  destination.operator_party = site.operator_party;
  destination.basis = OperationName(site.operation);
  std::string country = site.country;
  if (!site.location.empty()) {
    destination.location = hop.inventory.FindLocation(site.location);
    destination.basis += " at " + site.location;
  }
  if (destination.location != nullptr) {
    country = destination.location->country;
    if (destination.operator_party.empty()) {
      destination.operator_party = destination.location->operator_party;
    }
  }
  destination.code = CodeOr(country, kUnknownCode);
  return destination;
}

}  // namespace

std::string SeatOf(const model::Party& importer, const law::Register& law) {
  return CodeOfSeat(importer, IsInternationalOrganisation(importer, law), law);
}

std::vector<Destination> DestinationsOf(const Hop& hop) {
  std::vector<Destination> destinations;
  destinations.push_back(EstablishmentOf(hop));
  const bool organisation = destinations.front().organisation;
  for (const model::Site& site : hop.flow.sites) {
    if (site.operation == model::SiteOperation::kTransit) {
      continue;
    }
    Destination destination = SiteDestination(site, hop);
    const bool own =
        destination.operator_party.empty() || Holds(hop.importer, destination.operator_party);
    if (organisation && own) {
      continue;  // the organisation itself, which is a destination already
    }
    destinations.push_back(std::move(destination));
  }
  return destinations;
}

}  // namespace onward::verdict
