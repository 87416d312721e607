// How long a simple path can be at most, and further distances that bound a search for paths. Internal to this folder.
#pragma once

#include <cstdint>
#include <vector>

#include "graph/reach/paths_scope.h"

namespace onward::reach {

// The errors of all of them are those of `check`.

// No path of the scope has more hops: circles count with all their parties, whatever data go around. No recursion.
absl::StatusOr<uint64_t> LongestAtMost(const PathScope& scope, const PathCheck& check);

// By node: the least number of moves to `node`; kNone: no way. Data and dates apart.
absl::StatusOr<std::vector<uint32_t>> HopsTo(const PathScope& scope, uint32_t node,
                                             const PathCheck& check);

// By node: the least number of moves to the end, one of which has a verdict that counts; kNone: no way. `counts` by Badness.
absl::StatusOr<std::vector<uint32_t>> HopsOver(const PathScope& scope,
                                               const std::vector<bool>& counts,
                                               const PathCheck& check);

}  // namespace onward::reach
