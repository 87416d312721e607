#include "services/commands/summary.h"

#include "graph/base/status_macros.h"
#include "services/commands/errors.h"

namespace onward::commands {

absl::StatusOr<SummaryResult> Summary(Engine& engine, const SummaryRequest& request,
                                      const CallContext& call) {
  std::vector<Date> dates = request.dates;
  if (dates.empty()) {
    dates.push_back(engine.clock().Today());
  }
  if (dates.size() > kSummaryDatesMax) {
    return LimitExceeded("dates", kSummaryDatesMax, dates.size());
  }
  if (dates.size() * request.top > kSummaryEntriesMax && dates.size() > 1) {
    return LimitExceeded("dates times top", kSummaryEntriesMax, dates.size() * request.top);
  }
  ONWARD_ASSIGN_OR_RETURN(const Reading reading,
                          engine.Read(request.inventory, request.freshness, call));
  const When when{dates.front(), request.law_known_at};
  ONWARD_ASSIGN_OR_RETURN(const query::JudgementsPtr judged, engine.Judge(reading, when, call));
  SummaryResult result;
  result.basis = BasisOf(reading, when);
  ONWARD_ASSIGN_OR_RETURN(
      result.days, reach::Summarise(*judged, dates, request.top, [&call] { return call.Check(); }));
  return result;
}

}  // namespace onward::commands
