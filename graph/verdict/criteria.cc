#include "graph/verdict/criteria.h"

#include <algorithm>
#include <set>
#include <string>

#include "graph/verdict/destinations.h"
#include "graph/verdict/operators.h"
#include "graph/verdict/qualify.h"
#include "graph/verdict/wording.h"

namespace onward::verdict {
namespace {

using model::RecordKind;
using model::RecordRef;

constexpr std::string_view kGuidelines = "EDPB Guidelines 05/2021 v2.0, criterion ";

std::string SourceOf(char number, const std::string& fact_source) {
  std::string source = std::string(kGuidelines) + number;
  return fact_source.empty() ? source : source + "; " + fact_source;
}

std::string JurisdictionSource(std::string_view code, const law::Register& law) {
  const law::Jurisdiction* place = law.FindJurisdiction(code);
  return place == nullptr ? "" : place->source;
}

CriterionFact ExporterFact(const Hop& hop, std::optional<bool> bound) {
  CriterionFact fact;
  fact.criterion = "T1";
  fact.met = bound;
  const model::Party& exporter = hop.ExporterParty();
  fact.source = SourceOf('1', JurisdictionSource(exporter.establishment, hop.law));
  const std::string seat =
      exporter.establishment.empty()
          ? NameOf(exporter) + "'s establishment is not recorded"
          : NameOf(exporter) + " is established in " + PlaceText(exporter.establishment, hop.law);
  const bool stated =
      hop.flow.exporter_gdpr_subject.value_or(StatedSubject(hop.exporter, hop.Day()));
  std::string head;
  if (hop.exporter.size() > 1) {
    head = ", as a branch of " + NameOf(*hop.exporter.back()) + " in " +
           PlaceText(hop.exporter.back()->establishment, hop.law);
  }
  fact.fact = seat + head + (stated ? "; the GDPR binds it for this as stated (Art. 3(2))." : ".");
  return fact;
}

CriterionFact DisclosureFact(const Hop& hop) {
  CriterionFact fact;
  fact.criterion = "T2";
  fact.source = SourceOf('2', "");
  if (hop.flow.collection == model::Collection::kDirectFromDataSubject) {
    fact.met = false;
    fact.fact = "The data subjects hand the data over themselves.";
  } else if (InsideOneEntity(hop)) {
    fact.met = false;
    fact.fact = NameOf(hop.ExporterParty()) + " and " + NameOf(hop.ImporterParty()) +
                " are one legal entity.";
  } else {
    fact.met = true;
    fact.fact = NameOf(hop.ExporterParty()) + " makes data available to another party, " +
                NameOf(hop.ImporterParty()) + ".";
  }
  return fact;
}

// A destination outside meets it; one that cannot be said leaves it open.
std::optional<bool> OutsideMet(const std::vector<DestinationVerdict>& destinations) {
  bool open = false;
  for (const DestinationVerdict& destination : destinations) {
    const HopKind kind = destination.kind;
    if (kind == HopKind::kTransfer || kind == HopKind::kOnwardTransfer) {
      return true;
    }
    open = open || kind == HopKind::kUndetermined;
  }
  return open ? std::nullopt : std::optional<bool>(false);
}

// Whether the place alone meets the criterion, where another one decided.
std::optional<bool> PlaceMet(bool outside, bool unknown) {
  if (outside) {
    return true;
  }
  return unknown ? std::nullopt : std::optional<bool>(false);
}

bool DecidedByPlace(const std::vector<DestinationVerdict>& destinations) {
  return std::any_of(destinations.begin(), destinations.end(), [](const DestinationVerdict& d) {
    return d.kind != HopKind::kNotATransfer || d.reason == Reason::kFreeFlow;
  });
}

CriterionFact DestinationFact(const Hop& hop, const std::vector<DestinationVerdict>& destinations) {
  std::string source;
  std::vector<std::string> places;
  bool outside = false;
  bool unknown = false;
  for (const Destination& destination : DestinationsOf(hop)) {
    const Place place = destination.organisation
                            ? Place::kOutside
                            : PlaceOf(destination.code, hop.law, hop.Day(), Reading{});
    outside = outside || place == Place::kOutside;
    unknown = unknown || place == Place::kUnknown;
    places.push_back(PlaceText(destination.code, hop.law) + " (" + destination.basis + ")");
    if (source.empty() && place == Place::kOutside) {
      source = JurisdictionSource(destination.code, hop.law);
    }
  }
  CriterionFact fact;
  fact.criterion = "T3";
  fact.met = DecidedByPlace(destinations) ? OutsideMet(destinations) : PlaceMet(outside, unknown);
  fact.fact = "The data go to " + Joined(places) + ".";
  fact.source = SourceOf('3', source);
  return fact;
}

void AddParty(const Entity& entity, std::set<RecordRef>& refs) {
  for (const model::Party* party : entity) {
    if (!party->id.empty()) {
      refs.insert({RecordKind::kParty, party->id});
    }
  }
}

// "kind/id" of a candidate, as written by RefText.
void AddText(const std::string& text, std::set<RecordRef>& refs) {
  for (int32_t number = 1; number <= static_cast<int32_t>(RecordKind::kLast); ++number) {
    const auto kind = static_cast<RecordKind>(number);
    const std::string prefix = RefText(kind, "");
    if (text.size() > prefix.size() && text.compare(0, prefix.size(), prefix) == 0) {
      refs.insert({kind, text.substr(prefix.size())});
    }
  }
}

}  // namespace

std::vector<CriterionFact> CriteriaOf(const Hop& hop, std::optional<bool> exporter_bound,
                                      const std::vector<DestinationVerdict>& destinations) {
  return {ExporterFact(hop, exporter_bound), DisclosureFact(hop),
          DestinationFact(hop, destinations)};
}

std::vector<RecordRef> EvidenceOf(const Hop& hop,
                                  const std::vector<DestinationVerdict>& destinations) {
  std::set<RecordRef> refs;
  refs.insert({RecordKind::kFlow, hop.flow.id});
  AddParty(hop.exporter, refs);
  AddParty(hop.importer, refs);
  for (const Destination& destination : DestinationsOf(hop)) {
    if (destination.location != nullptr) {
      refs.insert({RecordKind::kLocation, destination.location->id});
    }
    if (!destination.operator_party.empty()) {
      AddParty(EntityOf(destination.operator_party, hop.inventory), refs);
      for (const model::FlowView& flow :
           OperatorFlows(hop, destination.operator_party, hop.Day())) {
        refs.insert({RecordKind::kFlow, std::string(flow.id)});
      }
    }
  }
  for (const DestinationVerdict& destination : destinations) {
    for (const Candidate& candidate : destination.candidates) {
      AddText(candidate.record, refs);
      for (const ConditionOutcome& condition : candidate.conditions) {
        AddText(condition.stated_by, refs);
      }
    }
  }
  return {refs.begin(), refs.end()};
}

}  // namespace onward::verdict
