// The parts of the search for chokepoints. Internal to this folder.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "graph/reach/day_graph.h"

namespace onward::reach {

// Counts steps, and asks now and then whether to stop.
class StepCounter {
 public:
  StepCounter(uint64_t steps_max, const std::function<absl::Status()>& check)
      : steps_max_(steps_max), check_(check) {}

  // Not OK: the work ends. RESOURCE_EXHAUSTED: more than steps_max.
  absl::Status Take(uint64_t steps);

 private:
  static constexpr uint64_t kStepsPerCheck = 16'384;

  uint64_t steps_max_;
  const std::function<absl::Status()>& check_;
  uint64_t taken_ = 0;
  uint64_t next_check_ = 0;
};

// Categories that the same edges let through and the same parties hold need one search only.
struct BitGroups {
  // Made once per judgements, then shared.
  static std::shared_ptr<const BitGroups> Of(const DayGraph& graph);

  // By group: its first bit and the words of all its bits.
  std::vector<uint32_t> first;
  std::vector<std::vector<uint64_t>> words;
};

inline bool HasBit(Words words, uint32_t bit) { return (words[bit / 64] >> (bit % 64) & 1) != 0; }

// The ways that one group of categories of one origin class may take, and where its data start.
//
// Its nodes are the vertices of the day graph, and further ones for vertices where data start on some
// edges only (unexplained data): node vertices() + i for the i-th of `partial`. Such a node has those edges
// only. Node root() leads to all places where data start.
class Channel {
 public:
  // Parties whose data are followed, all of `origin_class`.
  Channel(const DayGraph& graph, uint32_t origin_class, uint32_t bit,
          const std::vector<uint32_t>& parties);

  bool empty() const { return starts_.empty() && partial_.empty(); }
  uint32_t nodes() const { return root() + 1; }
  uint32_t root() const { return graph_.vertices() + static_cast<uint32_t>(partial_.size()); }
  uint32_t PartyOf(uint32_t node) const;
  bool Passes(uint32_t edge) const {
    return graph_.Allows(edge, origin_class_) && HasBit(graph_.Mask(edge), bit_);
  }
  // The node that data on the edge of a reached node leave from: where data start on that very edge, that
  // place. nullopt: none of those that `reached` names.
  template <class Reached>
  std::optional<uint32_t> NodeBefore(uint32_t edge, const Reached& reached) const {
    const uint32_t partial = PartialOf(edge);
    if (partial != kNone) {
      return partial;
    }
    const uint32_t from = graph_.From(edge);
    return reached(from) && Passes(edge) ? std::optional(from) : std::nullopt;
  }

  // The `step`-th successor of a node, counted over all of its edges; kNone: the edge lets nothing through.
  static constexpr uint32_t kNone = UINT32_MAX;
  uint32_t Degree(uint32_t node) const;
  uint32_t Next(uint32_t node, uint32_t step) const;
  // The edge of that step; kNone from the root.
  uint32_t EdgeAt(uint32_t node, uint32_t step) const;
  // Calls `take(node)` for every node with an edge to this one, reached or not, the root included.
  template <class Take>
  void ForEachBefore(uint32_t node, const Take& take) const {
    if (node >= graph_.vertices()) {
      take(root());
      return;
    }
    if (IsStart(node)) {
      take(root());
    }
    for (const uint32_t edge : graph_.In(node)) {
      if (const uint32_t partial = PartialOf(edge); partial != kNone) {
        take(partial);
      }
      if (Passes(edge)) {
        take(graph_.From(edge));
      }
    }
  }

 private:
  bool IsStart(uint32_t vertex) const;
  // The node where data of the edge start, or kNone.
  uint32_t PartialOf(uint32_t edge) const;

  const DayGraph& graph_;
  uint32_t origin_class_;
  uint32_t bit_;
  // Vertices whose party holds the data; ascending.
  std::vector<uint32_t> starts_;
  // Edges on which unexplained data start though their vertex holds none, ascending; and their vertices.
  std::vector<uint32_t> start_edges_;
  std::vector<uint32_t> partial_;
  // By partial node: where its edges begin.
  std::vector<uint32_t> partial_begin_;
};

// The channels of the data that are followed: of one party or of all origins.
class Channels {
 public:
  Channels(const DayGraph& graph, std::optional<uint32_t> origin);

  struct Item {
    // Of the origin class among those that are followed, and of the group of categories.
    uint32_t at = 0;
    uint32_t group = 0;
  };
  const std::vector<Item>& items() const { return items_; }
  const std::vector<uint64_t>& WordsOf(const Item& item) const {
    return groups_->words[item.group];
  }
  Channel Make(const Item& item) const;

 private:
  const DayGraph& graph_;
  std::shared_ptr<const BitGroups> groups_;
  // By origin class, ascending: its parties.
  std::vector<std::pair<uint32_t, std::vector<uint32_t>>> classes_;
  std::vector<Item> items_;
};

// Which nodes of a channel are reached from its root, and which of them lie behind which. Arrays are kept
// from one channel to the next. The dominator tree of Lengauer and Tarjan, without recursion.
class Dominators {
 public:
  // Errors of `steps`.
  absl::Status Find(const Channel& channel, StepCounter& steps);

  bool Reaches(uint32_t node) const { return order_[node] != kUnseen; }
  // Reached nodes, in the order in which they were found; the root first.
  const std::vector<uint32_t>& reached() const { return nodes_; }
  // The last of the nodes that all ways to this reached one take; not for the root.
  uint32_t Above(uint32_t node) const { return nodes_[idom_[order_[node]]]; }
  // Whether all ways to reached node `below` take reached node `above`, or they are one.
  bool IsAbove(uint32_t above, uint32_t below) const {
    const uint32_t at = enter_[order_[below]];
    const uint32_t from = enter_[order_[above]];
    return from <= at && at < from + size_[order_[above]];
  }

 private:
  static constexpr uint32_t kUnseen = UINT32_MAX;

  void Reset(uint32_t nodes);
  absl::Status Walk(const Channel& channel, StepCounter& steps);
  absl::Status Climb(const Channel& channel, StepCounter& steps);
  void Empty(uint32_t parent);
  uint32_t Lowest(uint32_t at);
  void Nest();

  // By node: its number in the order of the walk.
  std::vector<uint32_t> order_;
  // All further ones by number.
  std::vector<uint32_t> nodes_;
  std::vector<uint32_t> parent_;
  std::vector<uint32_t> semi_;
  std::vector<uint32_t> idom_;
  std::vector<uint32_t> forest_;
  std::vector<uint32_t> label_;
  // Lists of nodes by their semidominator.
  std::vector<uint32_t> bucket_;
  std::vector<uint32_t> bucket_next_;
  std::vector<uint32_t> enter_;
  std::vector<uint32_t> size_;
  std::vector<uint32_t> path_;
};

}  // namespace onward::reach
