// What a circle of parties hands on, to the fixed point.
#include <algorithm>
#include <utility>

#include "graph/query/arrivals_internal.h"

namespace onward::query {
namespace {

bool IsDirect(const model::TermsView& flow) {
  return flow.collection == model::Collection::kDirectFromDataSubject;
}

}  // namespace

void ArrivalsBuilder::SolveLayer(size_t layer, std::span<const uint32_t> parties) {
  for (const uint32_t party : parties) {
    OwnLoads(party).layers[layer].holdings = HoldingsAt(layer, party);
    // The layer of the present is computed last.
    if (layer == 1 || !a_.copies_) {
      a_.parties_.At(party).returns = false;
    }
  }
  Spread({layer, 0}, parties);
  for (const uint32_t party : parties) {
    for (const uint32_t flow : graph_.OutFlows(party)) {
      Own(flow).layers[layer].unexplained = UnexplainedAt(layer, flow);
    }
  }
  Spread({layer, 1}, parties);
}

// To the fixed point; loads only grow.
void ArrivalsBuilder::Spread(At at, std::span<const uint32_t> parties) {
  std::deque<uint32_t> open;
  for (const uint32_t party : parties) {
    Receive(at, party);
    open.push_back(party);
  }
  for (const uint32_t party : parties) {
    for (const uint32_t flow : graph_.OutFlows(party)) {
      const uint32_t importer = graph_.ImporterOf(flow);
      Carriage& carriage = OwnAt(at, flow);
      carriage = FirstOf(at.layer, flow);
      if (SameCircle(importer, party)) {
        Loads::Pass& loads = OwnLoads(importer).layers[at.layer].passes[at.pass];
        AddTo(loads.all, carriage.all);
        AddTo(loads.restricted, carriage.restricted);
      }
    }
  }
  while (!open.empty()) {
    const uint32_t party = open.front();
    open.pop_front();
    Follow(at, party, open);
  }
}

// What a party has from itself and from other circles.
void ArrivalsBuilder::Receive(At at, uint32_t party) {
  Loads::Layer& layer = OwnLoads(party).layers[at.layer];
  Loads::Pass& loads = layer.passes[at.pass];
  loads.all = loads.outer_all;
  loads.restricted = loads.outer_restricted;
  AddTo(loads.all, a_.parties_[party].origin_class, layer.holdings);
}

// Hands on what the party has; importers inside the circle that got more are opened.
void ArrivalsBuilder::Follow(At at, uint32_t party, std::deque<uint32_t>& open) {
  for (const uint32_t flow : graph_.OutFlows(party)) {
    if (StateAt(at.layer, flow) != State::kActive || !Moves(at.layer, flow)) {
      continue;
    }
    const Carriage now = CarriageNow(at, flow);
    Carriage& before = OwnAt(at, flow);
    const bool all = AddTo(before.all, now.all);
    const bool fresh = AddTo(before.fresh, now.fresh);
    const bool restricted = AddTo(before.restricted, now.restricted);
    const uint32_t importer = graph_.ImporterOf(flow);
    if ((all || fresh || restricted) && SameCircle(importer, party)) {
      Loads::Pass& loads = OwnLoads(importer).layers[at.layer].passes[at.pass];
      AddTo(loads.all, before.all);
      AddTo(loads.restricted, before.restricted);
      open.push_back(importer);
    }
  }
}

// Of a party that nothing comes back to along the flow, and that has what it had.
void ArrivalsBuilder::SolveFlow(size_t layer, uint32_t flow) {
  for (size_t pass = 0; pass < 2; ++pass) {
    const bool active = StateAt(layer, flow) == State::kActive && Moves(layer, flow);
    Carriage carriage = active ? CarriageNow({layer, pass}, flow) : FirstOf(layer, flow);
    OwnAt({layer, pass}, flow) = std::move(carriage);
    if (pass == 0) {
      Own(flow).layers[layer].unexplained = UnexplainedAt(layer, flow);
    }
  }
}

Carriage ArrivalsBuilder::FirstOf(size_t layer, uint32_t flow) const {
  return StateAt(layer, flow) == State::kHeld ? CarriageAt({1, 1}, flow) : Carriage();
}

// Whether the flow brings data from its exporter.
bool ArrivalsBuilder::Moves(size_t layer, uint32_t flow) const {
  return StateAt(layer, flow) != State::kOff && !IsDirect(graph_.TermsOf(flow));
}

Carriage ArrivalsBuilder::CarriageNow(At at, uint32_t flow) {
  const uint32_t exporter = graph_.ExporterOf(flow);
  const Loads::Pass& loads = LoadsAt(at, exporter);
  const bool bound = a_.flows_[flow].bound == true;
  Carriage carriage;
  a_.Through(flow, loads.all, carriage.all);
  AddTo(carriage.all, CarriedBy(flow).layers[at.layer].unexplained);
  if (IsReturn(at.layer, flow)) {
    if (!a_.parties_[exporter].returns) {
      a_.parties_.At(exporter).returns = true;
    }
    FromOthers(at, flow, true, Received(flow, loads.all), carriage.fresh);
    if (bound) {
      carriage.restricted = carriage.fresh;
    } else {
      FromOthers(at, flow, false, Received(flow, loads.restricted), carriage.restricted);
    }
    return carriage;
  }
  carriage.fresh = carriage.all;
  if (bound) {
    carriage.restricted = carriage.all;
  } else {
    a_.Through(flow, loads.restricted, carriage.restricted);
  }
  return carriage;
}

Load ArrivalsBuilder::Received(uint32_t flow, const Load& load) const {
  Load received;
  a_.Through(flow, load, received);
  return received;
}

// The first few of many often bring all that there is.
void ArrivalsBuilder::FromOthers(At at, uint32_t flow, bool fresh, const Load& all,
                                 Load& load) const {
  const uint32_t importer = graph_.ImporterOf(flow);
  for (const uint32_t into : graph_.InFlows(graph_.ExporterOf(flow))) {
    if (Holds(load, all)) {
      return;
    }
    if (graph_.ExporterOf(into) != importer && Moves(at.layer, into)) {
      const Carriage& carriage = CarriageAt(at, into);
      a_.Through(flow, fresh ? carriage.fresh : carriage.restricted, load);
    }
  }
}

}  // namespace onward::query
