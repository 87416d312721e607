#include "graph/reach/exposure_timeline.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "graph/base/status_macros.h"
#include "graph/query/timeline.h"
#include "graph/reach/exposure_days.h"

namespace onward::reach {
namespace {

using query::Bits;

void AddCauses(const std::vector<verdict::Cause>& more, std::vector<verdict::Cause>& causes) {
  for (const verdict::Cause& cause : more) {
    if (causes.size() < query::kCausesMax &&
        std::find(causes.begin(), causes.end(), cause) == causes.end()) {
      causes.push_back(cause);
    }
  }
}

class TimelineMaker {
 public:
  TimelineMaker(const query::Judgements& judgements, const ExposureTimelineQuestion& question,
                const std::function<absl::Status()>& check)
      : judged_(judgements),
        graph_(judgements.snapshot()),
        question_(question),
        check_(check),
        days_(judgements, question.origin, check) {}

  absl::StatusOr<ExposureTimelinePage> Make(const std::optional<ExposureChangeKey>& after,
                                            size_t limit) {
    Interval window = question_.window;
    if (after.has_value()) {
      window.from = std::max(window.from, after->date);
    }
    ONWARD_ASSIGN_OR_RETURN(before_, days_.On(window.from.Plus(-1)));
    carried_before_ = days_.carrying();
    ONWARD_ASSIGN_OR_RETURN(const std::vector<Date> days, days_.DaysIn(window));
    for (const Date day : days) {
      ONWARD_RETURN_IF_ERROR(check_());
      ONWARD_ASSIGN_OR_RETURN(DayRows rows, days_.On(day));
      ONWARD_ASSIGN_OR_RETURN(const bool full, Compare(day, rows, after, limit));
      if (full) {
        break;
      }
      before_ = std::move(rows);
      carried_before_ = days_.carrying();
    }
    return std::move(page_);
  }

 private:
  // In order of recipient and destination. True: the page is full and more follow.
  absl::StatusOr<bool> Compare(Date day, const DayRows& rows,
                               const std::optional<ExposureChangeKey>& after, size_t limit) {
    std::set<ExposedPlace> places;
    for (const DayRows* side : {static_cast<const DayRows*>(&before_), &rows}) {
      for (const auto& [place, row] : *side) {
        places.insert(place);
      }
    }
    for (const ExposedPlace& place : places) {
      const DayRow* const old = Find(before_, place);
      const DayRow* const now = Find(rows, place);
      if (old != nullptr && now != nullptr && old->Same(*now)) {
        continue;
      }
      const uint32_t recipient = (now != nullptr ? now : old)->recipient;
      if (after.has_value() && !ComesAfter(day, recipient, place.second, *after)) {
        continue;
      }
      if (page_.changes.size() == limit) {
        const ExposureChange& last = page_.changes.back();
        page_.next = ExposureChangeKey{last.date, std::string(graph_.PartyId(last.recipient)),
                                       last.destination};
        return true;
      }
      ONWARD_RETURN_IF_ERROR(check_());
      ONWARD_ASSIGN_OR_RETURN(ExposureChange change, ChangeOf(day, old, now));
      change.recipient = recipient;
      change.destination = place.second;
      page_.changes.push_back(std::move(change));
    }
    return false;
  }

  static const DayRow* Find(const DayRows& rows, const ExposedPlace& place) {
    const auto at = rows.find(place);
    return at == rows.end() ? nullptr : &at->second;
  }

  bool ComesAfter(Date day, uint32_t recipient, const std::string& destination,
                  const ExposureChangeKey& key) const {
    return std::make_tuple(day, graph_.PartyId(recipient), std::string_view(destination)) >
           std::make_tuple(key.date, std::string_view(key.recipient),
                           std::string_view(key.destination));
  }

  absl::StatusOr<ExposureChange> ChangeOf(Date day, const DayRow* old, const DayRow* now) {
    ExposureChange change;
    change.date = day;
    const Bits none = days_.category_bits().None();
    const Bits& had = old != nullptr ? old->categories : none;
    const Bits& has = now != nullptr ? now->categories : none;
    change.gained = days_.category_bits().ToSet(has - had);
    change.lost = days_.category_bits().ToSet(had - has);
    if (old != nullptr) {
      change.before = old->verdict;
      change.reason_before = old->reason;
    }
    if (now != nullptr) {
      change.after = now->verdict;
      change.reason_after = now->reason;
    }
    if (change.before != change.after || change.reason_before != change.reason_after) {
      for (const DayRow* row : {old, now}) {
        if (row != nullptr) {
          ONWARD_RETURN_IF_ERROR(AddVerdictCauses(day, row->flow, change.causes));
        }
      }
    }
    if (had != has || change.causes.empty()) {
      AddFlowCauses(day, change.causes);
    }
    return change;
  }

  // Why the verdict on a flow changes on that day.
  absl::Status AddVerdictCauses(Date day, uint32_t flow, std::vector<verdict::Cause>& causes) {
    query::TimelineQuestion question;
    question.window = {day, day.Plus(1)};
    question.flow = flow;
    ONWARD_ASSIGN_OR_RETURN(const query::TimelinePage page,
                            query::Timeline(judged_, question, std::nullopt, query::kCausesMax,
                                            [&](size_t /*changes*/) { return check_(); }));
    for (const query::TimelineEntry& entry : page.entries) {
      AddCauses(entry.causes, causes);
    }
    return absl::OkStatus();
  }

  // What begins or ends of flows: those that carry data of the origin on one of the two days; if there are none, all that have a
  // say.
  void AddFlowCauses(Date day, std::vector<verdict::Cause>& causes) const {
    const std::vector<uint32_t> events = days_.EventsOn(day);
    const auto carries = [&](uint32_t flow) {
      return std::binary_search(carried_before_.begin(), carried_before_.end(), flow) ||
             std::binary_search(days_.carrying().begin(), days_.carrying().end(), flow);
    };
    const bool any = std::any_of(events.begin(), events.end(), carries);
    for (const uint32_t flow : events) {
      if (!any || carries(flow)) {
        AddEvent(flow, day, causes);
      }
    }
  }

  void AddEvent(uint32_t flow, Date day, std::vector<verdict::Cause>& causes) const {
    const model::Flow record = graph_.FlowAt(flow);
    const std::string subject =
        model::ToString(model::RecordRef{model::RecordKind::kFlow, record.id});
    std::vector<verdict::Cause> own;
    if (record.interval.from == day) {
      own.push_back({subject, subject + " begins"});
    }
    if (record.interval.until == day) {
      own.push_back({subject, subject + " ends"});
    }
    if (record.copy_ends.has_value() && record.copy_ends->on == day) {
      own.push_back({subject, "the copy of " + subject + " ends"});
    }
    if (own.empty()) {
      own = verdict::CausesOn(record, graph_, judged_.law(), judged_.question().law_known_at, day);
    }
    AddCauses(own, causes);
  }

  const query::Judgements& judged_;
  const Snapshot& graph_;
  const ExposureTimelineQuestion& question_;
  const std::function<absl::Status()>& check_;
  ExposureDays days_;
  DayRows before_;
  std::vector<uint32_t> carried_before_;
  ExposureTimelinePage page_;
};

}  // namespace

absl::StatusOr<ExposureTimelinePage> ExposureOverTime(const query::Judgements& judgements,
                                                      const ExposureTimelineQuestion& question,
                                                      const std::optional<ExposureChangeKey>& after,
                                                      size_t limit,
                                                      const std::function<absl::Status()>& check) {
  return TimelineMaker(judgements, question, check).Make(after, limit);
}

}  // namespace onward::reach
