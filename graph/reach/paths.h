// Paths along which data really go from one party to others: simple paths, shortest first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/categories.h"
#include "graph/reach/day_graph.h"

namespace onward::reach {

inline constexpr size_t kPathsThroughMax = 16;
inline constexpr uint32_t kPathsHopsMax = 256;

// Party numbers are those of the snapshot. Each list, where empty, selects all.
struct PathsQuestion {
  uint32_t from = 0;
  // Where paths end; neither: at a destination outside the EEA, an unknown one included.
  std::optional<uint32_t> to;
  // Register code.
  std::string country;
  // Of the worst hop.
  std::vector<verdict::Verdict> verdicts;
  // Paths that carry one of them, a part of it, or something that it is part of.
  std::vector<std::string> data_categories;
  // All of them lie on the path; at most kPathsThroughMax.
  std::vector<uint32_t> through;
  // None of them lies on the path.
  std::vector<uint32_t> not_through;
  // 1 to kPathsHopsMax.
  uint32_t max_hops = 16;
};

// Of one answer.
struct PathsBounds {
  // At least 1.
  uint64_t paths = 100;
  // Flows that are looked at, at least 1; what is done once per answer does not count.
  uint64_t steps = 1'000'000;
  // What the search may hold at once, besides the graph.
  size_t memory_bytes = size_t{64} << 20;
};

// Where a search stands: everything before was looked at. Holds for one snapshot, law, date and question.
struct PathsPosition {
  // Length of the paths that are being listed.
  uint32_t hops = 0;
  // The flow at each hop, as its place among those out of its exporter, and last the one to look at next.
  std::vector<uint32_t> places;
  // Longer paths than these were met.
  bool longer = false;
  friend bool operator==(const PathsPosition&, const PathsPosition&) = default;
};

// A path.
struct CarryingPath {
  // Edges of the DayGraph, first to last.
  std::vector<uint32_t> edges;
  // Carried on every hop.
  CategorySet categories;
  // The worst hop's; unspecified where all hops are copies that are still held.
  verdict::Verdict verdict = verdict::Verdict::kUnspecified;
  verdict::Reason reason = verdict::Reason::kUnspecified;
  // The first edge with that verdict.
  uint32_t worst_edge = 0;
  // The worst destination of the last flow among those that were asked about.
  std::string destination;
};

enum class PathsLimit { kNone, kPaths, kSteps, kMemory };

struct PathsEnd {
  // What ended the answer though more may follow.
  PathsLimit limit = PathsLimit::kNone;
  // Where to go on; absent: nothing left, or the limit is kMemory.
  std::optional<PathsPosition> next;
  uint64_t steps = 0;
  // Paths longer than max_hops exist, or may exist.
  bool longer_paths = false;
};

// Hands each path to `take`: fewer hops first, then in order of flow ids. A path carries what its first
// flow carries, narrowed by every further one; copies that are still held count as flows. `check` is asked at
// least every few thousand steps; its error, and that of `take`, ends the search. INVALID_ARGUMENT: `start` is no
// position of this question.
//
// No recursion. Of each party it is known how few hops lead to the end from there, and for which data, so that no
// step goes where no data can get through; where a part of the search stays without a path, it is looked whether it
// can still have one beside the parties on the way, and left if not.
absl::StatusOr<PathsEnd> FindPaths(const DayGraph& graph, const PathsQuestion& question,
                                   const PathsBounds& bounds,
                                   const std::optional<PathsPosition>& start,
                                   const std::function<absl::Status()>& check,
                                   const std::function<absl::Status(const CarryingPath&)>& take);

}  // namespace onward::reach
