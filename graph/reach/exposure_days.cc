#include "graph/reach/exposure_days.h"

#include <algorithm>
#include <deque>

#include "graph/reach/places.h"
#include "graph/verdict/judge.h"

namespace onward::reach {

using query::Bits;
using query::DestinationOutcome;
using verdict::Verdict;
namespace {

// Flows between two looks at who might want an end; a flow may have to be judged, with its proof.
constexpr uint32_t kFlowsPerLook = 32;

}  // namespace

ExposureDays::ExposureDays(const query::Judgements& judgements, uint32_t origin,
                           const std::function<absl::Status()>& check)
    : judged_(judgements),
      graph_(judgements.snapshot()),
      origin_(origin),
      ended_(check),
      stop_(std::ref(ended_)),
      sweep_(graph_, judgements.law(), judgements.question().law_known_at,
             judgements.over_time().AtHand(), stop_),
      reached_(graph_.PartyCount(), false),
      related_(graph_.PartyCount(), false),
      ranks_(graph_.PartyCount(), 0) {
  FindScope();
  FindRelated();
  uint32_t rank = 0;
  for (const uint32_t party : graph_.PartiesInOrder()) {
    ranks_[party] = rank++;
  }
  spots_.resize(graph_.PartyCount());
}

bool ExposureDays::Stop() {
  if (steps_++ % kFlowsPerLook == 0) {
    ended_();
  }
  return !ended_.status().ok();
}

void ExposureDays::Reach(uint32_t party) {
  if (!reached_[party]) {
    reached_[party] = true;
    parties_.push_back(party);
  }
}

// From the origin, and from flows that carry data for it alone.
void ExposureDays::FindScope() {
  StopLook look(stop_);
  Reach(origin_);
  for (const uint32_t flow : graph_.FlowsInOrder()) {
    if (look.Step()) {
      return;
    }
    if (Counts(flow)) {
      Reach(graph_.ImporterOf(flow));
      flows_.push_back(flow);
    }
  }
  for (size_t next = 0; next < parties_.size(); ++next) {
    for (const uint32_t flow : graph_.OutFlows(parties_[next])) {
      if (look.Step()) {
        return;
      }
      Reach(graph_.ImporterOf(flow));
      flows_.push_back(flow);
    }
  }
  std::sort(flows_.begin(), flows_.end());
  flows_.erase(std::unique(flows_.begin(), flows_.end()), flows_.end());
}

// What others send decides what is unexplained.
void ExposureDays::FindRelated() {
  StopLook look(stop_);
  std::vector<uint32_t> open = parties_;
  for (const uint32_t flow : flows_) {
    open.push_back(graph_.ExporterOf(flow));
  }
  while (!open.empty()) {
    const uint32_t party = open.back();
    open.pop_back();
    if (related_[party]) {
      continue;
    }
    related_[party] = true;
    for (const uint32_t flow : graph_.InFlows(party)) {
      if (look.Step()) {
        return;
      }
      open.push_back(graph_.ExporterOf(flow));
    }
  }
}

absl::StatusOr<std::vector<Date>> ExposureDays::DaysIn(const Interval& window) {
  if (!ended_.status().ok()) {
    return ended_.status();
  }
  std::vector<Date> days;
  const auto add = [&](Date day) {
    if (window.Contains(day)) {
      days.push_back(day);
    }
  };
  for (const std::vector<query::FlowEvent>* const list : {&sweep_.events(), &sweep_.turns()}) {
    for (const query::FlowEvent& event : *list) {
      if (related_[graph_.ExporterOf(event.flow)] || related_[graph_.ImporterOf(event.flow)]) {
        add(event.day);
      }
    }
  }
  for (const uint32_t flow : flows_) {
    if (Stop()) {
      return ended_.status();
    }
    const std::vector<Date> own = VerdictDaysOf(flow);
    std::for_each(own.begin(), own.end(), add);
  }
  // The place of a held copy may come to lie inside or outside, whatever its flow.
  for (const law::Jurisdiction& place : judged_.law().jurisdictions()) {
    for (const law::TerritoryInterval& inside : place.free_flow) {
      add(inside.interval.from);
      add(inside.interval.until);
    }
    add(place.contested_from.value_or(Date::Min()));
    add(place.settled_from.value_or(Date::Min()));
  }
  std::sort(days.begin(), days.end());
  days.erase(std::unique(days.begin(), days.end()), days.end());
  return days;
}

std::vector<uint32_t> ExposureDays::EventsOn(Date day) const {
  std::vector<uint32_t> flows;
  const std::vector<query::FlowEvent>& events = sweep_.events();
  const auto begin = std::lower_bound(events.begin(), events.end(), query::FlowEvent{day, 0});
  for (auto at = begin; at != events.end() && at->day == day; ++at) {
    if (related_[graph_.ExporterOf(at->flow)] || related_[graph_.ImporterOf(at->flow)]) {
      flows.push_back(at->flow);
    }
  }
  return flows;
}

bool ExposureDays::IsDirect(uint32_t flow) const {
  return graph_.TermsOf(flow).collection == model::Collection::kDirectFromDataSubject;
}

// Whether unexplained data of the flow count as data of the origin.
bool ExposureDays::Counts(uint32_t flow) const {
  const std::vector<uint32_t>& limits = sweep_.arrivals().LimitsOf(flow);
  if (limits.empty()) {
    return graph_.ExporterOf(flow) == origin_;
  }
  const model::Strings& named = graph_.TermsOf(flow).on_behalf_of;
  return std::find(named.begin(), named.end(), graph_.PartyId(origin_)) != named.end();
}

bool ExposureDays::Allows(uint32_t flow) const {
  const std::vector<uint32_t>& limits = sweep_.arrivals().LimitsOf(flow);
  return limits.empty() ||
         std::binary_search(limits.begin(), limits.end(), sweep_.arrivals().ClassOf(origin_));
}

Bits ExposureDays::UnexplainedIn(query::Arrivals::Sense sense, uint32_t flow) const {
  const Bits* const bits = sweep_.arrivals().UnexplainedOf(sense, flow);
  return bits != nullptr && Counts(flow) ? *bits : category_bits().None();
}

Bits ExposureDays::CarriedNow(uint32_t flow) const {
  const query::Arrivals& arrivals = sweep_.arrivals();
  if (IsDirect(flow)) {
    return category_bits().None();
  }
  if (arrivals.Held(flow)) {
    return CarriedThen(flow);
  }
  if (!arrivals.InEffect(flow)) {
    return category_bits().None();
  }
  Bits bits = UnexplainedIn(query::Arrivals::Sense::kNow, flow);
  if (Allows(flow)) {
    bits |= spots_[graph_.ExporterOf(flow)].now & arrivals.Declared(flow);
  }
  return bits;
}

// Along flows of the past, whatever ended since.
Bits ExposureDays::CarriedThen(uint32_t flow) const {
  const query::Arrivals& arrivals = sweep_.arrivals();
  Bits bits = UnexplainedIn(query::Arrivals::Sense::kEver, flow);
  if (Allows(flow)) {
    bits |= spots_[graph_.ExporterOf(flow)].past & arrivals.Declared(flow);
  }
  return bits;
}

// Whether the importer has more than before.
bool ExposureDays::Hand(uint32_t flow, Date day) {
  Spot& to = spots_[graph_.ImporterOf(flow)];
  const Bits now = CarriedNow(flow);
  bool grew = !now.is_subset_of(to.now);
  to.now |= now;
  if (sweep_.arrivals().LeavesCopies() && !IsDirect(flow) && graph_.IntervalOf(flow).from <= day) {
    const Bits then = CarriedThen(flow);
    grew = grew || !then.is_subset_of(to.past);
    to.past |= then;
  }
  return grew;
}

// To the fixed point; what is at parties only grows.
bool ExposureDays::Spread(Date day) {
  const query::Arrivals& arrivals = sweep_.arrivals();
  for (const uint32_t party : parties_) {
    spots_[party] = {category_bits().None(), category_bits().None()};
  }
  // Exporters of flows that carry data for the origin alone may lie outside of what it reaches.
  for (const uint32_t flow : flows_) {
    spots_[graph_.ExporterOf(flow)] = {category_bits().None(), category_bits().None()};
  }
  spots_[origin_].now = arrivals.HoldingsOf(query::Arrivals::Sense::kNow, origin_);
  if (arrivals.LeavesCopies()) {
    spots_[origin_].past = arrivals.HoldingsOf(query::Arrivals::Sense::kEver, origin_);
  }
  std::deque<uint32_t> open;
  std::vector<bool> waits(reached_.size(), false);
  const auto follow = [&](uint32_t flow) {
    const uint32_t importer = graph_.ImporterOf(flow);
    if (Hand(flow, day) && !waits[importer]) {
      waits[importer] = true;
      open.push_back(importer);
    }
  };
  std::for_each(flows_.begin(), flows_.end(), follow);
  while (!open.empty()) {
    const uint32_t party = open.front();
    open.pop_front();
    waits[party] = false;
    for (const uint32_t flow : graph_.OutFlows(party)) {
      if (Stop()) {
        return false;
      }
      follow(flow);
    }
  }
  return true;
}

std::vector<Date> ExposureDays::VerdictDaysOf(uint32_t flow) const {
  const model::Flow record = graph_.FlowAt(flow);
  std::vector<Date> days =
      verdict::Boundaries(record, graph_, judged_.law(), judged_.question().law_known_at);
  std::erase_if(days, [&record](Date day) {
    return day < record.interval.from || record.interval.until < day;
  });
  return days;
}

// Verdicts change only on those days, or where data come to the flow otherwise. A held copy is where it was on the last
// day.
const std::vector<DestinationOutcome>& ExposureDays::PlacesOn(uint32_t flow, Date day) {
  const bool held = sweep_.arrivals().Held(flow);
  const verdict::Arrival arrival = held ? verdict::Arrival() : sweep_.arrivals().Of(flow);
  Places& places = places_[flow];
  if (day < places.until && places.held == held && query::SameArrival(places.arrival, arrival)) {
    return places.outcomes;
  }
  const std::vector<Date> days = held ? std::vector<Date>() : VerdictDaysOf(flow);
  const auto after = std::upper_bound(days.begin(), days.end(), day);
  places = {after == days.end() ? Date::Max() : *after, held, arrival, {}};
  const Date when = held ? graph_.IntervalOf(flow).until.Plus(-1) : day;
  const verdict::HopVerdict hop = verdict::JudgeHop(
      graph_.FlowAt(flow), graph_, judged_.law(), {when, judged_.question().law_known_at}, arrival);
  for (const verdict::DestinationVerdict& entry : hop.destinations) {
    places.outcomes.push_back({entry.destination, held ? Verdict::kUnspecified : entry.verdict,
                               held ? verdict::Reason::kUnspecified : entry.reason, ""});
  }
  return places.outcomes;
}

void ExposureDays::AddRows(uint32_t flow, Date day, DayRows& rows) {
  const Bits carried = CarriedNow(flow);
  if (carried.none()) {
    return;
  }
  carrying_.push_back(flow);
  const uint32_t recipient = graph_.ImporterOf(flow);
  for (const DestinationOutcome& place : PlacesOn(flow, day)) {
    if (!IsOutside(place.destination, judged_.law(), day)) {
      continue;
    }
    const auto [at, is_new] =
        rows.try_emplace({ranks_[recipient], place.destination},
                         DayRow{recipient, place.verdict, place.reason, flow, carried});
    DayRow& row = at->second;
    row.categories |= carried;
    const int badness = verdict::Badness(place.verdict);
    const int before = verdict::Badness(row.verdict);
    if (badness > before || (badness == before && graph_.FlowId(flow) < graph_.FlowId(row.flow))) {
      row.verdict = place.verdict;
      row.reason = place.reason;
      row.flow = flow;
    }
  }
}

absl::StatusOr<DayRows> ExposureDays::On(Date day) {
  // The sweep asks seldom by itself.
  const auto stop = [this] {
    steps_ = 0;
    return Stop();
  };
  if (!sweep_.MoveTo(day, stop) || !Spread(day)) {
    return ended_.status();
  }
  carrying_.clear();
  DayRows rows;
  for (const uint32_t flow : flows_) {
    if (Stop()) {
      return ended_.status();
    }
    AddRows(flow, day, rows);
  }
  for (auto& [place, row] : rows) {
    if (row.verdict == Verdict::kUnspecified) {
      row.verdict = Verdict::kNotATransfer;
      row.reason = verdict::Reason::kNotInEffect;
    }
  }
  return rows;
}

}  // namespace onward::reach
