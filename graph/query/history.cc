#include "graph/query/history.h"

#include <algorithm>

namespace onward::query {
namespace {

bool Same(const VerdictStep& a, const VerdictStep& b) {
  return a.verdict == b.verdict && a.reason == b.reason;
}

void AddDate(Date date, std::set<Date>& dates) {
  if (!date.IsOpen()) {
    dates.insert(date);
  }
}

}  // namespace

const std::vector<Date>& History::DatesOf(uint32_t flow) {
  if (flow_ == flow) {
    return dates_;
  }
  flow_ = flow;
  verdicts_.clear();
  const model::Flow& record = *judged_.snapshot().Flows()[flow];
  dates_ = verdict::Boundaries(record, judged_.snapshot(), judged_.law(),
                               judged_.question().law_known_at);
  if (!AlwaysBound(flow, dates_)) {
    std::set<Date> dates(dates_.begin(), dates_.end());
    AddUpstream(judged_.snapshot().ExporterOf(flow), dates);
    dates_.assign(dates.begin(), dates.end());
  }
  return dates_;
}

bool History::AlwaysBound(uint32_t flow, const std::vector<Date>& dates) const {
  const model::Flow& record = *judged_.snapshot().Flows()[flow];
  const auto bound = [&](Date day) {
    return verdict::ExporterBound(record, judged_.snapshot(), judged_.law(), day) == true;
  };
  return bound(judged_.question().as_of) && std::all_of(dates.begin(), dates.end(), bound) &&
         (dates.empty() || bound(dates.front().Plus(-1)));
}

// How data came to a party can change with any flow on the way to it.
void History::AddUpstream(uint32_t party, std::set<Date>& dates) {
  const auto [at, is_new] = upstream_.try_emplace(party);
  if (is_new) {
    const Snapshot& graph = judged_.snapshot();
    std::set<Date> found;
    for (const uint32_t above : graph.Upstream(party)) {
      for (const uint32_t flow : graph.InFlows(above)) {
        const model::Flow& record = *graph.Flows()[flow];
        for (const Date date :
             verdict::Boundaries(record, graph, judged_.law(), judged_.question().law_known_at)) {
          AddDate(date, found);
        }
        AddDate(record.interval.from, found);
        AddDate(record.interval.until, found);
        if (record.copy_ends.has_value() && record.copy_ends->on.has_value()) {
          AddDate(*record.copy_ends->on, found);
        }
      }
    }
    at->second.assign(found.begin(), found.end());
  }
  dates.insert(at->second.begin(), at->second.end());
}

const Arrivals& History::ArrivalsOn(Date day) {
  if (day == judged_.question().as_of) {
    return judged_.arrivals();
  }
  const auto at = arrivals_.find(day);
  if (at != arrivals_.end()) {
    return at->second;
  }
  verdict::Question when = judged_.question();
  when.as_of = day;
  return arrivals_
      .emplace(day, Arrivals::Compute(judged_.snapshot(), judged_.law(), when, judged_.policy()))
      .first->second;
}

const verdict::HopVerdict& History::At(uint32_t flow, Date day) {
  DatesOf(flow);
  const auto at = verdicts_.find(day);
  if (at != verdicts_.end()) {
    return at->second;
  }
  const model::Flow& record = *judged_.snapshot().Flows()[flow];
  verdict::Question when = judged_.question();
  when.as_of = day;
  verdict::Arrival arrival;
  if (record.interval.Contains(day) &&
      verdict::ExporterBound(record, judged_.snapshot(), judged_.law(), day) != true) {
    arrival = ArrivalsOn(day).Of(flow);
  }
  return verdicts_
      .emplace(day, verdict::JudgeHop(record, judged_.snapshot(), judged_.law(), when, arrival,
                                      judged_.policy()))
      .first->second;
}

VerdictStep History::StepAt(uint32_t flow, const std::string& destination, Date day) {
  const verdict::HopVerdict& hop = At(flow, day);
  for (const verdict::DestinationVerdict& entry : hop.destinations) {
    if (entry.destination == destination) {
      return {day, entry.verdict, entry.reason};
    }
  }
  return {day, hop.verdict, hop.reason};
}

Standing History::Of(uint32_t flow, const verdict::DestinationVerdict& present) {
  const std::vector<Date>& dates = DatesOf(flow);
  const Date as_of = judged_.question().as_of;
  const VerdictStep now{as_of, present.verdict, present.reason};
  const auto later = std::upper_bound(dates.begin(), dates.end(), as_of);
  Standing standing;
  for (auto at = later; at != dates.end() && !standing.next_change.has_value(); ++at) {
    const VerdictStep step = StepAt(flow, present.destination, *at);
    if (!Same(step, now)) {
      standing.next_change = step;
    }
  }
  const Date begin =
      std::max(judged_.snapshot().Flows()[flow]->interval.from, judged_.law().starts_on());
  for (auto at = later; at != dates.begin();) {
    --at;
    if (*at <= begin) {
      break;
    }
    if (!Same(StepAt(flow, present.destination, at->Plus(-1)), now)) {
      standing.since = *at;
      break;
    }
  }
  return standing;
}

std::vector<VerdictStep> History::StepsOf(uint32_t flow) {
  std::vector<Date> dates = DatesOf(flow);
  const Date begin =
      std::max(judged_.snapshot().Flows()[flow]->interval.from, judged_.law().starts_on());
  dates.insert(std::upper_bound(dates.begin(), dates.end(), begin), begin);
  std::vector<VerdictStep> steps;
  for (const Date date : dates) {
    if (date < begin) {
      continue;
    }
    const verdict::HopVerdict& hop = At(flow, date);
    const VerdictStep step{date, hop.verdict, hop.reason};
    if (steps.empty() || !Same(steps.back(), step)) {
      steps.push_back(step);
    }
  }
  return steps;
}

}  // namespace onward::query
