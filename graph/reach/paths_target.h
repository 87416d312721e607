// Where paths end. Internal to this folder.
#pragma once

#include <string>

#include "graph/reach/paths.h"

namespace onward::reach {

class PathTarget {
 public:
  // Both must outlive it.
  PathTarget(const DayGraph& graph, const PathsQuestion& question)
      : graph_(graph), question_(question) {}

  // Whether a path may end with the edge.
  bool Ends(uint32_t edge) const;
  // The worst destination that was asked about, of an edge that a path may end with; the first of equals.
  std::string DestinationOf(uint32_t edge) const;

 private:
  bool IsAsked(const std::string& code) const;

  const DayGraph& graph_;
  const PathsQuestion& question_;
};

}  // namespace onward::reach
