#include "services/commands/timeline.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "graph/base/status_macros.h"
#include "services/commands/errors.h"

namespace onward::commands {
namespace {

// Between the parts of a key; in none of them.
constexpr char kSeparator = '/';

// date/flow/destination.
std::string PositionOf(const query::TimelineKey& key) {
  return absl::StrJoin({key.date.ToString(), key.flow, key.destination},
                       std::string(1, kSeparator));
}

absl::StatusOr<std::optional<query::TimelineKey>> AfterOf(const PageRequest& page) {
  if (!page.from) {
    return std::optional<query::TimelineKey>();
  }
  constexpr size_t kParts = 3;
  const std::vector<std::string> parts = absl::StrSplit(page.from->after, kSeparator);
  const std::optional<Date> date = Date::Parse(parts.front());
  if (parts.size() != kParts || !date) {
    return InvalidRequest("page_token", "is not one of this list");
  }
  return std::optional<query::TimelineKey>({*date, parts[1], parts[2]});
}

absl::StatusOr<query::TimelineQuestion> QuestionOf(const TimelineRequest& request,
                                                   const Snapshot& snapshot) {
  query::TimelineQuestion question;
  if (!request.flow.empty()) {
    question.flow = snapshot.FlowNumber(request.flow);
    if (!question.flow) {
      return RecordNotFound({model::RecordKind::kFlow, request.flow});
    }
  }
  if (!request.origin.empty()) {
    question.origin = snapshot.PartyNumber(request.origin);
    if (!question.origin) {
      return RecordNotFound({model::RecordKind::kParty, request.origin});
    }
  }
  question.to_verdicts = request.to_verdicts;
  return question;
}

absl::StatusOr<Interval> WindowOf(const TimelineRequest& request,
                                  const query::TimelineQuestion& question,
                                  const query::Judgements& judged) {
  if (request.months && (*request.months < 1 || *request.months > kTimelineMonthsMax)) {
    return InvalidRequest("months",
                          absl::StrCat(*request.months, " is not in 1 to ", kTimelineMonthsMax));
  }
  Interval window;
  const bool life = question.flow.has_value() && !request.from;
  if (life) {
    window.from = judged.snapshot().IntervalOf(*question.flow).from;
  } else {
    window.from = request.from.value_or(judged.question().as_of);
  }
  if (request.until) {
    window.until = *request.until;
  } else if (request.months || !life) {
    const Date begin = window.from.IsOpen() ? judged.law().starts_on() : window.from;
    window.until = begin.PlusMonths(request.months.value_or(kTimelineMonthsDefault));
  }
  if (window.IsEmpty()) {
    return InvalidRequest("until",
                          absl::StrCat(window.until.ToString(), " is not after the first day, ",
                                       window.from.ToString()));
  }
  return window;
}

}  // namespace

absl::StatusOr<TimelineResult> Timeline(Engine& engine, const TimelineRequest& request,
                                        const CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const std::optional<query::TimelineKey> after, AfterOf(request.page));
  ONWARD_ASSIGN_OR_RETURN(const Reading reading,
                          engine.Read(request.inventory, request.page, request.freshness, call));
  const When when{request.as_of.value_or(engine.clock().Today()), request.law_known_at};
  TimelineResult result;
  result.basis = BasisOf(reading, when);
  ONWARD_ASSIGN_OR_RETURN(result.judged, engine.Judge(reading, when, call));
  ONWARD_ASSIGN_OR_RETURN(query::TimelineQuestion question,
                          QuestionOf(request, result.judged->snapshot()));
  ONWARD_ASSIGN_OR_RETURN(result.window, WindowOf(request, question, *result.judged));
  question.window = result.window;
  const size_t changes_max = engine.options().timeline_changes_max;
  const auto check = [&](size_t changes) {
    return changes > changes_max ? LimitExceeded("timeline_changes_max", changes_max, changes)
                                 : call.Check();
  };
  ONWARD_ASSIGN_OR_RETURN(
      result.page, query::Timeline(*result.judged, question, after, request.page.size, check));
  if (const auto& next = result.page.next) {
    result.next = NextPage(reading, PositionOf(*next));
  }
  return result;
}

}  // namespace onward::commands
