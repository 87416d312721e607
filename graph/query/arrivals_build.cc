// What each flow carries on a day.
#include <algorithm>
#include <iterator>
#include <utility>

#include "graph/query/arrivals_internal.h"

namespace onward::query {
namespace {

void SortOnce(std::vector<uint32_t>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

size_t Mixed(size_t hash, size_t more) {
  return hash ^ (more + 0x9E3779B97F4A7C15ULL + (hash << 6) + (hash >> 2));
}

size_t HashOfLoad(const Load& load) {
  size_t hash = load.size();
  for (const auto& [origin_class, bits] : load) {
    hash = Mixed(Mixed(hash, origin_class), HashOf(bits));
  }
  return hash;
}

template <class Carried>
size_t HashOfCarried(const Carried& carried) {
  size_t hash = 0;
  for (const auto& layer : carried.layers) {
    hash = Mixed(hash, HashOfLoad(layer.unexplained));
    for (const Carriage& carriage : layer.passes) {
      hash = Mixed(hash, HashOfLoad(carriage.all));
      hash = Mixed(hash, HashOfLoad(carriage.restricted));
    }
  }
  return hash;
}

template <class Loads>
size_t HashOfLoads(const Loads& loads) {
  size_t hash = 0;
  for (const auto& layer : loads.layers) {
    hash = Mixed(hash, HashOf(layer.holdings));
    for (const auto& pass : layer.passes) {
      hash = Mixed(hash, HashOfLoad(pass.outer_all));
      hash = Mixed(hash, HashOfLoad(pass.outer_restricted));
    }
  }
  return hash;
}

}  // namespace

size_t HashOf(const Bits& bits) {
  size_t hash = bits.size();
  for (size_t at = bits.find_first(); at != Bits::npos; at = bits.find_next(at)) {
    hash = Mixed(hash, at);
  }
  return hash;
}

ArrivalsBuilder::ArrivalsBuilder(Arrivals& arrivals, const law::Register& law)
    : a_(arrivals),
      graph_(*arrivals.snapshot_),
      law_(law),
      carried_(&HashOfCarried<Carried>),
      loads_(&HashOfLoads<Loads>) {
  ArrivalOrder(a_).Make();
  NameClasses();
}

ArrivalsBuilder::ArrivalsBuilder(Arrivals& arrivals, const law::Register& law, Date day)
    : a_(arrivals),
      graph_(*arrivals.snapshot_),
      law_(law),
      day_(day),
      started_(true),
      carried_(&HashOfCarried<Carried>),
      loads_(&HashOfLoads<Loads>) {}

void ArrivalsBuilder::NameClasses() {
  uint32_t last = 0;
  for (const uint32_t flow : graph_.FlowsInOrder()) {
    std::vector<uint32_t> limits;
    for (const std::string& origin : graph_.TermsOf(flow).on_behalf_of) {
      const std::optional<uint32_t> party = graph_.PartyNumber(origin);
      if (!party.has_value()) {
        continue;
      }
      Arrivals::PartyState& state = a_.parties_.At(*party);
      if (state.limited++ == 0) {
        state.origin_class = ++last;
      }
      limits.push_back(state.origin_class);
    }
    if (!limits.empty()) {
      std::sort(limits.begin(), limits.end());
      a_.flows_.At(flow).limits = std::make_shared<const std::vector<uint32_t>>(std::move(limits));
    }
  }
}

ArrivalsBuilder::Dirty& ArrivalsBuilder::DirtyAt(uint32_t party) {
  Dirty& dirty = dirty_[a_.parties_[party].order];
  dirty.party = party;
  return dirty;
}

std::span<const uint32_t> ArrivalsBuilder::CircleOf(const uint32_t& party) const {
  const Arrivals::Parties& circle = a_.parties_[party].circle;
  return circle == nullptr ? std::span<const uint32_t>(&party, 1)
                           : std::span<const uint32_t>(*circle);
}

bool ArrivalsBuilder::MoveTo(Date day, const std::vector<uint32_t>& changed,
                             const std::function<bool()>& stop) {
  day_ = day;
  touched_.clear();
  fed_.clear();
  if (!started_) {
    return Start(stop) && Settle(SIZE_MAX, stop);
  }
  for (const uint32_t flow : changed) {
    Update(flow);
  }
  if (!Settle(SIZE_MAX, stop)) {
    return false;
  }
  AddFed();
  return true;
}

// Flows that hand on what others brought otherwise, though they carry what they did.
void ArrivalsBuilder::AddFed() {
  std::unordered_set<int64_t> circles;
  for (const uint32_t fed : fed_) {
    if (!circles.insert(a_.parties_[fed].order).second) {
      continue;
    }
    for (const uint32_t party : CircleOf(fed)) {
      const auto out = graph_.OutFlows(party);
      touched_.insert(touched_.end(), out.begin(), out.end());
    }
  }
  SortOnce(touched_);
}

bool ArrivalsBuilder::Settle(size_t flows_max, const std::function<bool()>& stop) {
  for (size_t solved = 0; !dirty_.empty(); ++solved) {
    if ((stop && solved % kStepsPerLook == 0 && stop()) || touched_.size() > flows_max) {
      return false;
    }
    const auto next = dirty_.extract(dirty_.begin());
    Solve(next.mapped());
  }
  SortOnce(touched_);
  SortOnce(fed_);
  return true;
}

bool ArrivalsBuilder::Start(const std::function<bool()>& stop) {
  started_ = true;
  for (uint32_t flow = 0; flow < graph_.FlowCount(); ++flow) {
    if (stop && flow % kStepsPerLook == 0 && stop()) {
      return false;
    }
    if (graph_.HasFlow(flow)) {
      SetState(flow);
    }
  }
  for (uint32_t party = 0; party < graph_.PartyCount(); ++party) {
    DirtyAt(party).whole = true;
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

ArrivalsBuilder::Turn ArrivalsBuilder::SetState(uint32_t flow) {
  const model::Flow record = graph_.FlowAt(flow);
  const State now = StateOf(record);
  const State ever = record.interval.from <= day_ ? State::kActive : State::kOff;
  std::optional<bool> bound;
  if (ever == State::kActive) {
    const Date last = record.interval.until.Plus(-1);
    bound = verdict::ExporterBound(record, graph_, law_, std::min(last, day_));
  }
  const Arrivals::FlowState& was = a_.flows_[flow];
  const bool moved = now != was.now || ever != was.ever;
  if (!moved && bound == was.bound) {
    return Turn::kNone;
  }
  Arrivals::FlowState& state = a_.flows_.At(flow);
  state.now = now;
  state.ever = ever;
  state.bound = bound;
  return moved ? Turn::kMoves : Turn::kBound;
}

void ArrivalsBuilder::Update(uint32_t flow) {
  switch (SetState(flow)) {
    case Turn::kNone:
      break;
    case Turn::kBound:
      DirtyAt(graph_.ExporterOf(flow)).flows.push_back(flow);
      break;
    case Turn::kMoves:
      Restate(flow);
      break;
  }
}

// Where data go back, what its importer hands on may become a return or cease to be one.
void ArrivalsBuilder::Restate(uint32_t flow) {
  DirtyAt(graph_.ExporterOf(flow)).flows.push_back(flow);
  Dirty& below = DirtyAt(graph_.ImporterOf(flow));
  below.holders.push_back(graph_.ImporterOf(flow));
  below.whole = below.whole || GoesBack(graph_, flow);
}

void ArrivalsBuilder::Redo(uint32_t party) { DirtyAt(party).whole = true; }

void ArrivalsBuilder::TakeAway(uint32_t flow, uint32_t exporter, uint32_t importer) {
  a_.flows_.At(flow).carried = Arrivals::Nothing();
  Dirty& above = DirtyAt(exporter);
  above.holders.push_back(exporter);
  Dirty& below = DirtyAt(importer);
  below.holders.push_back(importer);
  below.less.push_back(importer);
  // Within a circle what it brought may have come round.
  const bool back = Leads(graph_, importer, exporter);
  below.whole = below.whole || SameCircle(exporter, importer) || back;
  fed_.push_back(importer);
  if (back) {
    fed_.push_back(exporter);
  }
}

void ArrivalsBuilder::SumAnew(uint32_t party) {
  Dirty& dirty = DirtyAt(party);
  dirty.less.push_back(party);
  dirty.whole = true;
}

ArrivalsBuilder::Loads& ArrivalsBuilder::OwnLoads(uint32_t party) {
  Arrivals::PartyState& state = a_.parties_.At(party);
  if (!state.own) {
    state.loads = std::make_shared<Loads>(*state.loads);
    state.own = true;
  }
  return *state.loads;
}

// Sums anew what flows from other circles bring. Whether that is something else than before.
bool ArrivalsBuilder::Less(uint32_t party) {
  bool changed = false;
  for (size_t layer = 0; layer < (a_.copies_ ? 2 : 1); ++layer) {
    for (size_t pass = 0; pass < 2; ++pass) {
      const At at{layer, pass};
      Load all;
      Load restricted;
      const Loads::Pass& was = LoadsAt(at, party);
      const auto same = [&] { return all == was.outer_all && restricted == was.outer_restricted; };
      bool stands = same();
      // No more than there was can come.
      for (const uint32_t into : graph_.InFlows(party)) {
        if (stands) {
          break;
        }
        if (!SameCircle(graph_.ExporterOf(into), party)) {
          const Carriage& carriage = CarriageAt(at, into);
          const bool more = AddTo(all, carriage.all);
          stands = (AddTo(restricted, carriage.restricted) || more) && same();
        }
      }
      if (stands) {
        continue;
      }
      Loads::Pass& now = OwnLoads(party).layers[layer].passes[pass];
      now.outer_all = std::move(all);
      now.outer_restricted = std::move(restricted);
      changed = true;
    }
  }
  return changed;
}

// Whether each flow of it that changed can be computed by itself: nothing comes back to its exporter, and that
// has what it had.
bool ArrivalsBuilder::Singly(const Dirty& dirty) {
  bool whole = dirty.whole;
  std::vector<uint32_t> less = dirty.less;
  SortOnce(less);
  for (const uint32_t party : less) {
    whole = Less(party) || a_.parties_[party].returns || whole;
  }
  whole = whole || !std::all_of(dirty.holders.begin(), dirty.holders.end(),
                                [this](uint32_t party) { return HoldingsStand(party); });
  return !whole && std::all_of(dirty.flows.begin(), dirty.flows.end(), [this](uint32_t flow) {
    const uint32_t exporter = graph_.ExporterOf(flow);
    return !SameCircle(exporter, graph_.ImporterOf(flow)) && HoldingsStand(exporter);
  });
}

void ArrivalsBuilder::Solve(const Dirty& dirty) {
  const bool singly = Singly(dirty);
  const std::span<const uint32_t> parties = CircleOf(dirty.party);
  std::vector<uint32_t> flows;
  if (singly) {
    flows = dirty.flows;
    SortOnce(flows);
  } else {
    for (const uint32_t party : parties) {
      const auto out = graph_.OutFlows(party);
      flows.insert(flows.end(), out.begin(), out.end());
    }
  }
  std::vector<std::shared_ptr<Carried>> before;
  before.reserve(flows.size());
  for (const uint32_t flow : flows) {
    before.push_back(std::exchange(a_.flows_.At(flow).carried, std::make_shared<Carried>()));
  }
  // What is held of the past comes first.
  for (const size_t layer : {1, 0}) {
    if (layer == 1 && !a_.copies_) {
      continue;
    }
    if (!singly) {
      SolveLayer(layer, parties);
      continue;
    }
    for (const uint32_t flow : flows) {
      SolveFlow(layer, flow);
    }
  }
  for (size_t i = 0; i < flows.size(); ++i) {
    Finish(flows[i], before[i]);
  }
  for (const uint32_t party : parties) {
    // Nothing of a party was changed where its flows were computed singly.
    if (!singly && a_.parties_[party].own) {
      Arrivals::PartyState& state = a_.parties_.At(party);
      state.loads = loads_.Take(std::move(state.loads));
      state.own = false;
    }
  }
}

void ArrivalsBuilder::Finish(uint32_t flow, const std::shared_ptr<Carried>& before) {
  touched_.push_back(flow);
  std::shared_ptr<Carried>& now = a_.flows_.At(flow).carried;
  if (*now == *before) {
    now = before;
    return;
  }
  now = carried_.Take(std::move(now));
  const uint32_t importer = graph_.ImporterOf(flow);
  if (now->layers[0].passes[1].restricted != before->layers[0].passes[1].restricted) {
    fed_.push_back(importer);
  }
  if (SameCircle(importer, graph_.ExporterOf(flow))) {
    return;
  }
  for (size_t layer = 0; layer < (a_.copies_ ? 2 : 1); ++layer) {
    for (size_t pass = 0; pass < 2; ++pass) {
      Pass({layer, pass}, importer, before->layers[layer].passes[pass],
           now->layers[layer].passes[pass]);
    }
  }
}

void ArrivalsBuilder::Pass(At at, uint32_t importer, const Carriage& before, const Carriage& now) {
  if (now == before) {
    return;
  }
  Dirty& dirty = DirtyAt(importer);
  dirty.whole = dirty.whole || a_.parties_[importer].returns;
  const Loads::Pass& known = LoadsAt(at, importer);
  if (!Holds(known.outer_all, now.all) || !Holds(known.outer_restricted, now.restricted)) {
    Loads::Pass& loads = OwnLoads(importer).layers[at.layer].passes[at.pass];
    AddTo(loads.outer_all, now.all);
    AddTo(loads.outer_restricted, now.restricted);
    dirty.whole = true;
  }
  if (!Holds(now.all, before.all) || !Holds(now.restricted, before.restricted)) {
    dirty.less.push_back(importer);
  }
}

}  // namespace onward::query
