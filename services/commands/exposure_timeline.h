// ExposureTimeline: the days on which the exposure of an origin changes, a page at a time.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "graph/reach/exposure_timeline.h"
#include "services/commands/engine.h"
#include "services/commands/page.h"
#include "services/commands/timeline.h"

namespace onward::commands {

struct ExposureTimelineRequest {
  std::string inventory;
  // Absent: today.
  std::optional<Date> as_of;
  Date law_known_at = Date::Max();
  // Party id.
  std::string origin;
  // First day. Absent: as_of.
  std::optional<Date> from;
  // First day after. Absent: `months` after `from`.
  std::optional<Date> until;
  // Up to kTimelineMonthsMax. Absent: kTimelineMonthsDefault.
  std::optional<int32_t> months;
  // A further page answers from its own revision, whatever this says.
  Freshness freshness;
  PageRequest page;
};

struct ExposureTimelineResult {
  Basis basis;
  // The days that were looked at.
  Interval window;
  // Its numbers are those of the snapshot of `judged`.
  reach::ExposureTimelinePage page;
  query::JudgementsPtr judged;
  // Absent: no more.
  std::optional<PagePosition> next;
};

// RECORD_NOT_FOUND (origin), INVALID_REQUEST (months, an empty window, a position that is none), and the errors of Engine::Read.
absl::StatusOr<ExposureTimelineResult> ExposureTimeline(Engine& engine,
                                                        const ExposureTimelineRequest& request,
                                                        const CallContext& call);

}  // namespace onward::commands
