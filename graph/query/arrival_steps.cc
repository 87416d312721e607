#include "graph/query/arrival_steps.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "graph/verdict/boundaries.h"
#include "graph/verdict/judge.h"

namespace onward::query {
namespace {

// To find the days of one takes some microseconds.
constexpr size_t kStepsOfADatedFlow = 8;

// Days of `days` on which the flow takes place, and the first after.
void KeepWithin(const Interval& interval, std::vector<Date>& days) {
  std::erase_if(days, [&](Date day) { return day < interval.from || interval.until < day; });
}

}  // namespace

std::vector<FlowEvent> FlowEvents(const Snapshot& snapshot, const law::Register& law,
                                  StopLook& look) {
  std::vector<FlowEvent> events;
  for (const uint32_t flow : snapshot.FlowsInOrder()) {
    if (look.Step(kStepsOfADatedFlow)) {
      return events;
    }
    const model::Flow record = snapshot.FlowAt(flow);
    std::vector<Date> days = verdict::BoundDates(record, snapshot, law);
    KeepWithin(record.interval, days);
    days.push_back(record.interval.from);
    days.push_back(record.interval.until);
    if (record.copy_ends.has_value() && record.copy_ends->on.has_value()) {
      days.push_back(*record.copy_ends->on);
    }
    for (const Date day : days) {
      if (!day.IsOpen()) {
        events.push_back({day, flow});
      }
    }
  }
  std::sort(events.begin(), events.end());
  events.erase(std::unique(events.begin(), events.end()), events.end());
  return events;
}

ArrivalSweep::ArrivalSweep(const Snapshot& snapshot, const law::Register& law,
                           const std::vector<FlowEvent>& events, StopLook look)
    : arrivals_(snapshot, look), builder_(arrivals_, law, look), events_(events) {}

bool ArrivalSweep::MoveTo(Date day, const std::function<bool()>& stop) {
  std::vector<uint32_t> changed;
  for (; next_ < events_.size() && events_[next_].day <= day; ++next_) {
    changed.push_back(events_[next_].flow);
  }
  std::sort(changed.begin(), changed.end());
  changed.erase(std::unique(changed.begin(), changed.end()), changed.end());
  return builder_.MoveTo(day, changed, stop);
}

MannerSweep::MannerSweep(const Snapshot& snapshot, const law::Register& law, Date law_known_at,
                         const PreparedSince* prepared, const std::function<bool()>& stop)
    : graph_(snapshot),
      law_(law),
      law_known_at_(law_known_at),
      prepared_(prepared),
      look_(stop),
      events_(FlowEvents(snapshot, law, look_)),
      turns_(TurnsOf(look_)),
      sweep_(snapshot, law, events_, look_) {}

// Only what comes to a party in a country with a decision can be under adequacy, and only where that party hands it on is
// that asked.
std::vector<FlowEvent> MannerSweep::TurnsOf(StopLook& look) const {
  std::vector<FlowEvent> turns;
  for (const uint32_t party : graph_.PartiesInOrder()) {
    if (look.Step()) {
      return turns;
    }
    const model::Party* const record = graph_.FindParty(graph_.PartyId(party));
    if (record == nullptr || graph_.OutFlows(party).empty() ||
        law_.DecisionsFor(record->establishment).empty()) {
      continue;
    }
    for (const uint32_t flow : graph_.InFlows(party)) {
      if (look.Step(kStepsOfADatedFlow)) {
        return turns;
      }
      std::vector<Date> days =
          prepared_ != nullptr
              ? prepared_->DaysOf(flow)
              : verdict::Boundaries(graph_.FlowAt(flow), graph_, law_, law_known_at_);
      KeepWithin(graph_.IntervalOf(flow), days);
      for (const Date day : days) {
        turns.push_back({day, flow});
      }
    }
  }
  std::sort(turns.begin(), turns.end());
  return turns;
}

bool MannerSweep::SayAll(ArrivalManners& manners, const std::function<bool()>& stop) {
  started_ = true;
  const auto flows = graph_.FlowsInOrder();
  said_.assign(flows.begin(), flows.end());
  std::sort(said_.begin(), said_.end());
  return manners.TakeAll(stop);
}

void MannerSweep::AddTurned(const std::vector<FlowEvent>& of, size_t& next, Date day,
                            ArrivalManners& manners, std::vector<uint32_t>& flows) const {
  for (; next < of.size() && of[next].day <= day; ++next) {
    const uint32_t flow = of[next].flow;
    if (manners.UnderChanges(flow)) {
      const auto out = graph_.OutFlows(graph_.ImporterOf(flow));
      flows.insert(flows.end(), out.begin(), out.end());
    }
  }
}

bool MannerSweep::MoveTo(Date day, const std::function<bool()>& stop) {
  if (!sweep_.MoveTo(day, stop)) {
    return false;
  }
  ArrivalManners manners(sweep_.arrivals_, law_, {day, law_known_at_}, prepared_);
  std::vector<uint32_t> flows = sweep_.touched();
  AddTurned(events_, next_event_, day, manners, flows);
  AddTurned(turns_, next_turn_, day, manners, flows);
  if (!started_) {
    return SayAll(manners, stop);
  }
  std::sort(flows.begin(), flows.end());
  flows.erase(std::unique(flows.begin(), flows.end()), flows.end());
  std::optional<std::vector<uint32_t>> said = manners.Take(flows, stop);
  if (!said.has_value()) {
    return false;
  }
  said_ = *std::move(said);
  return true;
}

std::unique_ptr<const ArrivalSteps> ArrivalSteps::Make(const Snapshot& snapshot,
                                                       const law::Register& law, Date law_known_at,
                                                       const PreparedSince* prepared,
                                                       const std::function<bool()>& stop) {
  StopLook look(stop);
  std::unique_ptr<ArrivalSteps> made(new ArrivalSteps());  // private constructor
  MannerSweep sweep(snapshot, law, law_known_at, prepared, stop);
  std::vector<Date> days = {Date::Min()};
  for (const std::vector<FlowEvent>* const list : {&sweep.events(), &sweep.turns()}) {
    for (const FlowEvent& event : *list) {
      if (event.day != days.back()) {
        days.push_back(event.day);
      }
    }
  }
  std::sort(days.begin(), days.end());
  days.erase(std::unique(days.begin(), days.end()), days.end());
  for (const Date day : days) {
    if (!sweep.MoveTo(day, stop)) {
      return nullptr;
    }
    for (const uint32_t flow : sweep.said()) {
      if (look.Step()) {
        return nullptr;
      }
      made->Record(day, flow, sweep.arrivals().Of(flow));
    }
  }
  made->events_ = sweep.events();
  return made;
}

void ArrivalSteps::Record(Date day, uint32_t flow, const verdict::Arrival& arrival) {
  const auto at = steps_.find(flow);
  if (SameArrival(at == steps_.end() ? verdict::Arrival() : at->second.back().arrival, arrival)) {
    return;
  }
  std::vector<ArrivalStep>& steps = at == steps_.end() ? steps_[flow] : at->second;
  if (steps.empty() && day != Date::Min()) {
    steps.emplace_back();
  }
  steps.push_back({day, arrival});
}

std::vector<ArrivalStep> ArrivalSteps::Of(uint32_t flow) const {
  const auto at = steps_.find(flow);
  return at == steps_.end() ? std::vector<ArrivalStep>(1) : at->second;
}

std::span<const FlowEvent> ArrivalSteps::EventsOn(Date day) const {
  const auto begin = std::lower_bound(events_.begin(), events_.end(), FlowEvent{day, 0});
  const auto end = std::lower_bound(begin, events_.end(), FlowEvent{day.Plus(1), 0});
  return {begin, end};
}

}  // namespace onward::query
