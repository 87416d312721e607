#include "graph/query/over_time.h"

#include <algorithm>
#include <utility>

#include "graph/query/prepare.h"
#include "graph/verdict/boundaries.h"
#include "graph/verdict/brief.h"

namespace onward::query {
namespace {

// Outside its interval a flow does not take place, whatever happens.
std::vector<Date> Within(const Interval& interval, const std::vector<Date>& days) {
  std::vector<Date> within;
  for (const Date day : days) {
    if (interval.from <= day && day <= interval.until) {
      within.push_back(day);
    }
  }
  return within;
}

void Append(const VerdictStep& step, std::vector<VerdictStep>& steps) {
  if (steps.empty() || steps.back().verdict != step.verdict || steps.back().reason != step.reason) {
    steps.push_back(step);
  }
}

std::vector<verdict::DestinationBrief> BriefsOf(const verdict::HopVerdict& hop) {
  std::vector<verdict::DestinationBrief> briefs;
  for (const verdict::DestinationVerdict& entry : hop.destinations) {
    briefs.push_back({entry.destination, {entry.verdict, entry.reason, 0}});
  }
  return briefs;
}

// A destination that is not there on a day has the verdict of the whole flow.
VerdictStep StepOf(const std::vector<verdict::DestinationBrief>& briefs, const VerdictStep& hop,
                   const std::string& destination) {
  for (const auto& [code, brief] : briefs) {
    if (code == destination) {
      return {hop.date, brief.verdict, brief.reason};
    }
  }
  return hop;
}

}  // namespace

// With what it refers to.
struct OverTime::Held {
  Held(SnapshotPtr of, law::RegisterPtr under, Date law_known_at)
      : snapshot(std::move(of)), law(std::move(under)), over_time(*snapshot, *law, law_known_at) {
    over_time.keeps_ =
        std::make_shared<const std::pair<SnapshotPtr, law::RegisterPtr>>(snapshot, law);
  }

  SnapshotPtr snapshot;
  law::RegisterPtr law;
  OverTime over_time;
};

const verdict::Arrival& FlowSteps::ArrivalOn(Date day) const {
  const auto after =
      std::upper_bound(arrivals.begin(), arrivals.end(), day,
                       [](Date d, const ArrivalStep& step) { return d < step.from; });
  return (after - 1)->arrival;
}

OverTime::OverTime(const Snapshot& snapshot, const law::Register& law, Date law_known_at,
                   size_t singly_max)
    : graph_(snapshot), law_(law), law_known_at_(law_known_at), singly_max_(singly_max) {}

std::shared_ptr<OverTime> OverTime::Shared(const SnapshotPtr& snapshot, const law::RegisterPtr& law,
                                           Date law_known_at) {
  static Mutex mutex;
  static std::vector<std::weak_ptr<Held>>& known = *new std::vector<std::weak_ptr<Held>>();
  const MutexLock lock(mutex);
  std::erase_if(known, [](const std::weak_ptr<Held>& held) { return held.expired(); });
  std::shared_ptr<Held> found;
  for (const std::weak_ptr<Held>& weak : known) {
    std::shared_ptr<Held> held = weak.lock();
    if (held != nullptr && held->snapshot == snapshot && held->law == law &&
        held->over_time.law_known_at_ == law_known_at) {
      found = std::move(held);
    }
  }
  if (found == nullptr) {
    found = std::make_shared<Held>(snapshot, law, law_known_at);
    known.push_back(found);
  }
  return {found, &found->over_time};
}

const PreparedSince* OverTime::Offer(PreparedSince prepared) {
  const MutexLock lock(mutex_);
  if (prepared_ == nullptr) {
    prepared_ = std::make_shared<const PreparedSince>(std::move(prepared));
  }
  return prepared_.get();
}

bool OverTime::IsTimeToPrepare() {
  const MutexLock lock(mutex_);
  return prepared_ == nullptr && ++asked_ > singly_max_;
}

const PreparedSince* OverTime::PrepareAll(const std::function<bool()>& stop) {
  const PatientLock turn(preparing_, stop);
  if (!turn.held()) {
    return nullptr;
  }
  if (const PreparedSince* const known = AtHand(); known != nullptr) {
    return known;
  }
  std::optional<verdict::Prepared> made = query::Prepare(graph_, law_, law_known_at_, stop);
  return made.has_value()
             ? Offer(PreparedSince(*std::move(made), graph_, law_, law_known_at_, keeps_))
             : nullptr;
}

const PreparedSince* OverTime::AtHand() {
  const MutexLock lock(mutex_);
  return prepared_.get();
}

const ArrivalSteps* OverTime::KnownArriving() {
  const MutexLock lock(mutex_);
  return arriving_.get();
}

// Who was stopped loses what he found: those who wait for it begin anew.
const ArrivalSteps* OverTime::Arriving(const std::function<bool()>& stop) {
  if (const ArrivalSteps* const known = KnownArriving(); known != nullptr) {
    return known;
  }
  const PatientLock turn(following_, stop);
  if (!turn.held()) {
    return nullptr;
  }
  if (const ArrivalSteps* const known = KnownArriving(); known != nullptr) {
    return known;
  }
  std::unique_ptr<const ArrivalSteps> made =
      ArrivalSteps::Make(graph_, law_, law_known_at_, AtHand(), stop);
  const MutexLock lock(mutex_);
  arriving_ = std::move(made);
  return arriving_.get();
}

std::vector<FlowEvent> OverTime::EventsOn(Date day) {
  const auto events = Arriving({})->EventsOn(day);
  return {events.begin(), events.end()};
}

FlowStepsPtr OverTime::Find(uint32_t flow) {
  const MutexLock lock(mutex_);
  const auto at = steps_.find(flow);
  return at == steps_.end() ? nullptr : at->second;
}

FlowStepsPtr OverTime::StepsOf(uint32_t flow, const std::function<bool()>& stop) {
  if (FlowStepsPtr known = Find(flow); known != nullptr) {
    return known;
  }
  std::optional<FlowSteps> steps = Compute(flow, stop);
  if (!steps.has_value()) {
    return nullptr;
  }
  auto computed = std::make_shared<const FlowSteps>(*std::move(steps));
  const MutexLock lock(mutex_);
  return steps_.size() < kKeptMax ? steps_.try_emplace(flow, std::move(computed)).first->second
                                  : computed;
}

std::vector<DestinationOutcome> OverTime::OutcomesOn(uint32_t flow, Date day) {
  const FlowStepsPtr steps = StepsOf(flow);
  const PreparedSince* const prepared = AtHand();
  std::vector<DestinationOutcome> outcomes;
  if (prepared == nullptr) {
    const verdict::HopVerdict hop = verdict::JudgeWithoutProof(
        graph_.FlowAt(flow), graph_, law_, {day, law_known_at_}, steps->ArrivalOn(day));
    for (const verdict::DestinationVerdict& entry : hop.destinations) {
      outcomes.push_back({entry.destination, entry.verdict, entry.reason, entry.mechanism});
    }
    return outcomes;
  }
  for (auto& [code, brief] : prepared->DestinationsOn(flow, day, steps->ArrivalOn(day))) {
    outcomes.push_back({code, brief.verdict, brief.reason, prepared->MechanismId(brief.mechanism)});
  }
  return outcomes;
}

bool OverTime::AlwaysBound(const model::Flow& flow) const {
  const auto bound = [&](Date day) {
    return !flow.interval.Contains(day) || verdict::ExporterBound(flow, graph_, law_, day) == true;
  };
  const std::vector<Date> days = verdict::BoundDates(flow, graph_, law_);
  return bound(flow.interval.from) && std::all_of(days.begin(), days.end(), bound);
}

std::optional<std::vector<ArrivalStep>> OverTime::ArrivalsOf(uint32_t flow,
                                                             const std::function<bool()>& stop) {
  if (AlwaysBound(graph_.FlowAt(flow))) {
    return std::vector<ArrivalStep>(1);
  }
  const ArrivalSteps* const arriving = Arriving(stop);
  return arriving == nullptr ? std::nullopt : std::optional(arriving->Of(flow));
}

std::optional<FlowSteps> OverTime::Compute(uint32_t flow, const std::function<bool()>& stop) {
  const model::Flow record = graph_.FlowAt(flow);
  if (IsTimeToPrepare() && PrepareAll(stop) == nullptr) {
    return std::nullopt;
  }
  const PreparedSince* const prepared = AtHand();
  std::optional<std::vector<ArrivalStep>> arrivals = ArrivalsOf(flow, stop);
  if (!arrivals.has_value()) {
    return std::nullopt;
  }
  FlowSteps steps;
  steps.arrivals = *std::move(arrivals);
  std::vector<Date> dates = verdict::Boundaries(record, graph_, law_, law_known_at_);
  for (size_t i = 1; i < steps.arrivals.size(); ++i) {
    dates.push_back(steps.arrivals[i].from);
  }
  std::sort(dates.begin(), dates.end());
  dates.erase(std::unique(dates.begin(), dates.end()), dates.end());
  steps.dates = Within(record.interval, dates);
  AddDay(flow, Date::Min(), prepared, steps);
  for (const Date day : steps.dates) {
    AddDay(flow, day, prepared, steps);
  }
  return steps;
}

void OverTime::AddDay(uint32_t flow, Date day, const PreparedSince* prepared,
                      FlowSteps& steps) const {
  const verdict::Arrival& arrival = steps.ArrivalOn(day);
  std::vector<verdict::DestinationBrief> briefs;
  VerdictStep worst;
  if (prepared != nullptr) {
    briefs = prepared->DestinationsOn(flow, day, arrival);
    const verdict::Brief brief = prepared->On(flow, day, arrival);
    worst = {day, brief.verdict, brief.reason};
  } else {
    const verdict::HopVerdict hop = verdict::JudgeWithoutProof(graph_.FlowAt(flow), graph_, law_,
                                                               {day, law_known_at_}, arrival);
    briefs = BriefsOf(hop);
    worst = {day, hop.verdict, hop.reason};
  }
  if (steps.destinations.empty()) {
    for (const auto& [code, brief] : briefs) {
      steps.destinations.push_back({code, {}});
    }
  }
  for (FlowSteps::Destination& destination : steps.destinations) {
    Append(StepOf(briefs, worst, destination.code), destination.steps);
  }
  Append(worst, steps.hop);
}

}  // namespace onward::query
