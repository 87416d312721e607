#include "graph/query/arrival_steps.h"

#include <algorithm>
#include <iterator>

#include "graph/verdict/boundaries.h"

namespace onward::query {
namespace {

// Days of `days` on which the flow takes place, and the first after.
void KeepWithin(const Interval& interval, std::vector<Date>& days) {
  std::erase_if(days, [&](Date day) { return day < interval.from || interval.until < day; });
}

bool Same(const verdict::Arrival& a, const verdict::Arrival& b) {
  return a.restricted == b.restricted && a.only_under_adequacy == b.only_under_adequacy &&
         a.only_from_importer == b.only_from_importer;
}

// Of a flow's givers, how many do not bring their data under adequacy.
class GiverCount {
 public:
  void SetGives(uint32_t giver, bool gives) {
    Giver& at = givers_[giver];
    Replace(at, {gives, at.under});
  }
  void SetUnder(uint32_t giver, bool under) {
    Giver& at = givers_[giver];
    Replace(at, {at.gives, under});
  }
  bool AllUnder() const { return otherwise_ == 0; }

 private:
  struct Giver {
    bool gives = false;
    bool under = false;
  };

  void Replace(Giver& at, const Giver& by) {
    otherwise_ -= at.gives && !at.under ? 1 : 0;
    at = by;
    otherwise_ += at.gives && !at.under ? 1 : 0;
  }

  std::map<uint32_t, Giver> givers_;
  int64_t otherwise_ = 0;
};

}  // namespace

std::vector<FlowEvent> FlowEvents(const Snapshot& snapshot, const law::Register& law) {
  std::vector<FlowEvent> events;
  for (const uint32_t flow : snapshot.FlowsInOrder()) {
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
                           const std::vector<FlowEvent>& events)
    : arrivals_(snapshot), builder_(arrivals_, law), events_(events) {}

bool ArrivalSweep::MoveTo(Date day, const std::function<bool()>& stop) {
  std::vector<uint32_t> changed;
  for (; next_ < events_.size() && events_[next_].day <= day; ++next_) {
    changed.push_back(events_[next_].flow);
  }
  std::sort(changed.begin(), changed.end());
  changed.erase(std::unique(changed.begin(), changed.end()), changed.end());
  return builder_.MoveTo(day, changed, stop);
}

ArrivalSteps::ArrivalSteps(const Snapshot& snapshot, const law::Register& law, Date law_known_at)
    : graph_(snapshot),
      law_(law),
      law_known_at_(law_known_at),
      events_(FlowEvents(snapshot, law)),
      changes_(snapshot.FlowCount()),
      manners_(snapshot.FlowCount()),
      givers_(snapshot.FlowCount()) {
  ArrivalSweep sweep(snapshot, law, events_);
  ArrivalJudge judge(sweep.arrivals());
  const auto move = [&](Date day) {
    sweep.MoveTo(day);
    judge.Take(sweep.touched());
    for (const uint32_t flow : sweep.touched()) {
      Record(day, judge, flow);
    }
  };
  move(Date::Min());
  for (size_t i = 0; i < events_.size(); ++i) {
    if (i == 0 || events_[i].day != events_[i - 1].day) {
      move(events_[i].day);
    }
  }
  givers_ = {};
}

void ArrivalSteps::Record(Date day, const ArrivalJudge& judge, uint32_t flow) {
  std::vector<uint32_t> now = judge.GiversOf(flow);
  std::vector<uint32_t>& before = givers_[flow];
  std::vector<uint32_t> changed;
  std::set_symmetric_difference(now.begin(), now.end(), before.begin(), before.end(),
                                std::back_inserter(changed));
  for (const uint32_t giver : changed) {
    changes_[flow].push_back(
        {day, Change::Kind::kGives, giver, std::binary_search(now.begin(), now.end(), giver)});
  }
  before = std::move(now);
  const Manner manner{day, judge.Restricted(flow), judge.OnlyFromImporter(flow)};
  const std::vector<Manner>& known = manners_[flow];
  const bool same = known.empty()
                        ? !manner.restricted
                        : known.back().restricted == manner.restricted &&
                              known.back().only_from_importer == manner.only_from_importer;
  if (!same) {
    manners_[flow].push_back(manner);
  }
}

const ArrivalSteps::UnderSteps& ArrivalSteps::UnderStepsOf(uint32_t flow,
                                                           const PreparedSince* prepared) {
  const auto [at, is_new] = under_.try_emplace(flow);
  if (!is_new) {
    return at->second;
  }
  const model::Flow record = graph_.FlowAt(flow);
  std::vector<Date> days = verdict::Boundaries(record, graph_, law_, law_known_at_);
  KeepWithin(record.interval, days);
  days.insert(days.begin(), record.interval.from);
  for (const Date day : days) {
    const bool under = UnderAdequacy(flow, graph_, law_, {day, law_known_at_}, prepared);
    if (at->second.empty() || at->second.back().second != under) {
      at->second.emplace_back(day, under);
    }
  }
  return at->second;
}

// Every change to how a flow's data came, in order of day.
std::vector<ArrivalSteps::Change> ArrivalSteps::ChangesOf(uint32_t flow,
                                                          const PreparedSince* prepared) {
  std::vector<Change> changes = changes_[flow];
  std::vector<uint32_t> givers;
  givers.reserve(changes.size());
  for (const Change& change : changes) {
    givers.push_back(change.giver);
  }
  std::sort(givers.begin(), givers.end());
  givers.erase(std::unique(givers.begin(), givers.end()), givers.end());
  for (const uint32_t giver : givers) {
    for (const auto& [day, under] : UnderStepsOf(giver, prepared)) {
      changes.push_back({day, Change::Kind::kUnder, giver, under});
    }
  }
  std::stable_sort(changes.begin(), changes.end(),
                   [](const Change& a, const Change& b) { return a.day < b.day; });
  return changes;
}

std::vector<ArrivalStep> ArrivalSteps::Of(uint32_t flow, const PreparedSince* prepared) {
  std::vector<ArrivalStep> steps(1);
  const std::vector<Manner>& manners = manners_[flow];
  const std::vector<Change> changes =
      manners.empty() ? std::vector<Change>() : ChangesOf(flow, prepared);
  std::vector<Date> days;
  days.reserve(changes.size() + manners.size());
  for (const Change& change : changes) {
    days.push_back(change.day);
  }
  for (const Manner& manner : manners) {
    days.push_back(manner.day);
  }
  std::sort(days.begin(), days.end());
  days.erase(std::unique(days.begin(), days.end()), days.end());
  GiverCount count;
  Manner manner;
  auto change = changes.begin();
  auto next = manners.begin();
  for (const Date day : days) {
    for (; change != changes.end() && change->day == day; ++change) {
      if (change->kind == Change::Kind::kGives) {
        count.SetGives(change->giver, change->on);
      } else {
        count.SetUnder(change->giver, change->on);
      }
    }
    if (next != manners.end() && next->day == day) {
      manner = *next++;
    }
    const verdict::Arrival arrival{manner.restricted, manner.restricted && count.AllUnder(),
                                   manner.only_from_importer};
    if (Same(steps.back().arrival, arrival)) {
      continue;
    }
    if (day == Date::Min()) {
      steps.back().arrival = arrival;
    } else {
      steps.push_back({day, arrival});
    }
  }
  return steps;
}

std::span<const FlowEvent> ArrivalSteps::EventsOn(Date day) const {
  const auto begin = std::lower_bound(events_.begin(), events_.end(), FlowEvent{day, 0});
  const auto end = std::lower_bound(begin, events_.end(), FlowEvent{day.Plus(1), 0});
  return {begin, end};
}

}  // namespace onward::query
