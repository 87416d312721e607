// What each flow carries on a day.
#include <algorithm>
#include <utility>

#include "graph/query/arrivals_internal.h"

namespace onward::query {
namespace {

bool IsDirect(const model::TermsView& flow) {
  return flow.collection == model::Collection::kDirectFromDataSubject;
}

bool Names(const model::Strings& list, std::string_view id) {
  return std::find(list.begin(), list.end(), id) != list.end();
}

// Whether `more` holds everything that `load` does.
bool Holds(const Load& more, const Load& load) {
  return std::all_of(load.begin(), load.end(), [&](const auto& entry) {
    const auto at = more.find(entry.first);
    return at != more.end() && entry.second.is_subset_of(at->second);
  });
}

}  // namespace

ArrivalsBuilder::ArrivalsBuilder(Arrivals& arrivals, const law::Register& law)
    : a_(arrivals),
      graph_(*arrivals.snapshot_),
      law_(law),
      components_(FindComponents(graph_)),
      single_(components_.parties.size()) {
  for (size_t component = 0; component < single_.size(); ++component) {
    single_[component] = components_.parties[component].size() == 1;
  }
  for (uint32_t flow = 0; flow < graph_.FlowCount(); ++flow) {
    if (!graph_.HasFlow(flow)) {
      continue;
    }
    copies_ = copies_ || graph_.TermsOf(flow).copy_ends.has_value();
    if (graph_.ExporterOf(flow) == graph_.ImporterOf(flow)) {
      single_[components_.of[graph_.ExporterOf(flow)]] = false;
    }
  }
  Resize(now_);
  Resize(ever_);
  if (copies_) {
    a_.ever_.holdings.assign(graph_.PartyCount(), a_.bits_.None());
  }
  NameClasses();
}

void ArrivalsBuilder::Resize(Layer& layer) const {
  layer.states.assign(graph_.FlowCount(), State::kOff);
  layer.holdings.assign(graph_.PartyCount(), a_.bits_.None());
  layer.unexplained.resize(graph_.FlowCount());
  layer.stale.assign(graph_.PartyCount(), true);
  for (Pass& pass : layer.passes) {
    pass.all.resize(graph_.PartyCount());
    pass.restricted.resize(graph_.PartyCount());
    pass.outer_all.resize(graph_.PartyCount());
    pass.outer_restricted.resize(graph_.PartyCount());
    pass.carriages.resize(graph_.FlowCount());
  }
}

void ArrivalsBuilder::NameClasses() {
  uint32_t last = 0;
  for (const uint32_t flow : graph_.FlowsInOrder()) {
    for (const std::string& origin : graph_.TermsOf(flow).on_behalf_of) {
      const std::optional<uint32_t> party = graph_.PartyNumber(origin);
      if (!party.has_value()) {
        continue;
      }
      if (a_.classes_[*party] == 0) {
        a_.classes_[*party] = ++last;
      }
      a_.limits_[flow].push_back(a_.classes_[*party]);
    }
    std::sort(a_.limits_[flow].begin(), a_.limits_[flow].end());
  }
}

bool ArrivalsBuilder::MoveTo(Date day, const std::vector<uint32_t>& changed,
                             const std::function<bool()>& stop) {
  day_ = day;
  touched_.clear();
  if (started_) {
    for (const uint32_t flow : changed) {
      Update(flow);
    }
  } else if (!Start(stop)) {
    return false;
  }
  for (size_t solved = 0; !dirty_.empty(); ++solved) {
    if (stop && solved % kStepsPerLook == 0 && stop()) {
      return false;
    }
    const auto next = dirty_.extract(dirty_.begin());
    Solve(next.key(), next.mapped());
  }
  std::sort(touched_.begin(), touched_.end());
  touched_.erase(std::unique(touched_.begin(), touched_.end()), touched_.end());
  return true;
}

bool ArrivalsBuilder::Start(const std::function<bool()>& stop) {
  started_ = true;
  for (uint32_t flow = 0; flow < graph_.FlowCount(); ++flow) {
    if (stop && flow % kStepsPerLook == 0 && stop()) {
      return false;
    }
    if (graph_.HasFlow(flow)) {
      Update(flow);
    }
  }
  for (uint32_t component = 0; component < components_.parties.size(); ++component) {
    dirty_[component].whole = true;
  }
  return true;
}

ArrivalsBuilder::State ArrivalsBuilder::StateOf(const model::Flow& flow) const {
  if (flow.interval.Contains(day_)) {
    return State::kActive;
  }
  if (day_ < flow.interval.until || !flow.copy_ends.has_value()) {
    return State::kOff;
  }
  const bool kept = flow.copy_ends->outcome == model::CopyOutcome::kKept;
  const bool not_yet = flow.copy_ends->on.has_value() && day_ < *flow.copy_ends->on;
  return kept || not_yet ? State::kHeld : State::kOff;
}

// What is true of the flow by itself on the day.
void ArrivalsBuilder::Update(uint32_t flow) {
  const model::Flow record = graph_.FlowAt(flow);
  const State now = StateOf(record);
  const State ever = record.interval.from <= day_ ? State::kActive : State::kOff;
  std::optional<bool> bound;
  if (ever == State::kActive) {
    const Date last = record.interval.until.Plus(-1);
    bound = verdict::ExporterBound(record, graph_, law_, std::min(last, day_));
  }
  const bool moved = now != now_.states[flow] || ever != ever_.states[flow];
  if (moved || bound != a_.bound_[flow]) {
    dirty_[components_.of[graph_.ExporterOf(flow)]].flows.push_back(flow);
  }
  if (moved) {
    dirty_[components_.of[graph_.ImporterOf(flow)]].whole = true;
  }
  now_.states[flow] = now;
  ever_.states[flow] = ever;
  a_.states_[flow] = now;
  a_.bound_[flow] = bound;
}

void ArrivalsBuilder::Solve(uint32_t component, const Dirty& dirty) {
  const std::vector<uint32_t>& parties = components_.parties[component];
  const bool stands = !dirty.whole && single_[component] && HoldingsStand(now_, parties.front()) &&
                      (!copies_ || HoldingsStand(ever_, parties.front()));
  std::vector<uint32_t> flows;
  if (stands) {
    flows = dirty.flows;
  } else {
    for (const uint32_t party : parties) {
      const auto out = graph_.OutFlows(party);
      flows.insert(flows.end(), out.begin(), out.end());
    }
  }
  std::vector<Carriages> before;
  before.reserve(flows.size());
  for (const uint32_t flow : flows) {
    before.push_back(Take(flow));
  }
  for (Layer* const layer : {&ever_, &now_}) {
    if (layer == &ever_ && !copies_) {
      continue;
    }
    if (!stands) {
      SolveLayer(*layer, component);
      continue;
    }
    for (const uint32_t flow : flows) {
      SolveFlow(*layer, flow);
    }
  }
  for (size_t i = 0; i < flows.size(); ++i) {
    Finish(flows[i], before[i]);
  }
  Publish(now_, component, flows, a_.now_);
  if (copies_) {
    Publish(ever_, component, flows, a_.ever_);
  }
}

// Where data of the component start.
void ArrivalsBuilder::Publish(const Layer& layer, uint32_t component,
                              const std::vector<uint32_t>& flows,
                              Arrivals::Sources& sources) const {
  for (const uint32_t party : components_.parties[component]) {
    sources.holdings[party] = layer.holdings[party];
  }
  for (const uint32_t flow : flows) {
    Bits rest = a_.bits_.None();
    for (const auto& [origin_class, bits] : layer.unexplained[flow]) {
      rest |= bits;
    }
    if (rest.any()) {
      sources.unexplained[flow] = std::move(rest);
    } else {
      sources.unexplained.erase(flow);
    }
  }
}

ArrivalsBuilder::Carriages ArrivalsBuilder::Take(uint32_t flow) {
  return {std::move(now_.passes[0].carriages[flow]), std::move(now_.passes[1].carriages[flow]),
          std::move(ever_.passes[0].carriages[flow]), std::move(ever_.passes[1].carriages[flow])};
}

bool ArrivalsBuilder::Passed(Layer& layer, size_t pass, uint32_t flow, const Carriage& before) {
  Pass& loads = layer.passes[pass];
  const Carriage& now = loads.carriages[flow];
  if (now == before) {
    return false;
  }
  const uint32_t importer = graph_.ImporterOf(flow);
  if (Holds(now.all, before.all) && Holds(now.restricted, before.restricted)) {
    AddTo(loads.outer_all[importer], now.all);
    AddTo(loads.outer_restricted[importer], now.restricted);
  } else {
    layer.stale[importer] = true;
  }
  return true;
}

void ArrivalsBuilder::Finish(uint32_t flow, const Carriages& before) {
  const uint32_t below = components_.of[graph_.ImporterOf(flow)];
  if (below != components_.of[graph_.ExporterOf(flow)]) {
    const std::array<bool, 4> passed = {
        Passed(now_, 0, flow, before[0]), Passed(now_, 1, flow, before[1]),
        Passed(ever_, 0, flow, before[2]), Passed(ever_, 1, flow, before[3])};
    if (std::find(passed.begin(), passed.end(), true) != passed.end()) {
      dirty_[below].whole = true;
    }
  }
  a_.carriages_[flow] = now_.passes[1].carriages[flow];
  touched_.push_back(flow);
}

void ArrivalsBuilder::SolveLayer(Layer& layer, uint32_t component) {
  for (const uint32_t party : components_.parties[component]) {
    layer.holdings[party] = HoldingsOf(layer, party);
    for (const uint32_t flow : graph_.OutFlows(party)) {
      layer.unexplained[flow].clear();
    }
  }
  Spread(layer, 0, component);
  for (const uint32_t party : components_.parties[component]) {
    for (const uint32_t flow : graph_.OutFlows(party)) {
      layer.unexplained[flow] = UnexplainedOf(layer, flow);
    }
  }
  Spread(layer, 1, component);
  for (const uint32_t party : components_.parties[component]) {
    layer.stale[party] = false;
  }
}

// To the fixed point; loads only grow.
void ArrivalsBuilder::Spread(Layer& layer, size_t pass, uint32_t component) {
  Pass& loads = layer.passes[pass];
  std::deque<uint32_t> open;
  for (const uint32_t party : components_.parties[component]) {
    Receive(layer, pass, party);
    open.push_back(party);
  }
  for (const uint32_t party : components_.parties[component]) {
    for (const uint32_t flow : graph_.OutFlows(party)) {
      const uint32_t importer = graph_.ImporterOf(flow);
      loads.carriages[flow] = FirstOf(layer, flow);
      if (components_.of[importer] == component) {
        AddTo(loads.all[importer], loads.carriages[flow].all);
        AddTo(loads.restricted[importer], loads.carriages[flow].restricted);
      }
    }
  }
  while (!open.empty()) {
    const uint32_t party = open.front();
    open.pop_front();
    Follow(layer, pass, party, open);
  }
}

// What a party has from itself and from other components.
void ArrivalsBuilder::Receive(Layer& layer, size_t pass, uint32_t party) {
  Pass& loads = layer.passes[pass];
  if (layer.stale[party]) {
    loads.outer_all[party].clear();
    loads.outer_restricted[party].clear();
    for (const uint32_t into : graph_.InFlows(party)) {
      if (components_.of[graph_.ExporterOf(into)] != components_.of[party]) {
        AddTo(loads.outer_all[party], loads.carriages[into].all);
        AddTo(loads.outer_restricted[party], loads.carriages[into].restricted);
      }
    }
  }
  loads.all[party] = loads.outer_all[party];
  loads.restricted[party] = loads.outer_restricted[party];
  AddTo(loads.all[party], a_.classes_[party], layer.holdings[party]);
}

// Hands on what the party has; importers inside the component that got more are opened.
void ArrivalsBuilder::Follow(Layer& layer, size_t pass, uint32_t party,
                             std::deque<uint32_t>& open) {
  Pass& loads = layer.passes[pass];
  for (const uint32_t flow : graph_.OutFlows(party)) {
    if (layer.states[flow] != State::kActive || !Moves(layer, flow)) {
      continue;
    }
    const Carriage now = CarriageOf(layer, pass, flow);
    Carriage& before = loads.carriages[flow];
    const bool all = AddTo(before.all, now.all);
    const bool fresh = AddTo(before.fresh, now.fresh);
    const bool restricted = AddTo(before.restricted, now.restricted);
    const uint32_t importer = graph_.ImporterOf(flow);
    if ((all || fresh || restricted) && components_.of[importer] == components_.of[party]) {
      AddTo(loads.all[importer], before.all);
      AddTo(loads.restricted[importer], before.restricted);
      open.push_back(importer);
    }
  }
}

// Of a party that nothing comes back to from its own flows, and that has what it had.
void ArrivalsBuilder::SolveFlow(Layer& layer, uint32_t flow) {
  layer.unexplained[flow].clear();
  for (size_t pass = 0; pass < layer.passes.size(); ++pass) {
    const bool active = layer.states[flow] == State::kActive && Moves(layer, flow);
    layer.passes[pass].carriages[flow] =
        active ? CarriageOf(layer, pass, flow) : FirstOf(layer, flow);
    if (pass == 0) {
      layer.unexplained[flow] = UnexplainedOf(layer, flow);
    }
  }
}

Carriage ArrivalsBuilder::FirstOf(const Layer& layer, uint32_t flow) const {
  return layer.states[flow] == State::kHeld ? ever_.passes[1].carriages[flow] : Carriage();
}

// Whether the flow brings data from its exporter.
bool ArrivalsBuilder::Moves(const Layer& layer, uint32_t flow) const {
  return layer.states[flow] != State::kOff && !IsDirect(graph_.TermsOf(flow));
}

Carriage ArrivalsBuilder::CarriageOf(const Layer& layer, size_t pass, uint32_t flow) const {
  const Pass& loads = layer.passes[pass];
  const uint32_t exporter = graph_.ExporterOf(flow);
  const bool bound = a_.bound_[flow] == true;
  Carriage carriage;
  a_.Through(flow, loads.all[exporter], carriage.all);
  AddTo(carriage.all, layer.unexplained[flow]);
  if (IsReturn(layer, flow)) {
    a_.Through(flow, FromOthers(layer, pass, flow, true), carriage.fresh);
    if (bound) {
      carriage.restricted = carriage.fresh;
    } else {
      a_.Through(flow, FromOthers(layer, pass, flow, false), carriage.restricted);
    }
    return carriage;
  }
  carriage.fresh = carriage.all;
  if (bound) {
    carriage.restricted = carriage.all;
  } else {
    a_.Through(flow, loads.restricted[exporter], carriage.restricted);
  }
  return carriage;
}

Load ArrivalsBuilder::FromOthers(const Layer& layer, size_t pass, uint32_t flow, bool fresh) const {
  const std::vector<Carriage>& carriages = layer.passes[pass].carriages;
  Load load;
  for (const uint32_t into : graph_.InFlows(graph_.ExporterOf(flow))) {
    if (Moves(layer, into) && graph_.ExporterOf(into) != graph_.ImporterOf(flow)) {
      AddTo(load, fresh ? carriages[into].fresh : carriages[into].restricted);
    }
  }
  return load;
}

// A processor hands data back to the party that it acts for: named as such, or the giver of the data.
bool ArrivalsBuilder::IsReturn(const Layer& layer, uint32_t flow) const {
  const model::TermsView record = graph_.TermsOf(flow);
  if (!model::IsProcessorRole(record.exporter_role)) {
    return false;
  }
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
  const auto in = graph_.InFlows(graph_.ExporterOf(flow));
  return std::any_of(in.begin(), in.end(), [&](uint32_t into) {
    return Moves(layer, into) && graph_.ExporterOf(into) == graph_.ImporterOf(flow);
  });
}

}  // namespace onward::query
