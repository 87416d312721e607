// What each flow carries on a day.
#include <algorithm>
#include <deque>
#include <utility>

#include "graph/query/arrivals_internal.h"
#include "graph/verdict/judge.h"

namespace onward::query {
namespace {

void SortOnce(std::vector<uint32_t>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

}  // namespace

std::optional<bool> BoundReader::On(Date day, uint32_t exporter, std::optional<bool> stated) {
  if (stated == true) {
    return true;
  }
  const std::string_view id = graph_.PartyId(exporter);
  const auto find = [&] { return verdict::ExporterBound(id, stated, graph_, law_, day); };
  const model::Party* const record = graph_.FindParty(id);
  const bool is_plain = record != nullptr && !stated.has_value() && record->branch_of.empty() &&
                        record->gdpr_subject.empty();
  if (!is_plain) {
    return find();
  }
  const auto [at, is_new] = plain_.try_emplace(
      std::tuple(std::string_view(record->establishment), record->party_type, day.days()));
  if (is_new) {
    at->second = find();
  }
  return at->second;
}

ArrivalsBuilder::ArrivalsBuilder(Arrivals& arrivals, const law::Register& law, const StopLook& look)
    : a_(arrivals),
      graph_(*arrivals.snapshot_),
      law_(law),
      look_(look),
      bound_(*arrivals.snapshot_, law) {
  ArrivalOrder(a_).Make(look_);
  NameClasses();
}

ArrivalsBuilder::ArrivalsBuilder(Arrivals& arrivals, const law::Register& law, Date day)
    : a_(arrivals),
      graph_(*arrivals.snapshot_),
      law_(law),
      day_(day),
      started_(true),
      bound_(*arrivals.snapshot_, law) {}

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
  if (look_.stopped()) {
    return false;
  }
  day_ = day;
  look_ = StopLook(stop);
  touched_.clear();
  fed_.clear();
  if (!started_) {
    return Start(stop);
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
  look_ = StopLook(stop);
  while (!dirty_.empty()) {
    if (look_.Step() || touched_.size() > flows_max) {
      return false;
    }
    const auto next = dirty_.extract(dirty_.begin());
    Solve(next.mapped());
  }
  if (look_.stopped()) {
    return false;
  }
  SortOnce(touched_);
  SortOnce(fed_);
  return true;
}

ArrivalsBuilder::State ArrivalsBuilder::StateOf(uint32_t flow, const Interval& interval) const {
  if (interval.Contains(day_)) {
    return State::kActive;
  }
  if (day_ < interval.until || !a_.copies_) {
    return State::kOff;
  }
  const model::TermsView terms = graph_.TermsOf(flow);
  if (!terms.copy_ends.has_value()) {
    return State::kOff;
  }
  const bool kept = terms.copy_ends->outcome == model::CopyOutcome::kKept;
  const bool not_yet = terms.copy_ends->on.has_value() && day_ < *terms.copy_ends->on;
  return kept || not_yet ? State::kHeld : State::kOff;
}

ArrivalsBuilder::Turn ArrivalsBuilder::SetState(uint32_t flow) {
  const Interval interval = graph_.IntervalOf(flow);
  const Arrivals::FlowState& was = a_.flows_[flow];
  const State now = StateOf(flow, interval);
  const State ever = interval.from <= day_ ? State::kActive : State::kOff;
  std::optional<bool> bound;
  if (ever == State::kActive) {
    bound = bound_.On(std::min(interval.until.Plus(-1), day_), graph_.ExporterOf(flow),
                      was.traits.stated);
  }
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
  const Arrivals::PartyState& known = a_.parties_[party];
  if (known.own) {
    return *known.loads;
  }
  if (free_loads_.empty()) {
    free_loads_.push_back(&loads_.emplace_back());
  }
  Loads* const own = free_loads_.back();
  free_loads_.pop_back();
  *own = *known.loads;
  Arrivals::PartyState& state = a_.parties_.At(party);
  state.loads = own;
  state.own = true;
  return *own;
}

void ArrivalsBuilder::Close(std::span<const uint32_t> parties) {
  for (const uint32_t party : parties) {
    if (look_.Step()) {
      return;
    }
    if (a_.parties_[party].own) {
      Arrivals::PartyState& state = a_.parties_.At(party);
      free_loads_.push_back(std::exchange(state.loads, a_.kept_->loads.Take(*state.loads)));
      state.own = false;
    }
  }
}

// The first time, of flows that are done.
void ArrivalsBuilder::Gather(uint32_t party) {
  const Carried* last = Arrivals::Nothing();
  for (const uint32_t into : graph_.InFlows(party)) {
    if (&CarriedBy(into) == last || SameCircle(graph_.ExporterOf(into), party)) {
      continue;
    }
    const Carried& carried = CarriedBy(into);
    last = &carried;
    for (size_t layer = 0; layer < (a_.copies_ ? 2 : 1); ++layer) {
      for (size_t pass = 0; pass < 2; ++pass) {
        const Carriage& carriage = carried.layers[layer].passes[pass];
        if (!carriage.all.empty()) {
          Loads::Pass& loads = OwnLoadsAt({layer, pass}, party);
          loads.outer_all.Add(carriage.all);
          loads.outer_restricted.Add(carriage.restricted);
        }
      }
    }
  }
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
          const bool more = all.Add(carriage.all);
          stands = (restricted.Add(carriage.restricted) || more) && same();
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

ArrivalsBuilder::CircleFlows ArrivalsBuilder::FlowsOf(std::span<const uint32_t> parties) {
  CircleFlows flows;
  for (const uint32_t party : parties) {
    const auto out = graph_.OutFlows(party);
    if (look_.Step(out.size())) {
      break;
    }
    for (const uint32_t flow : out) {
      (SameCircle(graph_.ImporterOf(flow), party) ? flows.inner : flows.outward).push_back(flow);
    }
  }
  return flows;
}

// Gives it something of its own to carry, nothing so far. What it carried before.
ArrivalsBuilder::Carried* ArrivalsBuilder::Open(uint32_t flow, size_t place) {
  if (place == carried_.size()) {
    carried_.push_back(std::make_unique<Carried>());
  }
  *carried_[place] = Carried();
  return std::exchange(a_.flows_.At(flow).carried, carried_[place].get());
}

void ArrivalsBuilder::Share(uint32_t flow, Carried* before) {
  Carried*& now = a_.flows_.At(flow).carried;
  now = *now == *before ? before : a_.kept_->carried.Take(*now);
}

ArrivalsBuilder::Manner ArrivalsBuilder::MannerOf(uint32_t flow) const {
  const Arrivals::FlowState& state = a_.flows_[flow];
  return {graph_.ExporterOf(flow),
          state.declared,
          state.limits,
          state.now,
          state.ever,
          state.bound == true,
          state.traits.is_direct,
          state.traits.states_categories,
          state.traits.is_processors && NamesImporter(flow)};
}

// Of parties that have what they are to have, and to which nothing comes back along these flows: those of one party that are
// alike carry the same.
template <class Done>
void ArrivalsBuilder::SolveSingly(std::span<const uint32_t> flows, const Done& done) {
  from_all_to_.reset();
  found_.fill({});
  for (const uint32_t flow : flows) {
    if (look_.Step()) {
      return;
    }
    const Manner manner = MannerOf(flow);
    const auto known = std::find_if(found_.begin(), found_.end(), [&manner](const Found& found) {
      return found.carried != nullptr && found.manner == manner;
    });
    if (known != found_.end()) {
      Carried* const before = std::exchange(a_.flows_.At(flow).carried, known->carried);
      done(flow, before);
      continue;
    }
    Carried* const before = Open(flow, 0);
    // What is held of the past comes first.
    for (size_t layer = a_.copies_ ? 2 : 1; layer-- > 0;) {
      SolveFlow(layer, flow);
    }
    Share(flow, before);
    found_[next_found_++ % found_.size()] = {manner, a_.flows_[flow].carried};
    done(flow, before);
  }
}

// What leaves the circle decides nothing in it.
template <class Done>
void ArrivalsBuilder::SolveCircle(std::span<const uint32_t> parties, const Done& done) {
  const CircleFlows flows = FlowsOf(parties);
  std::vector<Carried*> before;
  before.reserve(flows.inner.size());
  for (size_t i = 0; i < flows.inner.size() && !look_.Step(); ++i) {
    before.push_back(Open(flows.inner[i], i));
  }
  for (size_t layer = a_.copies_ ? 2 : 1; layer-- > 0 && !look_.stopped();) {
    SolveLayer(layer, parties, flows.inner);
  }
  if (look_.stopped()) {
    return;
  }
  for (size_t i = 0; i < flows.inner.size() && !look_.Step(); ++i) {
    Share(flows.inner[i], before[i]);
    done(flows.inner[i], before[i]);
  }
  SolveSingly(flows.outward, done);
  Close(parties);
}

void ArrivalsBuilder::SolveFirst(uint32_t party) {
  const std::span<const uint32_t> parties = CircleOf(party);
  for (const uint32_t each : parties) {
    if (look_.Step(graph_.InFlows(each).size())) {
      return;
    }
    Gather(each);
  }
  SolveCircle(parties, [](uint32_t /*flow*/, Carried* /*before*/) {});
}

void ArrivalsBuilder::Solve(const Dirty& dirty) {
  const auto finish = [this](uint32_t flow, Carried* before) { Finish(flow, before); };
  if (!Singly(dirty)) {
    SolveCircle(CircleOf(dirty.party), finish);
    return;
  }
  // Nothing of a party is changed.
  std::vector<uint32_t> flows = dirty.flows;
  SortOnce(flows);
  SolveSingly(flows, finish);
}

void ArrivalsBuilder::Finish(uint32_t flow, Carried* before) {
  touched_.push_back(flow);
  const Carried* const now = a_.flows_[flow].carried;
  if (now == before || *now == *before) {
    return;
  }
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
    Loads::Pass& loads = OwnLoadsAt(at, importer);
    loads.outer_all.Add(now.all);
    loads.outer_restricted.Add(now.restricted);
    dirty.whole = true;
  }
  if (!Holds(now.all, before.all) || !Holds(now.restricted, before.restricted)) {
    dirty.less.push_back(importer);
  }
}

}  // namespace onward::query
