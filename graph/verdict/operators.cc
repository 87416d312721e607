#include "graph/verdict/operators.h"

#include <algorithm>
#include <utility>

#include "graph/verdict/brief.h"
#include "graph/verdict/judge.h"
#include "graph/verdict/qualify.h"
#include "graph/verdict/wording.h"

namespace onward::verdict {
namespace {

// `party` is a member of `whole`, or a branch of its first member.
bool IsPartyOrBranch(const Entity& party, const Entity& whole) {
  return Holds(party, whole.front()->id);
}

DestinationVerdict OperatorAnswer(Reason reason, std::string explanation,
                                  const Destination& destination) {
  return VerdictFrom(Qualification{reason, std::move(explanation)}, destination);
}

DestinationVerdict OwnSite(const Entity& operating, const Hop& hop,
                           const Destination& destination) {
  return OperatorAnswer(Reason::kSameEntity, hop.Words([&] {
    return NameOf(*operating.front()) + " runs the site in " +
           PlaceText(destination.code, hop.law) +
           " itself: the data do not leave the legal entity. The risk of "
           "access there remains.";
  }),
                        destination);
}

DestinationVerdict FlowMissing(const Entity& operating, const Hop& hop,
                               const Destination& destination) {
  return OperatorAnswer(Reason::kOperatorFlowMissing, hop.Words([&] {
    return NameOf(*operating.front()) + " runs the site in " +
           PlaceText(destination.code, hop.law) + ", and no flow of these data from " +
           NameOf(hop.ImporterParty()) + " to it is recorded on that day.";
  }),
                        destination);
}

DestinationVerdict OperatorUnknown(const Hop& hop, const Destination& destination) {
  return OperatorAnswer(Reason::kOperatorUnknown, hop.Words([&] {
    return "Who runs the site in " + PlaceText(destination.code, hop.law) + " for " +
           NameOf(hop.ImporterParty()) + " is not recorded (" + destination.basis + ").";
  }),
                        destination);
}

// Worse, or as bad and about the site itself rather than about where the operator is established.
bool Outweighs(const DestinationVerdict& a, const DestinationVerdict& b, const std::string& site) {
  if (Badness(a.verdict) != Badness(b.verdict)) {
    return Badness(a.verdict) > Badness(b.verdict);
  }
  return a.destination == site && b.destination != site;
}

// The worst of the importer's own flows to the operator, at this site.
DestinationVerdict JudgeFlows(const std::vector<model::FlowView>& flows, const Hop& hop,
                              const Destination& destination) {
  DestinationVerdict worst;
  Arrival arrival;
  arrival.restricted = true;
  for (const model::FlowView& flow : flows) {
    const model::Flow at_site = AtThisSite(flow, destination);
    const auto judge = hop.wordless ? JudgeWithoutProof : JudgeHop;
    HopVerdict judged = judge(at_site, hop.inventory, hop.law, hop.question, arrival);
    for (DestinationVerdict& part : judged.destinations) {
      if (Outweighs(part, worst, destination.code)) {
        part.explanation = hop.Words([&] {
          return "Judged as " + NameOf(hop.ImporterParty()) + "'s own flow " + at_site.id +
                 " to who runs the site. " + part.explanation;
        });
        worst = std::move(part);
      }
    }
  }
  worst.destination = destination.code;
  worst.basis = destination.basis;
  return worst;
}

}  // namespace

std::vector<model::FlowView> OperatorFlows(const Hop& hop, std::string_view operator_party,
                                           std::optional<Date> day) {
  const Entity operating = EntityOf(operator_party, hop.inventory);
  std::vector<model::FlowView> flows;
  for (const model::Party* own : hop.importer) {
    for (const uint32_t number : hop.inventory.FlowsFrom(own->id)) {
      const model::FlowView flow = hop.inventory.ViewAt(number);
      if (Holds(operating, flow.importer) &&
          CategoriesMeet(flow.terms.data_categories, hop.flow.data_categories) &&
          (!day.has_value() || flow.interval.Contains(*day))) {
        flows.push_back(flow);
      }
    }
  }
  return flows;
}

model::Flow AtThisSite(const model::FlowView& operator_flow, const Destination& destination) {
  model::Flow flow = model::FlowFrom(operator_flow);
  model::Site site = *destination.site;
  site.operator_party = flow.importer;
  flow.sites = {std::move(site)};
  return flow;
}

std::optional<DestinationVerdict> JudgeByOperator(const Hop& hop, const Destination& destination,
                                                  const Reading& reading) {
  const bool inside_entity = InsideOneEntity(hop);
  const Place importer =
      IsInternationalOrganisation(hop.ImporterParty(), hop.law)
          ? Place::kOutside
          : PlaceOf(hop.ImporterParty().establishment, hop.law, hop.Day(), reading);
  const bool site_inside = PlaceOf(destination.code, hop.law, hop.Day(), reading) == Place::kInside;
  if (destination.site == nullptr || site_inside ||
      (importer != Place::kInside && !inside_entity)) {
    return std::nullopt;
  }
  if (destination.operator_party.empty()) {
    if (inside_entity) {
      return VerdictFrom(SameEntityAnswer(hop), destination);
    }
    return destination.code == kUnknownCode ||
                   PlaceOf(destination.code, hop.law, hop.Day(), reading) == Place::kUnknown
               ? std::nullopt
               : std::optional(OperatorUnknown(hop, destination));
  }
  const Entity operating = EntityOf(destination.operator_party, hop.inventory);
  if (IsPartyOrBranch(operating, hop.importer) || IsPartyOrBranch(operating, hop.exporter) ||
      (inside_entity && SameEntity(operating, hop.importer))) {
    return OwnSite(operating, hop, destination);
  }
  const std::vector<model::FlowView> flows =
      OperatorFlows(hop, destination.operator_party, hop.Day());
  return flows.empty() ? FlowMissing(operating, hop, destination)
                       : JudgeFlows(flows, hop, destination);
}

}  // namespace onward::verdict
