#include "graph/verdict/qualify.h"

#include "graph/verdict/wording.h"

namespace onward::verdict {
namespace {

Qualification NotBound(const Hop& hop) {
  return {Reason::kExporterNotBound, hop.Words([&] {
            return "Neither its establishment nor Art. 3(2) brings " + NameOf(hop.ExporterParty()) +
                   " under the GDPR for this, and no restricted data reach it.";
          })};
}

Qualification Direct(const Hop& hop) {
  return {Reason::kDirectCollection, hop.Words([&] {
            return "The data subjects hand their data to " + NameOf(hop.ImporterParty()) +
                   " themselves: there is no exporter.";
          })};
}

bool IsEuInstitution(const Entity& entity) {
  for (const model::Party* party : entity) {
    if (party->party_type == model::PartyType::kEuInstitution) {
      return true;
    }
  }
  return false;
}

std::optional<Qualification> OutsideTheRegister(const Hop& hop) {
  if (!hop.flow.interval.Contains(hop.Day())) {
    return Qualification{Reason::kNotInEffect, hop.Words([] {
                           return "The disclosure does not take place on that day.";
                         })};
  }
  if (hop.Day() < hop.law.starts_on()) {
    return Qualification{Reason::kBeforeRegister, hop.Words([&] {
                           return "The law register answers only from " +
                                  hop.law.starts_on().ToString() + " on.";
                         })};
  }
  if (IsEuInstitution(hop.exporter)) {
    return Qualification{
        Reason::kOtherRegime, hop.Words([&] {
          return NameOf(hop.ExporterParty()) +
                 " is an institution or body of the Union, which has a data protection "
                 "regulation of its own; it is not assessed here.";
        })};
  }
  return std::nullopt;
}

// Another party than the two runs one of the sites.
bool OthersRunSites(const Hop& hop) {
  for (const Destination& destination : DestinationsOf(hop)) {
    if (!destination.operator_party.empty() &&
        !SameEntity(EntityOf(destination.operator_party, hop.inventory), hop.importer)) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool InsideOneEntity(const Hop& hop) { return SameEntity(hop.exporter, hop.importer); }

Qualification SameEntityAnswer(const Hop& hop) {
  return {Reason::kSameEntity, hop.Words([&] {
            return "The data stay inside one legal entity: " + NameOf(hop.ExporterParty()) +
                   " and " + NameOf(hop.ImporterParty()) +
                   " are the same. The risk of access there remains.";
          })};
}

std::optional<Qualification> QualifyFlow(const Hop& hop, std::optional<bool> exporter_bound) {
  if (std::optional<Qualification> outside = OutsideTheRegister(hop)) {
    return outside;
  }
  const bool not_bound = exporter_bound == false;
  if (not_bound && !hop.arrival.restricted) {
    return NotBound(hop);
  }
  if (hop.flow.collection == model::Collection::kDirectFromDataSubject) {
    return Direct(hop);
  }
  if (InsideOneEntity(hop) && !OthersRunSites(hop)) {
    return SameEntityAnswer(hop);
  }
  if (not_bound && hop.arrival.only_from_importer) {
    return Qualification{Reason::kReturned, hop.Words([&] {
                           return NameOf(hop.ExporterParty()) +
                                  ", which is not bound, hands the data back to " +
                                  NameOf(hop.ImporterParty()) + ", which gave them.";
                         })};
  }
  return std::nullopt;
}

std::optional<Qualification> QualifyDestination(const Hop& hop, const Destination& destination,
                                                std::optional<bool> exporter_bound,
                                                const Reading& reading) {
  const Place place = destination.organisation
                          ? Place::kOutside
                          : PlaceOf(destination.code, hop.law, hop.Day(), reading);
  if (place == Place::kInside) {
    return Qualification{Reason::kFreeFlow, hop.Words([&] {
                           return "Data flow freely to " + PlaceText(destination.code, hop.law) +
                                  ": it is inside the territory.";
                         })};
  }
  const bool may_be_return = hop.arrival.only_from_importer;
  if (!exporter_bound.has_value() && (!hop.arrival.restricted || may_be_return)) {
    return Qualification{
        Reason::kExporterUnknown, hop.Words([&] {
          return "The place of " + NameOf(hop.ExporterParty()) +
                 " is not recorded, nor that the GDPR binds it from outside: whether "
                 "this is a transfer cannot be said.";
        })};
  }
  if (place == Place::kUnknown) {
    return Qualification{
        Reason::kDestinationUnknown, hop.Words([&] {
          return "The country in which " + NameOf(hop.ImporterParty()) +
                 (destination.site == nullptr ? " is established" : " handles the data") +
                 " is not recorded (" + destination.basis + ").";
        })};
  }
  return std::nullopt;
}

DestinationVerdict VerdictFrom(const Qualification& answer, const Destination& destination) {
  DestinationVerdict verdict;
  verdict.destination = destination.code;
  verdict.basis = destination.basis;
  verdict.verdict = VerdictOf(answer.reason);
  verdict.kind =
      verdict.verdict == Verdict::kNotATransfer ? HopKind::kNotATransfer : HopKind::kUndetermined;
  verdict.reason = answer.reason;
  verdict.reasons.push_back(answer.reason);
  verdict.explanation = answer.explanation;
  return verdict;
}

}  // namespace onward::verdict
