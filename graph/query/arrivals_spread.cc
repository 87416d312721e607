// What a circle of parties hands on, to the fixed point.
#include <algorithm>
#include <utility>

#include "graph/query/arrivals_internal.h"

namespace onward::query {

void Tally::Add(const Load& given) {
  for (const auto& [origin_class, bits] : given) {
    if (const auto known = once_.find(origin_class); known != once_.end()) {
      twice_.Add(origin_class, bits & known->second);
    }
    once_.Add(origin_class, bits);
  }
}

Load Tally::Without(const Load& given) const {
  Load rest = twice_;
  for (const auto& [origin_class, bits] : once_) {
    const auto own = given.find(origin_class);
    rest.Add(origin_class, own == given.end() ? bits : bits - own->second);
  }
  return rest;
}

void ArrivalsBuilder::SolveLayer(size_t layer, std::span<const uint32_t> parties,
                                 std::span<const uint32_t> inner) {
  for (const uint32_t party : parties) {
    if (look_.Step()) {
      return;
    }
    OwnLoads(party).layers[layer].holdings = HoldingsAt(layer, party);
  }
  FindWays(layer, parties);
  Spread({layer, 0}, parties);
  bool is_explained = true;
  for (const uint32_t flow : inner) {
    if (look_.Step()) {
      return;
    }
    Load& unexplained = Own(flow).layers[layer].unexplained;
    unexplained = UnexplainedAt(layer, flow);
    is_explained = is_explained && unexplained.empty();
  }
  if (is_explained && PassesAreSame(layer, parties)) {
    CopyPass(layer, parties, inner);
  } else {
    Spread({layer, 1}, parties);
  }
}

// What the flows within the circle do, whatever they carry.
void ArrivalsBuilder::FindWays(size_t layer, std::span<const uint32_t> parties) {
  places_.resize(std::max(places_.size(), parties.size()));
  ways_.clear();
  for (size_t i = 0; i < parties.size() && !look_.stopped(); ++i) {
    Place& place = places_[i];
    place.party = parties[i];
    place.begin = ways_.size();
    for (const uint32_t flow : graph_.OutFlows(place.party)) {
      const uint32_t importer = graph_.ImporterOf(flow);
      if (look_.Step()) {
        return;
      }
      if (SameCircle(importer, place.party)) {
        const auto to = static_cast<uint32_t>(
            std::lower_bound(parties.begin(), parties.end(), importer) - parties.begin());
        ways_.push_back({flow, to, IsActive(layer, flow), false});
      }
    }
    place.end = ways_.size();
    FindInner(place);
    place.returns = false;
    for (size_t way = place.begin; way < place.end; ++way) {
      Way& at = ways_[way];
      at.returns = at.active && a_.flows_[at.flow].traits.is_processors &&
                   (NamesImporter(at.flow) || Gave(layer, graph_.ImporterOf(at.flow), place));
      place.returns = place.returns || at.returns;
    }
    // The layer of the present is computed last.
    const bool before = layer == 0 && a_.copies_ && a_.parties_[place.party].returns;
    if (a_.parties_[place.party].returns != (before || place.returns)) {
      a_.parties_.At(place.party).returns = before || place.returns;
    }
  }
}

// Whether some flow brings the place data from the giver, of the same circle.
bool ArrivalsBuilder::Gave(size_t layer, uint32_t giver, const Place& place) const {
  auto inner = std::lower_bound(place.inner.begin(), place.inner.end(), Inner{giver, 0});
  while (inner != place.inner.end() && inner->giver == giver && !Moves(layer, inner->flow)) {
    ++inner;
  }
  return inner != place.inner.end() && inner->giver == giver;
}

bool ArrivalsBuilder::MayReturn(const Place& place) const {
  return std::any_of(ways_.begin() + static_cast<ptrdiff_t>(place.begin),
                     ways_.begin() + static_cast<ptrdiff_t>(place.end), [this](const Way& way) {
                       return way.active && a_.flows_[way.flow].traits.is_processors;
                     });
}

void ArrivalsBuilder::FindInner(Place& place) {
  place.inner.clear();
  if (!MayReturn(place)) {
    return;
  }
  for (const uint32_t into : graph_.InFlows(place.party)) {
    const uint32_t giver = graph_.ExporterOf(into);
    if (SameCircle(giver, place.party)) {
      place.inner.push_back({giver, into});
    }
  }
  std::sort(place.inner.begin(), place.inner.end());
}

// To the fixed point; loads only grow.
void ArrivalsBuilder::Spread(At at, std::span<const uint32_t> parties) {
  std::deque<uint32_t> open;
  for (uint32_t i = 0; i < parties.size() && !look_.Step(); ++i) {
    Receive(at, places_[i]);
    places_[i].open = true;
    open.push_back(i);
  }
  for (const Way& way : ways_) {
    if (look_.Step()) {
      return;
    }
    Carriage& carriage = OwnAt(at, way.flow);
    carriage = FirstOf(at.layer, way.flow);
    if (!carriage.all.empty()) {
      Loads::Pass& loads = OwnLoadsAt(at, parties[way.to]);
      loads.all.Add(carriage.all);
      loads.restricted.Add(carriage.restricted);
    }
  }
  while (!open.empty() && !look_.Step()) {
    const uint32_t place = open.front();
    open.pop_front();
    places_[place].open = false;
    Follow(at, places_[place], open);
  }
}

// Whether both passes of a layer begin with the same and what is added between them is nothing.
bool ArrivalsBuilder::PassesAreSame(size_t layer, std::span<const uint32_t> parties) {
  for (size_t i = 0; i < parties.size(); ++i) {
    const auto& passes = a_.parties_[parties[i]].loads->layers[layer].passes;
    if (look_.Step() || passes[0].outer_all != passes[1].outer_all ||
        passes[0].outer_restricted != passes[1].outer_restricted ||
        (places_[i].returns && !BroughtTheSame(layer, parties[i]))) {
      return false;
    }
  }
  return true;
}

// By each flow from another circle.
bool ArrivalsBuilder::BroughtTheSame(size_t layer, uint32_t party) {
  const Carried* last = nullptr;
  for (const uint32_t into : graph_.InFlows(party)) {
    if (look_.Step()) {
      return false;
    }
    const Carried* const carried = &CarriedBy(into);
    if (carried == last || SameCircle(graph_.ExporterOf(into), party)) {
      continue;
    }
    last = carried;
    const auto& passes = carried->layers[layer].passes;
    if (passes[0].fresh != passes[1].fresh || passes[0].restricted != passes[1].restricted) {
      return false;
    }
  }
  return true;
}

void ArrivalsBuilder::CopyPass(size_t layer, std::span<const uint32_t> parties,
                               std::span<const uint32_t> inner) {
  for (const uint32_t party : parties) {
    if (look_.Step()) {
      return;
    }
    Loads::Layer& loads = OwnLoads(party).layers[layer];
    loads.passes[1] = loads.passes[0];
  }
  for (const uint32_t flow : inner) {
    if (look_.Step()) {
      return;
    }
    Carried::Layer& carried = Own(flow).layers[layer];
    carried.passes[1] = carried.passes[0];
  }
}

// What a party has from itself and from other circles.
void ArrivalsBuilder::Receive(At at, Place& place) {
  Loads::Layer& layer = OwnLoads(place.party).layers[at.layer];
  Loads::Pass& loads = layer.passes[at.pass];
  loads.all = loads.outer_all;
  loads.restricted = loads.outer_restricted;
  loads.all.Add(a_.parties_[place.party].origin_class, layer.holdings);
  if (!place.returns) {
    return;
  }
  place.outer = {};
  const Carried* last = nullptr;
  for (const uint32_t into : graph_.InFlows(place.party)) {
    if (&CarriedBy(into) == last || SameCircle(graph_.ExporterOf(into), place.party)) {
      continue;
    }
    last = &CarriedBy(into);
    const Carriage& carriage = CarriageAt(at, into);
    place.outer.fresh.Add(carriage.fresh);
    place.outer.restricted.Add(carriage.restricted);
  }
}

// Hands on what the party has; importers inside the circle that got more are opened.
void ArrivalsBuilder::Follow(At at, const Place& place, std::deque<uint32_t>& open) {
  const Givers givers = place.returns ? GiversOf(at, place) : Givers();
  for (size_t i = place.begin; i < place.end && !look_.Step(); ++i) {
    const Way& way = ways_[i];
    if (!way.active) {
      continue;
    }
    const uint32_t importer = graph_.ImporterOf(way.flow);
    const Brought others = way.returns ? FromOthers(givers, importer) : Brought();
    const Carriage now = CarriageNow(at, way.flow, way.returns ? &others : nullptr);
    Carriage& before = OwnAt(at, way.flow);
    const bool all = before.all.Add(now.all);
    const bool fresh = before.fresh.Add(now.fresh);
    const bool restricted = before.restricted.Add(now.restricted);
    if (all || fresh || restricted) {
      Loads::Pass& loads = OwnLoadsAt(at, importer);
      loads.all.Add(before.all);
      loads.restricted.Add(before.restricted);
      if (!std::exchange(places_[way.to].open, true)) {
        open.push_back(way.to);
      }
    }
  }
}

// Nobody in another circle who gives is one to whom something could be returned: all of them count as one.
ArrivalsBuilder::Givers ArrivalsBuilder::GiversOf(At at, const Place& place) {
  Givers givers;
  givers.fresh.Add(place.outer.fresh);
  givers.restricted.Add(place.outer.restricted);
  for (const Inner& inner : place.inner) {
    if (look_.Step()) {
      return givers;
    }
    const Carriage& carriage = CarriageAt(at, inner.flow);
    if (givers.inner.empty() || givers.inner.back().first != inner.giver) {
      givers.inner.push_back({inner.giver, {}});
    }
    givers.inner.back().second.fresh.Add(carriage.fresh);
    givers.inner.back().second.restricted.Add(carriage.restricted);
  }
  for (const auto& [giver, brought] : givers.inner) {
    givers.fresh.Add(brought.fresh);
    givers.restricted.Add(brought.restricted);
  }
  return givers;
}

ArrivalsBuilder::Brought ArrivalsBuilder::FromOthers(const Givers& givers,
                                                     uint32_t importer) const {
  static const Brought& nothing = *new Brought();
  const auto at =
      std::lower_bound(givers.inner.begin(), givers.inner.end(), importer,
                       [](const auto& entry, uint32_t wanted) { return entry.first < wanted; });
  const bool gives = at != givers.inner.end() && at->first == importer;
  const Brought& own = gives ? at->second : nothing;
  return {givers.fresh.Without(own.fresh), givers.restricted.Without(own.restricted)};
}

// To whom a flow leads out of the circle, he gives nothing. The first few of many often bring all that there is.
const ArrivalsBuilder::Brought& ArrivalsBuilder::FromAll(At at, uint32_t party) {
  if (from_all_to_ != party) {
    from_all_to_ = party;
    from_all_.fill(std::nullopt);
  }
  std::optional<Brought>& known = from_all_[2 * at.layer + at.pass];
  if (known.has_value()) {
    return *known;
  }
  const Loads::Pass& loads = LoadsAt(at, party);
  Brought& brought = known.emplace();
  for (const uint32_t into : graph_.InFlows(party)) {
    const Carriage& carriage = CarriageAt(at, into);
    const bool fresh = brought.fresh.Add(carriage.fresh);
    const bool restricted = brought.restricted.Add(carriage.restricted);
    if ((fresh || restricted) && Holds(brought.fresh, loads.all) &&
        Holds(brought.restricted, loads.restricted)) {
      break;
    }
  }
  return brought;
}

// Of a party that nothing comes back to along the flow, and that has what it had.
void ArrivalsBuilder::SolveFlow(size_t layer, uint32_t flow) {
  const bool active = IsActive(layer, flow);
  const bool returns = active && IsReturn(layer, flow);
  const uint32_t exporter = graph_.ExporterOf(flow);
  if (returns && !a_.parties_[exporter].returns) {
    a_.parties_.At(exporter).returns = true;
  }
  for (size_t pass = 0; pass < 2; ++pass) {
    const At at{layer, pass};
    OwnAt(at, flow) = active ? CarriageNow(at, flow, returns ? &FromAll(at, exporter) : nullptr)
                             : FirstOf(layer, flow);
    if (pass == 0) {
      Own(flow).layers[layer].unexplained = UnexplainedAt(layer, flow);
    }
  }
}

Carriage ArrivalsBuilder::CarriageNow(At at, uint32_t flow, const Brought* others) const {
  const Loads::Pass& loads = LoadsAt(at, graph_.ExporterOf(flow));
  const bool bound = a_.flows_[flow].bound == true;
  Carriage carriage;
  a_.Through(flow, loads.all, carriage.all);
  if (at.pass == 1) {
    carriage.all.Add(CarriedBy(flow).layers[at.layer].unexplained);
  }
  if (others != nullptr) {
    a_.Through(flow, others->fresh, carriage.fresh);
    if (bound) {
      carriage.restricted = carriage.fresh;
    } else {
      a_.Through(flow, others->restricted, carriage.restricted);
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

}  // namespace onward::query
