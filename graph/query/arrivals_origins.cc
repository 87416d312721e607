// What parties hold as origins of data, and what nothing explains but that their flows declare it.
#include <algorithm>
#include <vector>

#include "graph/query/arrivals_internal.h"

namespace onward::query {
namespace {

bool Names(const model::Strings& list, std::string_view id) {
  return std::find(list.begin(), list.end(), id) != list.end();
}

}  // namespace

// By the shorter of two lists.
bool Leads(const Snapshot& graph, uint32_t from, uint32_t to) {
  const auto out = graph.OutFlows(from);
  const auto in = graph.InFlows(to);
  return out.size() < in.size()
             ? std::any_of(out.begin(), out.end(),
                           [&](uint32_t flow) { return graph.ImporterOf(flow) == to; })
             : std::any_of(in.begin(), in.end(),
                           [&](uint32_t flow) { return graph.ExporterOf(flow) == from; });
}

bool ArrivalsBuilder::IsOrigin(size_t layer, uint32_t party) const {
  if (!graph_.ActivitiesOf(graph_.PartyId(party)).empty()) {
    return true;
  }
  bool out = false;
  for (const uint32_t flow : graph_.OutFlows(party)) {
    if (Moves(layer, flow)) {
      if (a_.flows_[flow].traits.is_controllers) {
        return true;
      }
      out = true;
    }
  }
  const auto in = graph_.InFlows(party);
  return out &&
         std::none_of(in.begin(), in.end(), [&](uint32_t flow) { return Moves(layer, flow); });
}

bool ArrivalsBuilder::HoldingsStand(uint32_t party) const {
  const Loads& loads = *a_.parties_[party].loads;
  return HoldingsAt(0, party) == loads.layers[0].holdings &&
         (!a_.copies_ || HoldingsAt(1, party) == loads.layers[1].holdings);
}

Bits ArrivalsBuilder::HoldingsAt(size_t layer, uint32_t party) const {
  Bits bits = a_.bits_->None();
  if (!IsOrigin(layer, party)) {
    return bits;
  }
  for (const model::Activity* activity : graph_.ActivitiesOf(graph_.PartyId(party))) {
    bits |= a_.bits_->Of(activity->data_categories);
  }
  if (bits.any()) {
    return bits;
  }
  for (const uint32_t flow : graph_.OutFlows(party)) {
    if (Moves(layer, flow) && a_.flows_[flow].traits.states_categories) {
      bits |= a_.Declared(flow);
    }
  }
  return bits.any() ? bits : a_.bits_->All();
}

// A category that a flow declares though nothing shows where its exporter has it from counts as data of
// the origins that the flow is limited to, else of the exporter.
Load ArrivalsBuilder::UnexplainedAt(size_t layer, uint32_t flow) const {
  Load unexplained;
  if (!IsActive(layer, flow) || !a_.flows_[flow].traits.states_categories) {
    return unexplained;
  }
  Bits rest = a_.Declared(flow);
  for (const auto& [origin_class, bits] : CarriageAt({layer, 0}, flow).all) {
    rest -= bits;
  }
  if (rest.none()) {
    return unexplained;
  }
  std::vector<uint32_t> classes = a_.LimitsOf(flow);
  if (classes.empty()) {
    classes.push_back(a_.ClassOf(graph_.ExporterOf(flow)));
  }
  for (const uint32_t origin_class : classes) {
    unexplained.Add(origin_class, rest);
  }
  return unexplained;
}

// As the party that it acts for.
bool ArrivalsBuilder::NamesImporter(uint32_t flow) const {
  if (!a_.flows_[flow].traits.names) {
    return false;
  }
  const model::TermsView record = graph_.TermsOf(flow);
  const std::string_view exporter = graph_.PartyId(graph_.ExporterOf(flow));
  const std::string_view importer = graph_.PartyId(graph_.ImporterOf(flow));
  if (Names(record.on_behalf_of, importer)) {
    return true;
  }
  for (const std::string& id : record.activities) {
    const model::Activity* const activity = graph_.FindActivity(id);
    if (activity != nullptr && activity->processor == exporter &&
        Names(activity->on_behalf_of, importer)) {
      return true;
    }
  }
  return false;
}

// A processor hands data back to the party that it acts for: named as such, or the giver of the data.
bool ArrivalsBuilder::IsReturn(size_t layer, uint32_t flow) const {
  if (!a_.flows_[flow].traits.is_processors) {
    return false;
  }
  if (NamesImporter(flow)) {
    return true;
  }
  const uint32_t from = graph_.ExporterOf(flow);
  const uint32_t to = graph_.ImporterOf(flow);
  if (!SameCircle(from, to)) {
    return false;
  }
  const auto out = graph_.OutFlows(to);
  const auto in = graph_.InFlows(from);
  return out.size() < in.size()
             ? std::any_of(out.begin(), out.end(),
                           [&](uint32_t into) {
                             return graph_.ImporterOf(into) == from && Moves(layer, into);
                           })
             : std::any_of(in.begin(), in.end(), [&](uint32_t into) {
                 return graph_.ExporterOf(into) == to && Moves(layer, into);
               });
}

}  // namespace onward::query
