// Backwards from dependent flows to origins, and forwards again. Internal to this folder.
#pragma once

#include <functional>
#include <map>
#include <unordered_map>
#include <vector>

#include "graph/query/arrivals.h"
#include "graph/reach/impact.h"

namespace onward::reach {

using CategoryWords = std::vector<uint64_t>;
using NeedByClass = std::map<uint32_t, CategoryWords>;

class ImpactWalk {
 public:
  // All must outlive it. `flows` in order of id.
  ImpactWalk(const DayGraph& graph, const std::vector<DependentFlow>& flows,
             const std::function<absl::Status()>& check)
      : graph_(graph), flows_(flows), check_(check) {}

  // Once, first.
  absl::Status Back();

  // By party number: what of its own data a dependent flow carries.
  const std::map<uint32_t, CategoryWords>& origins() const { return origins_; }
  // What no origin is known of, and whether there is such a flow.
  const CategoryWords& unknown() const { return unknown_; }
  bool has_unknown() const { return !unknown_flows_.empty() || !unknown_edges_.empty(); }

  // Indices of the flows that carry data of an origin, or data without a known one; ascending.
  absl::StatusOr<std::vector<size_t>> FlowsOf(uint32_t origin);
  absl::StatusOr<std::vector<size_t>> FlowsWithoutOrigin();

 private:
  using Seeds = std::map<uint32_t, CategoryWords>;

  void Start(size_t index);
  void MeetEdge(uint32_t edge, const NeedByClass& need);
  void MeetUnexplained(uint32_t edge, const NeedByClass& need);
  void MeetVertex(uint32_t vertex);
  void LinkEdges();
  // Along edges that lead to dependent flows, from what is at vertices and what edges carry by themselves.
  absl::StatusOr<std::vector<size_t>> Forth(uint32_t origin_class, const Seeds& vertices,
                                            const Seeds& edges);
  NeedByClass Through(uint32_t edge, const NeedByClass& need) const;
  bool IsLimited(uint32_t edge) const {
    return !graph_.judged().arrivals().LimitsOf(graph_.FlowOf(edge)).empty();
  }

  const DayGraph& graph_;
  const std::vector<DependentFlow>& flows_;
  const std::function<absl::Status()>& check_;

  // By vertex: what of the data there some dependent flow carries.
  std::unordered_map<uint32_t, NeedByClass> need_;
  std::vector<uint32_t> open_;
  // Indices by edge.
  std::unordered_map<uint32_t, size_t> index_of_;
  // By vertex: edges to vertices that are needed, and dependent ones.
  std::unordered_map<uint32_t, std::vector<uint32_t>> edges_;
  std::map<uint32_t, CategoryWords> origins_;
  CategoryWords unknown_;
  // Indices of flows that carry nothing that is recorded; edges with data of no known origin, by class.
  std::vector<size_t> unknown_flows_;
  std::map<uint32_t, Seeds> unknown_edges_;
};

}  // namespace onward::reach
