// Summary: the numbers that a dashboard shows, on one date or many.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/reach/summary.h"
#include "services/commands/engine.h"

namespace onward::commands {

inline constexpr size_t kSummaryDatesMax = 400;
// Dates times entries of each list: an answer stays below the 4 MiB that clients accept by default.
inline constexpr size_t kSummaryEntriesMax = 10'000;

struct SummaryRequest {
  std::string inventory;
  // Ascending; empty: today.
  std::vector<Date> dates;
  Date law_known_at = Date::Max();
  Freshness freshness;
  // Entries of each list, at least 1.
  size_t top = 10;
};

struct SummaryResult {
  // As of the first date.
  Basis basis;
  // One for each date.
  std::vector<reach::DaySummary> days;
};

// LIMIT_EXCEEDED for too many dates or entries, and the errors of Engine::Read.
absl::StatusOr<SummaryResult> Summary(Engine& engine, const SummaryRequest& request,
                                      const CallContext& call);

}  // namespace onward::commands
