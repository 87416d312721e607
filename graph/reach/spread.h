// One word of categories spread along the edges of a day, to the fixed point. Internal to this folder.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "graph/reach/day_graph.h"

namespace onward::reach {

// Asked now and then whether to stop: not OK ends the work with it. Empty: never.
using StopCheck = std::function<absl::Status()>;
// Edges that are followed between two checks, at most.
inline constexpr uint32_t kEdgesPerCheck = 16'384;

// Scratch space for one graph: 33 bytes per vertex and 4 per vertex that is reached. Used again and again: Clear() costs what
// was reached, not the graph. Not thread-safe. The graph must outlive it.
//
// No recursion; ends on circles, for labels only grow. Vertices that can grow no more go first, then those with the most new
// categories, so that an edge is seldom followed twice.
class Spread {
 public:
  explicit Spread(const DayGraph& graph);

  // Forgets everything.
  void Clear();
  // Data that are at a vertex from the start.
  void Seed(uint32_t vertex, uint64_t bits);
  // The edge carries some data that its exporter does not have; 0: none.
  void Meet(uint32_t edge, uint64_t bits);
  // Follows data of a class, its word number `word` of the categories. `all`: what there is of it at most.
  absl::Status Run(uint32_t origin_class, uint32_t word, uint64_t all, const StopCheck& check);

  // Vertices with a label, each once.
  const std::vector<uint32_t>& reached() const { return reached_; }
  const uint64_t& LabelOf(uint32_t vertex) const { return nodes_[vertex].label; }
  // The worst verdict among the edges into the vertex that carry something.
  verdict::Verdict WorstInto(uint32_t vertex) const {
    return kByBadness[worst_[vertex] & kBadness];
  }
  // Edges that were followed, those that were followed again included.
  uint64_t followed() const { return followed_; }

 private:
  // Half a cache line: what a step along an edge reads and writes of its end.
  struct alignas(32) Node {
    uint64_t label = 0;
    // Part of the label that was not handed on yet.
    uint64_t delta = 0;
    // What the label can become at most.
    uint64_t bound = 0;
    // 1 + the queue that it waits in; 0: none.
    uint32_t waits = 0;
  };
  static constexpr uint8_t kBadness = 7;
  // In worst_: the label can grow no more.
  static constexpr uint8_t kFull = 8;
  static constexpr size_t kQueues = 8;
  static const std::array<verdict::Verdict, 8> kByBadness;

  void Grow(uint32_t vertex, uint64_t fresh);
  template <bool kLimits>
  void Follow(uint32_t begin, uint32_t end, uint64_t delta);
  // False: nobody waits.
  bool Next(uint32_t& vertex);

  const DayGraph& graph_;
  std::vector<Node> nodes_;
  std::vector<uint8_t> worst_;
  std::vector<uint32_t> reached_;
  // The last one first.
  std::array<std::vector<uint32_t>, kQueues> queues_;
  uint32_t origin_class_ = 0;
  uint32_t word_ = 0;
  uint64_t all_ = 0;
  uint64_t followed_ = 0;
};

}  // namespace onward::reach
