// What each flow carries on a day.
#include <algorithm>
#include <map>

#include "graph/query/arrivals_internal.h"

namespace onward::query {
namespace {

bool IsDirect(const model::Flow& flow) {
  return flow.collection == model::Collection::kDirectFromDataSubject;
}

bool Names(const model::Strings& list, std::string_view id) {
  return std::find(list.begin(), list.end(), id) != list.end();
}

}  // namespace

void ArrivalsBuilder::Build() {
  NameClasses();
  bool any_held = false;
  std::vector<State> states;
  for (uint32_t flow = 0; flow < graph_.Flows().size(); ++flow) {
    const model::Flow& record = *graph_.Flows()[flow];
    states.push_back(StateOf(record));
    any_held = any_held || states.back() == State::kHeld;
    if (record.interval.from <= day_) {
      const Date last = record.interval.until.Plus(-1);
      a_.bound_[flow] = verdict::ExporterBound(record, graph_, law_, last < day_ ? last : day_);
    }
  }
  std::vector<Carriage> held;
  if (any_held) {
    held = HeldCarriages();
  }
  a_.states_ = std::move(states);
  a_.carriages_.assign(graph_.Flows().size(), {});
  for (uint32_t flow = 0; flow < held.size(); ++flow) {
    if (a_.Held(flow)) {
      a_.carriages_[flow] = std::move(held[flow]);
    }
  }
  Spread();
}

void ArrivalsBuilder::NameClasses() {
  uint32_t last = 0;
  for (uint32_t flow = 0; flow < graph_.Flows().size(); ++flow) {
    for (const std::string& origin : graph_.Flows()[flow]->on_behalf_of) {
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

std::vector<Carriage> ArrivalsBuilder::HeldCarriages() {
  for (uint32_t flow = 0; flow < graph_.Flows().size(); ++flow) {
    a_.states_[flow] = graph_.Flows()[flow]->interval.from <= day_ ? State::kActive : State::kOff;
  }
  Spread();
  return std::move(a_.carriages_);
}

// Whether the flow brings data from its exporter.
bool ArrivalsBuilder::Moves(uint32_t flow) const {
  return a_.Carries(flow) && !IsDirect(*graph_.Flows()[flow]);
}

bool ArrivalsBuilder::IsOrigin(uint32_t party) const {
  if (!graph_.ActivitiesOf(graph_.PartyId(party)).empty()) {
    return true;
  }
  bool out = false;
  for (const uint32_t flow : graph_.OutFlows(party)) {
    if (Moves(flow)) {
      if (model::IsControllerRole(graph_.Flows()[flow]->exporter_role)) {
        return true;
      }
      out = true;
    }
  }
  const auto in = graph_.InFlows(party);
  return out && std::none_of(in.begin(), in.end(), [this](uint32_t flow) { return Moves(flow); });
}

Bits ArrivalsBuilder::HoldingsOf(uint32_t party) const {
  Bits bits = a_.bits_.None();
  if (!IsOrigin(party)) {
    return bits;
  }
  for (const model::Activity* activity : graph_.ActivitiesOf(graph_.PartyId(party))) {
    bits |= a_.bits_.Of(activity->data_categories);
  }
  if (bits.any()) {
    return bits;
  }
  for (const uint32_t flow : graph_.OutFlows(party)) {
    if (Moves(flow) && StatesCategories(*graph_.Flows()[flow])) {
      bits |= a_.declared_[flow];
    }
  }
  return bits.any() ? bits : a_.bits_.All();
}

void ArrivalsBuilder::FindHoldings() {
  for (uint32_t party = 0; party < graph_.PartyCount(); ++party) {
    a_.holdings_[party] = HoldingsOf(party);
    AddTo(all_[party], a_.classes_[party], a_.holdings_[party]);
  }
}

void ArrivalsBuilder::Spread() {
  all_.assign(graph_.PartyCount(), {});
  restricted_.assign(graph_.PartyCount(), {});
  unexplained_.assign(graph_.Flows().size(), {});
  queued_.assign(graph_.PartyCount(), false);
  FindHoldings();
  for (uint32_t flow = 0; flow < graph_.Flows().size(); ++flow) {
    if (a_.Held(flow)) {
      Deliver(flow);
    }
  }
  Settle();
  FindUnexplained();
  Settle();
}

void ArrivalsBuilder::Queue(uint32_t party) {
  if (!queued_[party]) {
    queued_[party] = true;
    open_.push_back(party);
  }
}

void ArrivalsBuilder::Deliver(uint32_t flow) {
  const uint32_t importer = graph_.ImporterOf(flow);
  AddTo(all_[importer], a_.carriages_[flow].all);
  AddTo(restricted_[importer], a_.carriages_[flow].restricted);
  Queue(importer);
}

void ArrivalsBuilder::Settle() {
  for (uint32_t party = 0; party < graph_.PartyCount(); ++party) {
    Queue(party);
  }
  while (!open_.empty()) {
    const uint32_t party = open_.front();
    open_.pop_front();
    queued_[party] = false;
    for (const uint32_t flow : graph_.OutFlows(party)) {
      if (!a_.InEffect(flow) || !Moves(flow)) {
        continue;
      }
      const Carriage now = CarriageOf(flow);
      Carriage& before = a_.carriages_[flow];
      const bool all = AddTo(before.all, now.all);
      const bool fresh = AddTo(before.fresh, now.fresh);
      const bool restricted = AddTo(before.restricted, now.restricted);
      if (all || fresh || restricted) {
        Deliver(flow);
      }
    }
  }
}

// A category that a flow declares though nothing shows where its exporter has it from counts as data of
// the origins that the flow is limited to, else of the exporter.
void ArrivalsBuilder::FindUnexplained() {
  for (uint32_t flow = 0; flow < graph_.Flows().size(); ++flow) {
    if (!a_.InEffect(flow) || !Moves(flow) || !StatesCategories(*graph_.Flows()[flow])) {
      continue;
    }
    Bits rest = a_.declared_[flow];
    for (const auto& [origin_class, bits] : a_.carriages_[flow].all) {
      rest -= bits;
    }
    std::vector<uint32_t> classes = a_.limits_[flow];
    if (classes.empty()) {
      classes.push_back(a_.classes_[graph_.ExporterOf(flow)]);
    }
    for (const uint32_t origin_class : classes) {
      AddTo(unexplained_[flow], origin_class, rest);
    }
  }
}

Carriage ArrivalsBuilder::CarriageOf(uint32_t flow) const {
  const uint32_t exporter = graph_.ExporterOf(flow);
  const bool bound = a_.bound_[flow] == true;
  Carriage carriage;
  a_.Through(flow, all_[exporter], carriage.all);
  AddTo(carriage.all, unexplained_[flow]);
  if (IsReturn(flow)) {
    a_.Through(flow, FromOthers(flow, true), carriage.fresh);
    if (bound) {
      carriage.restricted = carriage.fresh;
    } else {
      a_.Through(flow, FromOthers(flow, false), carriage.restricted);
    }
    return carriage;
  }
  carriage.fresh = carriage.all;
  if (bound) {
    carriage.restricted = carriage.all;
  } else {
    a_.Through(flow, restricted_[exporter], carriage.restricted);
  }
  return carriage;
}

Load ArrivalsBuilder::FromOthers(uint32_t flow, bool fresh) const {
  Load load;
  for (const uint32_t into : graph_.InFlows(graph_.ExporterOf(flow))) {
    if (Moves(into) && graph_.ExporterOf(into) != graph_.ImporterOf(flow)) {
      AddTo(load, fresh ? a_.carriages_[into].fresh : a_.carriages_[into].restricted);
    }
  }
  return load;
}

// A processor hands data back to the party that it acts for: named as such, or the giver of the data.
bool ArrivalsBuilder::IsReturn(uint32_t flow) const {
  const model::Flow& record = *graph_.Flows()[flow];
  if (!model::IsProcessorRole(record.exporter_role)) {
    return false;
  }
  if (Names(record.on_behalf_of, record.importer)) {
    return true;
  }
  for (const std::string& id : record.activities) {
    const model::Activity* const activity = graph_.FindActivity(id);
    if (activity != nullptr && activity->processor == record.exporter &&
        Names(activity->on_behalf_of, record.importer)) {
      return true;
    }
  }
  const auto in = graph_.InFlows(graph_.ExporterOf(flow));
  return std::any_of(in.begin(), in.end(), [&](uint32_t into) {
    return Moves(into) && graph_.ExporterOf(into) == graph_.ImporterOf(flow);
  });
}

}  // namespace onward::query
