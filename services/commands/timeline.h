// Timeline: the days on which verdicts change, and why, a page at a time.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/query/timeline.h"
#include "services/commands/engine.h"
#include "services/commands/page.h"

namespace onward::commands {

inline constexpr int32_t kTimelineMonthsMax = 1'200;
inline constexpr int32_t kTimelineMonthsDefault = 12;

struct TimelineRequest {
  std::string inventory;
  // Absent: today.
  std::optional<Date> as_of;
  Date law_known_at = Date::Max();
  // First day. Absent: as_of; where one flow is asked about, its beginning.
  std::optional<Date> from;
  // First day after. Absent: `months` after `from`.
  std::optional<Date> until;
  // Up to kTimelineMonthsMax. Absent: kTimelineMonthsDefault; no end where one flow is asked about
  // without `from`.
  std::optional<int32_t> months;
  // At most one of them is set: flow id, party id.
  std::string flow;
  std::string origin;
  // Empty: all.
  std::vector<verdict::Verdict> to_verdicts;
  // A further page answers from its own revision, whatever this says.
  Freshness freshness;
  PageRequest page;
};

struct TimelineResult {
  Basis basis;
  // The days that were looked at.
  Interval window;
  // Refers to `judged`.
  query::TimelinePage page;
  query::JudgementsPtr judged;
  // Absent: no more.
  std::optional<PagePosition> next;
};

// RECORD_NOT_FOUND (flow, origin), INVALID_REQUEST (months, an empty window, a position that is none),
// LIMIT_EXCEEDED (timeline_changes_max), and the errors of Engine::Read.
absl::StatusOr<TimelineResult> Timeline(Engine& engine, const TimelineRequest& request,
                                        const CallContext& call);

}  // namespace onward::commands
