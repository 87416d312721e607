#include "graph/query/timeline.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "graph/base/status_macros.h"
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
  friend auto operator<=>(const Step&, const Step&) = default;  // NOLINT(modernize-use-nullptr)
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
                const std::function<absl::Status()>& check)
      : judged_(judgements),
        graph_(judgements.snapshot()),
        question_(question),
        check_(check),
        history_(judgements) {}

  absl::StatusOr<TimelinePage> Make(const std::optional<TimelineKey>& after, size_t limit) {
    for (const uint32_t flow : FlowsInScope()) {
      ONWARD_RETURN_IF_ERROR(check_());
      Collect(flow);
    }
    std::sort(steps_.begin(), steps_.end());
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
      ONWARD_RETURN_IF_ERROR(check_());
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
      flows.resize(graph_.Flows().size());
      for (uint32_t flow = 0; flow < flows.size(); ++flow) {
        flows[flow] = flow;
      }
    }
    return flows;
  }

  void Collect(uint32_t flow) {
    for (const Date date : history_.DatesOf(flow)) {
      if (!question_.window.Contains(date)) {
        continue;
      }
      const HopVerdict& before = history_.At(flow, date.Plus(-1));
      const HopVerdict& after = history_.At(flow, date);
      for (const DestinationVerdict& entry : after.destinations) {
        const DestinationVerdict* const old = FindDestination(before, entry.destination);
        const bool same =
            old != nullptr && old->verdict == entry.verdict && old->reason == entry.reason;
        if (!same && Selects(entry.verdict)) {
          steps_.push_back({date, flow, entry.destination});
        }
      }
    }
  }

  bool Selects(verdict::Verdict verdict) const {
    const auto& wanted = question_.to_verdicts;
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), verdict) != wanted.end();
  }

  // Steps come in order of date: two days' data flows are held at a time.
  absl::Status KeepOrigin() {
    const std::string origin(graph_.PartyId(*question_.origin));
    std::vector<Step> kept;
    for (size_t begin = 0; begin < steps_.size();) {
      ONWARD_RETURN_IF_ERROR(check_());
      const Date date = steps_[begin].date;
      const Arrivals before = ArrivalsOn(date.Plus(-1));
      const Arrivals after = ArrivalsOn(date);
      for (; begin < steps_.size() && steps_[begin].date == date; ++begin) {
        if (IsOf(origin, before, steps_[begin].flow) || IsOf(origin, after, steps_[begin].flow)) {
          kept.push_back(std::move(steps_[begin]));
        }
      }
    }
    steps_ = std::move(kept);
    return absl::OkStatus();
  }

  Arrivals ArrivalsOn(Date day) const {
    verdict::Question when = judged_.question();
    when.as_of = day;
    return Arrivals::Compute(graph_, judged_.law(), when, judged_.policy());
  }

  static bool IsOf(const std::string& origin, const Arrivals& arrivals, uint32_t flow) {
    const std::vector<std::string> origins = arrivals.OriginsOf(flow);
    return std::binary_search(origins.begin(), origins.end(), origin);
  }

  bool ComesAfter(const Step& step, const TimelineKey& key) const {
    return std::tie(step.date, graph_.Flows()[step.flow]->id, step.destination) >
           std::tie(key.date, key.flow, key.destination);
  }

  TimelineEntry EntryOf(const Step& step) {
    const HopVerdict before = history_.At(step.flow, step.date.Plus(-1));
    const HopVerdict& after = history_.At(step.flow, step.date);
    const DestinationVerdict* const old = FindDestination(before, step.destination);
    const DestinationVerdict* const now = FindDestination(after, step.destination);
    TimelineEntry entry;
    entry.date = step.date;
    entry.flow = graph_.Flows()[step.flow];
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
    std::vector<verdict::Cause> causes = AllCauses(step);
    const auto matches = [&](const verdict::Cause& cause) {
      return subjects.count(cause.subject) > 0;
    };
    if (std::any_of(causes.begin(), causes.end(), matches)) {
      std::erase_if(causes, std::not_fn(matches));
    }
    if (causes.size() > kCausesMax) {
      causes.resize(kCausesMax);
    }
    return causes;
  }

  std::vector<verdict::Cause> AllCauses(const Step& step) {
    const model::Flow& flow = *graph_.Flows()[step.flow];
    std::vector<verdict::Cause> causes = CausesOn(flow, step.date);
    const bool bound = BoundOn(flow, step.date) && BoundOn(flow, step.date.Plus(-1));
    if (!bound) {
      AddUpstream(graph_.ExporterOf(step.flow), step.date, causes);
    }
    return causes;
  }

  // How data came to an exporter that is not bound can change with any flow on the way to it.
  void AddUpstream(uint32_t exporter, Date day, std::vector<verdict::Cause>& causes) const {
    for (const uint32_t party : graph_.Upstream(exporter)) {
      for (const uint32_t number : graph_.InFlows(party)) {
        const model::Flow& flow = *graph_.Flows()[number];
        AddCauses(CausesOn(flow, day), causes);
        if (flow.copy_ends.has_value() && flow.copy_ends->on == day) {
          const std::string subject =
              model::ToString(model::RecordRef{model::RecordKind::kFlow, flow.id});
          AddCauses({{subject, "the copy of " + subject + " ends"}}, causes);
        }
      }
    }
  }

  std::vector<verdict::Cause> CausesOn(const model::Flow& flow, Date day) const {
    return verdict::CausesOn(flow, graph_, judged_.law(), judged_.question().law_known_at, day);
  }
  bool BoundOn(const model::Flow& flow, Date day) const {
    return verdict::ExporterBound(flow, graph_, judged_.law(), day) == true;
  }

  const Judgements& judged_;
  const Snapshot& graph_;
  const TimelineQuestion& question_;
  const std::function<absl::Status()>& check_;
  History history_;
  std::vector<Step> steps_;
};

}  // namespace

absl::StatusOr<TimelinePage> Timeline(const Judgements& judgements,
                                      const TimelineQuestion& question,
                                      const std::optional<TimelineKey>& after, size_t limit,
                                      const std::function<absl::Status()>& check) {
  return TimelineMaker(judgements, question, check).Make(after, limit);
}

}  // namespace onward::query
