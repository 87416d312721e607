#include "graph/reach/paths.h"

#include "graph/base/status_macros.h"
#include "graph/reach/paths_search.h"

namespace onward::reach {

absl::StatusOr<PathsEnd> FindPaths(const DayGraph& graph, const PathsQuestion& question,
                                   const PathsBounds& bounds,
                                   const std::optional<PathsPosition>& start,
                                   const std::function<absl::Status()>& check,
                                   const std::function<absl::Status(const CarryingPath&)>& take) {
  PathScope scope(graph, question);
  ONWARD_ASSIGN_OR_RETURN(const bool fits, scope.Build(bounds.memory_bytes, check));
  if (!fits) {
    PathsEnd end;
    end.limit = PathsLimit::kMemory;
    end.longer_paths = true;
    return end;
  }
  return PathSearch(scope, question, bounds, check, take).Run(start);
}

}  // namespace onward::reach
