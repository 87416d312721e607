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
// Edges that are followed and vertices that are taken up between two checks, at most.
inline constexpr uint32_t kEdgesPerCheck = 4'096;

// Scratch space for one graph: 33 bytes per vertex, 4 to 8 per vertex that is reached, 4 per vertex that waits. Used again and
// again: Clear() costs what was reached, or a byte per vertex where that is less. Not thread-safe. The graph must outlive it.
//
// No recursion; ends on circles, for labels only grow. What has all of the data goes first, then vertices that can grow no
// more, then those that lack the fewest categories, so that an edge is seldom followed twice. A vertex that has all of the
// data needs one byte alone: where most do, this is a breadth-first search.
class Spread {
 public:
  explicit Spread(const DayGraph& graph);

  // Forgets everything.
  void Clear();
  // Data that are at a vertex from the start.
  void Seed(uint32_t vertex, uint64_t bits);
  // The edge carries some data that its exporter does not have; 0: none. Of vertices with a seed.
  void Meet(uint32_t edge, uint64_t bits);
  // Follows data of a class, its word number `word` of the categories. `all`: what was seeded. Once after Clear().
  absl::Status Run(uint32_t origin_class, uint32_t word, uint64_t all, const StopCheck& check);

  // Vertices with a label, each once.
  const std::vector<uint32_t>& reached() const { return reached_; }
  // Until the next Clear().
  const uint64_t& LabelOf(uint32_t vertex) const {
    const uint8_t mark = marks_[vertex];
    return (mark & kHasAll) != 0 ? all_ : (mark & kReached) != 0 ? nodes_[vertex].label : kNothing;
  }
  // The worst verdict among the edges into the vertex that carry something.
  verdict::Verdict WorstInto(uint32_t vertex) const {
    return kByBadness[marks_[vertex] & kBadness];
  }
  // Edges that were followed, those that were followed again included.
  uint64_t followed() const { return followed_; }
  // What it holds on to.
  size_t bytes() const;

 private:
  // Half a cache line. Of a vertex that was reached and does not have all of the data; else it means nothing but `in`.
  struct alignas(32) Node {
    uint64_t label = 0;
    // Part of the label that was not handed on yet.
    uint64_t delta = 0;
    // What edges into it let through at most.
    uint64_t in = 0;
    // 1 + the queue that it waits in; 0: none.
    uint32_t waits = 0;
  };
  // First in, first out.
  struct Queue {
    std::vector<uint32_t> vertices;
    size_t next = 0;
  };

  // A vertex in a byte: the worst verdict into it, and marks so that what is nothing new is less than or equal to it.
  static constexpr uint8_t kBadness = 7;
  static constexpr uint8_t kReached = 8;
  // The label can grow no more.
  static constexpr uint8_t kFull = 16;
  static constexpr uint8_t kHasAll = 32;
  static constexpr size_t kQueues = 8;
  static constexpr uint64_t kNothing = 0;
  // Edges whose ends are fetched at a time.
  static constexpr uint32_t kAtATime = 64;
  static const std::array<verdict::Verdict, 8> kByBadness;

  void Enter(uint32_t vertex);
  void ReadIn(uint32_t vertex);
  void GiveAll(uint32_t vertex);
  void Grow(uint32_t vertex, uint64_t through);
  void Wait(uint32_t vertex);
  template <bool WithLimits>
  void Follow(uint32_t begin, uint32_t end, uint64_t delta);
  absl::Status Count(uint32_t steps, const StopCheck& check);
  absl::Status HandOn(uint32_t vertex, uint64_t delta, const StopCheck& check);
  absl::Status HandOnAll(const StopCheck& check);
  // False: nobody waits.
  bool Next(uint32_t& vertex);
  void FetchAfter(const Queue& queue);

  const DayGraph& graph_;
  std::vector<Node> nodes_;
  std::vector<uint8_t> marks_;
  std::vector<uint32_t> reached_;
  // Vertices that have all of the data, in the order in which they got it; the first ones have handed it on.
  Queue have_all_;
  std::array<Queue, kQueues> queues_;
  uint32_t origin_class_ = 0;
  uint32_t word_ = 0;
  uint64_t all_ = 0;
  uint64_t followed_ = 0;
  uint32_t unchecked_ = 0;
};

}  // namespace onward::reach
