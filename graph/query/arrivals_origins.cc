// What parties hold as origins of data, and what nothing explains but that their flows declare it.
#include <algorithm>
#include <vector>

#include "graph/query/arrivals_internal.h"

namespace onward::query {

bool ArrivalsBuilder::IsOrigin(const Layer& layer, uint32_t party) const {
  if (!graph_.ActivitiesOf(graph_.PartyId(party)).empty()) {
    return true;
  }
  bool out = false;
  for (const uint32_t flow : graph_.OutFlows(party)) {
    if (Moves(layer, flow)) {
      if (model::IsControllerRole(graph_.TermsOf(flow).exporter_role)) {
        return true;
      }
      out = true;
    }
  }
  const auto in = graph_.InFlows(party);
  return out &&
         std::none_of(in.begin(), in.end(), [&](uint32_t flow) { return Moves(layer, flow); });
}

bool ArrivalsBuilder::HoldingsStand(const Layer& layer, uint32_t party) const {
  return HoldingsOf(layer, party) == layer.holdings[party];
}

Bits ArrivalsBuilder::HoldingsOf(const Layer& layer, uint32_t party) const {
  Bits bits = a_.bits_.None();
  if (!IsOrigin(layer, party)) {
    return bits;
  }
  for (const model::Activity* activity : graph_.ActivitiesOf(graph_.PartyId(party))) {
    bits |= a_.bits_.Of(activity->data_categories);
  }
  if (bits.any()) {
    return bits;
  }
  for (const uint32_t flow : graph_.OutFlows(party)) {
    if (Moves(layer, flow) && StatesCategories(graph_.TermsOf(flow))) {
      bits |= a_.declared_[flow];
    }
  }
  return bits.any() ? bits : a_.bits_.All();
}

// A category that a flow declares though nothing shows where its exporter has it from counts as data of
// the origins that the flow is limited to, else of the exporter.
Load ArrivalsBuilder::UnexplainedOf(const Layer& layer, uint32_t flow) const {
  Load unexplained;
  if (layer.states[flow] != State::kActive || !Moves(layer, flow) ||
      !StatesCategories(graph_.TermsOf(flow))) {
    return unexplained;
  }
  Bits rest = a_.declared_[flow];
  for (const auto& [origin_class, bits] : layer.passes[0].carriages[flow].all) {
    rest -= bits;
  }
  std::vector<uint32_t> classes = a_.limits_[flow];
  if (classes.empty()) {
    classes.push_back(a_.classes_[graph_.ExporterOf(flow)]);
  }
  for (const uint32_t origin_class : classes) {
    AddTo(unexplained, origin_class, rest);
  }
  return unexplained;
}

}  // namespace onward::query
