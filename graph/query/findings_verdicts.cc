// Findings that stand on the verdict of a flow: what is open, lacking, contested or sensitive.
#include <algorithm>

#include "graph/query/findings_internal.h"

namespace onward::query {
namespace {

using verdict::DestinationVerdict;
using verdict::Reason;
using verdict::Verdict;

// Another rule reports the very cause: one question is asked once.
bool IsReportedElsewhere(Reason reason) {
  return reason == Reason::kDestinationUnknown || reason == Reason::kOtherRegime ||
         reason == Reason::kTerritoryUnsettled || reason == Reason::kContested;
}

void FindVerdict(const JudgedFlow& flow, const DestinationVerdict& destination, FindingSink& sink) {
  if (IsReportedElsewhere(destination.reason)) {
    return;
  }
  switch (destination.verdict) {
    case Verdict::kLacking:
      sink.AddVerdict(FindingCode::kTransferLacking, flow.record, destination,
                      destination.explanation);
      break;
    case Verdict::kUndetermined:
      sink.AddVerdict(FindingCode::kTransferUndetermined, flow.record, destination,
                      destination.explanation);
      break;
    case Verdict::kConditional:
      sink.AddVerdict(FindingCode::kTransferConditional, flow.record, destination,
                      destination.explanation);
      break;
    case Verdict::kCovered:
    case Verdict::kNotATransfer:
    case Verdict::kUnspecified:
      break;
  }
}

bool Has(const DestinationVerdict& destination, Reason reason) {
  const auto& reasons = destination.reasons;
  return std::find(reasons.begin(), reasons.end(), reason) != reasons.end();
}

void FindContested(const JudgedFlow& flow, const DestinationVerdict& destination,
                   FindingSink& sink) {
  if (Has(destination, Reason::kContested) || Has(destination, Reason::kImporterUnderGdpr) ||
      Has(destination, Reason::kTerritoryUnsettled)) {
    sink.AddVerdict(FindingCode::kContestedBasis, flow.record, destination,
                    destination.explanation);
  }
}

// The place of the party is asked for once, a site's for each flow.
void FindUnknownDestination(const JudgedFlow& flow, const DestinationVerdict& destination,
                            FindingSink& sink) {
  if (destination.reason != Reason::kDestinationUnknown) {
    return;
  }
  if (flow.importer->establishment.empty()) {
    sink.AddParty(
        FindingCode::kDestinationUnknown, *flow.importer, flow.record,
        "The place of establishment of " + sink.NameOf(flow.importer->id) + " is not recorded.");
    return;
  }
  sink.AddVerdict(FindingCode::kDestinationUnknown, flow.record, destination,
                  destination.explanation);
}

void FindUnknownRole(const JudgedFlow& flow, FindingSink& sink) {
  const bool exporter = flow.record.exporter_role == model::Role::kUnspecified;
  const bool importer = flow.record.importer_role == model::Role::kUnspecified;
  if ((!exporter && !importer) || !IsGoverned(flow, sink)) {
    return;
  }
  std::string who = exporter ? sink.NameOf(flow.record.exporter) : "";
  if (importer) {
    who += (exporter ? " and of " : "") + sink.NameOf(flow.record.importer);
  }
  sink.AddFlow(FindingCode::kRoleUnknown, flow.record,
               "The role of " + who + " on this flow is not recorded.");
}

void FindSpecialCategories(const JudgedFlow& flow, const DestinationVerdict& destination,
                           FindingSink& sink) {
  if (!IsTransfer(destination) || IsThroughOperator(flow, destination, sink)) {
    return;
  }
  const Categories& tree = sink.snapshot.categories();
  std::string special;
  for (const std::string& id : CategoriesOf(sink.judged, flow.number)) {
    if (tree.IsSpecial(id)) {
      special += (special.empty() ? "" : ", ") + id;
    }
  }
  if (!special.empty()) {
    sink.AddPlace(
        FindingCode::kSpecialCategories, flow.record, destination,
        "Special categories go to " + sink.PlaceOf(destination.destination) + ": " + special + ".");
  }
}

}  // namespace

void FindInVerdict(const JudgedFlow& flow, FindingSink& sink) {
  for (const DestinationVerdict& destination : flow.hop.destinations) {
    FindVerdict(flow, destination, sink);
    FindContested(flow, destination, sink);
    FindUnknownDestination(flow, destination, sink);
    FindSpecialCategories(flow, destination, sink);
  }
  FindUnknownRole(flow, sink);
}

}  // namespace onward::query
