#include "graph/query/timeline.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "graph/base/ending.h"
#include "graph/base/status_macros.h"
#include "graph/query/arrival_steps.h"
#include "graph/query/rows.h"

namespace onward::query {
namespace {

using verdict::DestinationVerdict;
using verdict::HopVerdict;

// A change as it is collected, before names and causes.
struct Step {
  Date date;
  uint32_t flow = 0;
  std::string destination;
};

const DestinationVerdict* FindDestination(const HopVerdict& hop, const std::string& code) {
  const auto at = std::find_if(hop.destinations.begin(), hop.destinations.end(),
                               [&](const auto& entry) { return entry.destination == code; });
  return at == hop.destinations.end() ? nullptr : &*at;
}

// The candidate's place among those tried: a mechanism on one record.
using CandidateKey = std::pair<std::string, std::string>;

std::map<CandidateKey, const verdict::Candidate*> CandidatesOf(const DestinationVerdict* entry) {
  std::map<CandidateKey, const verdict::Candidate*> found;
  if (entry != nullptr) {
    for (const verdict::Candidate& candidate : entry->candidates) {
      found.emplace(CandidateKey(candidate.mechanism, candidate.record), &candidate);
    }
  }
  return found;
}

void AddSubjects(const verdict::Candidate& candidate, std::set<std::string>& subjects) {
  subjects.insert(candidate.mechanism);
  subjects.insert(candidate.record);
  for (const verdict::ConditionOutcome& condition : candidate.conditions) {
    subjects.insert(condition.stated_by);
  }
}

// What the candidates rest on whose outcome differs.
std::set<std::string> ChangedSubjects(const DestinationVerdict* before,
                                      const DestinationVerdict* after) {
  const auto old = CandidatesOf(before);
  const auto now = CandidatesOf(after);
  std::set<std::string> subjects;
  for (const auto& [key, candidate] : now) {
    const auto at = old.find(key);
    if (at == old.end() || at->second->outcome != candidate->outcome ||
        at->second->conditions != candidate->conditions) {
      AddSubjects(*candidate, subjects);
      if (at != old.end()) {
        AddSubjects(*at->second, subjects);
      }
    }
  }
  for (const auto& [key, candidate] : old) {
    if (now.count(key) == 0) {
      AddSubjects(*candidate, subjects);
    }
  }
  subjects.erase("");
  return subjects;
}

void AddCauses(std::vector<verdict::Cause> more, std::vector<verdict::Cause>& causes) {
  for (verdict::Cause& cause : more) {
    if (std::find(causes.begin(), causes.end(), cause) == causes.end()) {
      causes.push_back(std::move(cause));
    }
  }
}

class TimelineMaker {
 public:
  TimelineMaker(const Judgements& judgements, const TimelineQuestion& question,
                const std::function<absl::Status(size_t changes)>& check)
      : judged_(judgements),
        graph_(judgements.snapshot()),
        question_(question),
        check_(check),
        history_(judgements) {}
  TimelineMaker(const TimelineMaker&) = delete;
  TimelineMaker& operator=(const TimelineMaker&) = delete;
  TimelineMaker(TimelineMaker&&) = delete;
  TimelineMaker& operator=(TimelineMaker&&) = delete;
  ~TimelineMaker() = default;

  absl::StatusOr<TimelinePage> Make(const std::optional<TimelineKey>& after, size_t limit) {
    for (const uint32_t flow : FlowsInScope()) {
      ONWARD_RETURN_IF_ERROR(check_(steps_.size()));
      if (!history_.Find(flow, stop_)) {
        return ended_.status();
      }
      Collect(flow);
    }
    std::sort(steps_.begin(), steps_.end(), [this](const Step& a, const Step& b) {
      return std::make_tuple(a.date, graph_.FlowId(a.flow), std::string_view(a.destination)) <
             std::make_tuple(b.date, graph_.FlowId(b.flow), std::string_view(b.destination));
    });
    if (question_.origin.has_value()) {
      ONWARD_RETURN_IF_ERROR(KeepOrigin());
    }
    TimelinePage page;
    for (const Step& step : steps_) {
      if (after.has_value() && !ComesAfter(step, *after)) {
        continue;
      }
      if (page.entries.size() == limit) {
        const TimelineEntry& last = page.entries.back();
        page.next = TimelineKey{last.date, last.flow->id, last.destination};
        break;
      }
      ONWARD_RETURN_IF_ERROR(check_(steps_.size()));
      page.entries.push_back(EntryOf(step));
    }
    return page;
  }

 private:
  std::vector<uint32_t> FlowsInScope() const {
    std::vector<uint32_t> flows;
    if (question_.flow.has_value()) {
      flows.push_back(*question_.flow);
    } else if (question_.origin.has_value()) {
      for (const uint32_t party : graph_.Downstream(*question_.origin)) {
        const auto out = graph_.OutFlows(party);
        flows.insert(flows.end(), out.begin(), out.end());
      }
    } else {
      const NumberRange all = graph_.FlowsInOrder();
      flows.assign(all.begin(), all.end());
    }
    return flows;
  }

  void Collect(uint32_t flow) {
    for (const FlowSteps::Destination& destination : history_.AllOf(flow).destinations) {
      for (size_t i = 1; i < destination.steps.size(); ++i) {
        const VerdictStep& step = destination.steps[i];
        if (question_.window.Contains(step.date) && Selects(step.verdict)) {
          steps_.push_back({step.date, flow, destination.code});
        }
      }
    }
  }

  bool Selects(verdict::Verdict verdict) const {
    const auto& wanted = question_.to_verdicts;
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), verdict) != wanted.end();
  }

  // Steps come in order of date.
  absl::Status KeepOrigin() {
    const std::string origin(graph_.PartyId(*question_.origin));
    StopLook look(stop_);
    const std::vector<FlowEvent> events = FlowEvents(graph_, judged_.law(), look);
    ArrivalSweep sweep(graph_, judged_.law(), events, look);
    std::vector<Step> kept;
    for (size_t begin = 0; begin < steps_.size();) {
      ONWARD_RETURN_IF_ERROR(check_(steps_.size()));
      size_t end = begin;
      while (end < steps_.size() && steps_[end].date == steps_[begin].date) {
        ++end;
      }
      std::vector<bool> is_of(end - begin);
      for (const Date day : {steps_[begin].date.Plus(-1), steps_[begin].date}) {
        if (!sweep.MoveTo(day, stop_)) {
          return ended_.status();
        }
        for (size_t i = begin; i < end; ++i) {
          if (is_of[i - begin]) {
            continue;
          }
          const auto origins = sweep.arrivals().OriginsUnless(stop_, steps_[i].flow);
          if (!origins.has_value()) {
            return ended_.status();
          }
          is_of[i - begin] = std::binary_search(origins->begin(), origins->end(), origin);
        }
      }
      for (; begin < end; ++begin) {
        if (is_of[is_of.size() - (end - begin)]) {
          kept.push_back(std::move(steps_[begin]));
        }
      }
    }
    steps_ = std::move(kept);
    return absl::OkStatus();
  }

  bool ComesAfter(const Step& step, const TimelineKey& key) const {
    return std::make_tuple(step.date, graph_.FlowId(step.flow),
                           std::string_view(step.destination)) >
           std::make_tuple(key.date, std::string_view(key.flow), std::string_view(key.destination));
  }

  TimelineEntry EntryOf(const Step& step) {
    const HopVerdict before = history_.At(step.flow, step.date.Plus(-1));
    const HopVerdict& after = history_.At(step.flow, step.date);
    const DestinationVerdict* const old = FindDestination(before, step.destination);
    const DestinationVerdict* const now = FindDestination(after, step.destination);
    TimelineEntry entry;
    entry.date = step.date;
    entry.flow = std::make_shared<const model::Flow>(graph_.FlowAt(step.flow));
    entry.exporter_name = PartyName(graph_, entry.flow->exporter);
    entry.importer_name = PartyName(graph_, entry.flow->importer);
    entry.destination = step.destination;
    if (old != nullptr) {
      entry.before = old->verdict;
      entry.reason_before = old->reason;
    }
    if (now != nullptr) {
      entry.after = now->verdict;
      entry.reason_after = now->reason;
      entry.explanation = now->explanation;
    }
    entry.causes = CausesOf(step, ChangedSubjects(old, now));
    return entry;
  }

  std::vector<verdict::Cause> CausesOf(const Step& step, const std::set<std::string>& subjects) {
    std::vector<verdict::Cause> causes = CausesOn(graph_.FlowAt(step.flow), step.date);
    const auto matches = [&](const verdict::Cause& cause) {
      return subjects.count(cause.subject) > 0;
    };
    const bool found = std::any_of(causes.begin(), causes.end(), matches);
    const std::vector<verdict::Cause> above = ArrivesOtherwise(step)
                                                  ? UpstreamCauses(step.flow, step.date)
                                                  : std::vector<verdict::Cause>();
    if (found || !above.empty()) {
      std::erase_if(causes, std::not_fn(matches));
    }
    AddCauses(above, causes);
    if (causes.size() > kCausesMax) {
      causes.resize(kCausesMax);
    }
    return causes;
  }

  bool ArrivesOtherwise(const Step& step) {
    const std::vector<ArrivalStep>& steps = history_.AllOf(step.flow).arrivals;
    return std::any_of(steps.begin(), steps.end(),
                       [&](const ArrivalStep& s) { return s.from == step.date; });
  }

  // What happens to the flows that bring the data: to those into the exporter everything that they rest
  // on, further up what they are themselves.
  const std::vector<verdict::Cause>& UpstreamCauses(uint32_t flow, Date day) {
    const uint32_t exporter = graph_.ExporterOf(flow);
    const auto [at, is_new] = upstream_.try_emplace({exporter, day});
    if (!is_new) {
      return at->second;
    }
    for (const uint32_t into : graph_.InFlows(exporter)) {
      AddCauses(CausesOn(graph_.FlowAt(into), day), at->second);
    }
    const std::vector<uint32_t> above = graph_.Upstream(exporter);
    const std::set<uint32_t> parties(above.begin(), above.end());
    std::map<std::string_view, uint32_t> flows;
    for (const FlowEvent& event : judged_.over_time().EventsOn(day)) {
      // What a party gives others can decide what it holds.
      if (parties.count(graph_.ImporterOf(event.flow)) > 0 ||
          parties.count(graph_.ExporterOf(event.flow)) > 0) {
        flows.emplace(graph_.FlowId(event.flow), event.flow);
      }
    }
    for (const auto& [id, number] : flows) {
      AddEvent(graph_.FlowAt(number), day, at->second);
    }
    return at->second;
  }

  void AddEvent(const model::Flow& flow, Date day, std::vector<verdict::Cause>& causes) const {
    AddCauses(CausesOn(flow, day), causes);
    if (flow.copy_ends.has_value() && flow.copy_ends->on == day) {
      const std::string subject =
          model::ToString(model::RecordRef{model::RecordKind::kFlow, flow.id});
      AddCauses({{subject, "the copy of " + subject + " ends"}}, causes);
    }
  }

  std::vector<verdict::Cause> CausesOn(const model::Flow& flow, Date day) const {
    return verdict::CausesOn(flow, graph_, judged_.law(), judged_.question().law_known_at, day);
  }

  const Judgements& judged_;
  const Snapshot& graph_;
  const TimelineQuestion& question_;
  const std::function<absl::Status(size_t changes)>& check_;
  const std::function<absl::Status()> look_ = [this] { return check_(steps_.size()); };
  Ending ended_{look_};
  const std::function<bool()> stop_ = std::ref(ended_);
  History history_;
  std::vector<Step> steps_;
  // By exporter and day.
  std::map<std::pair<uint32_t, Date>, std::vector<verdict::Cause>> upstream_;
};

}  // namespace

absl::StatusOr<TimelinePage> Timeline(const Judgements& judgements,
                                      const TimelineQuestion& question,
                                      const std::optional<TimelineKey>& after, size_t limit,
                                      const std::function<absl::Status(size_t changes)>& check) {
  return TimelineMaker(judgements, question, check).Make(after, limit);
}

}  // namespace onward::query
