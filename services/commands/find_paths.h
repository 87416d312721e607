// FindPaths: paths along which data really go, handed out one by one.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/reach/paths.h"
#include "services/commands/engine.h"
#include "services/commands/page.h"

namespace onward::commands {

inline constexpr size_t kPathsNotThroughMax = 1'000;

struct FindPathsRequest {
  std::string inventory;
  // Absent: today.
  std::optional<Date> as_of;
  Date law_known_at = Date::Max();
  // Party ids.
  std::string from;
  // At most one of them is set; neither: outside the EEA. Party id, register code.
  std::string to;
  std::string country;
  // Each, where empty, selects all.
  std::vector<verdict::Verdict> verdicts;
  std::vector<std::string> data_categories;
  std::vector<std::string> through;
  std::vector<std::string> not_through;
  uint32_t max_hops = 16;
  reach::PathsBounds bounds;
  // Goes on after an answer, from its revision, whatever `freshness` says; `after` is what FindPathsEnd::next holds.
  std::optional<PagePosition> cursor;
  Freshness freshness;
};

struct FindPathsEnd {
  Basis basis;
  reach::PathsEnd end;
  // Absent: nothing left, or the memory was not enough.
  std::optional<PagePosition> next;
};

// What takes an answer. An error of theirs ends the search and is the result.
struct PathsTaker {
  // Before all paths.
  std::function<absl::Status(const Basis&)> start;
  std::function<absl::Status(const reach::DayGraph&, const reach::CarryingPath&)> path;
};

// RECORD_NOT_FOUND (from, to, through, not_through), INVALID_REQUEST (country, ids that contradict each other, a cursor that is
// none), and the errors of Engine::Read.
absl::StatusOr<FindPathsEnd> FindPaths(Engine& engine, const FindPathsRequest& request,
                                       const CallContext& call, const PathsTaker& taker);

}  // namespace onward::commands
