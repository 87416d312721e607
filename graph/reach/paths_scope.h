// The part of the graph of a day that paths of one question can use, and how far the end is from each party. Internal to this
// folder.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <vector>

#include "graph/query/arrivals.h"
#include "graph/reach/paths.h"
#include "graph/reach/paths_target.h"

namespace onward::reach {

using PathCheck = std::function<absl::Status()>;

// What is carried, by origin class.
using ClassLoads = std::map<uint32_t, std::vector<uint64_t>>;

// Parties that paths can lead through are nodes, numbered from 0, the party that paths start at. A node has one or two slots:
// the party now and, where copies are held, the party in the past (DayGraph). A flow out of a node is a move, which has up to two
// of the graph's edges.
class PathScope {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;
  // What a move does to data: of the party now, to the copy that is held, in the past; and whether a path may end with it.
  enum MoveFlag : uint8_t { kActive = 1, kHeld = 2, kPast = 4, kEnds = 8 };

  PathScope(const DayGraph& graph, const PathsQuestion& question);

  // False: more memory than `memory_max` would be needed.
  absl::StatusOr<bool> Build(size_t memory_max, const PathCheck& check);

  const DayGraph& graph() const { return graph_; }
  const PathTarget& target() const { return target_; }
  uint32_t words() const { return words_; }
  uint32_t layers() const { return layers_; }
  uint32_t nodes() const { return static_cast<uint32_t>(parties_.size()); }
  // kNone: paths cannot come here.
  uint32_t NodeOf(uint32_t party) const { return node_of_[party]; }
  uint32_t SlotOf(uint32_t vertex) const;

  // The moves out of a node, in order of flow id, are the numbers from MoveBegin(node) until MoveBegin(node + 1). All of them
  // can be on some walk to the end that carries something.
  uint32_t MoveBegin(uint32_t node) const { return move_begin_[node]; }
  uint32_t moves() const { return static_cast<uint32_t>(move_edge_.size()); }
  // One of its edges; all have the same flow, mask and limits.
  uint32_t EdgeOf(uint32_t move) const { return move_edge_[move]; }
  uint8_t FlagsOf(uint32_t move) const { return move_flags_[move]; }
  bool Ends(uint32_t move) const { return (move_flags_[move] & kEnds) != 0; }
  uint32_t ToNode(uint32_t move) const {
    return node_of_[graph_.PartyOf(graph_.To(move_edge_[move]))];
  }
  // As on the day, also of moves in the past.
  verdict::Verdict VerdictOf(uint32_t move) const {
    return graph_.judged().VerdictOf(graph_.FlowOf(move_edge_[move]));
  }

  // The least number of further moves that lead to the end, or kNone.
  uint32_t LeastOf(uint32_t node) const;
  // Whether some of `label` at the slot may come to the end within `hops` moves; parties may be met twice.
  bool MayEnd(uint32_t slot, const uint64_t* label, uint32_t hops) const;
  // Whether something is in `label` that was asked about.
  bool IsWanted(const uint64_t* label) const;
  // Narrows a label, whatever its classes, to what the edge lets through. False: nothing.
  bool Narrow(uint32_t edge, uint64_t* label) const;

  // What a first move carries: `past` in the past, else to the party now.
  ClassLoads FirstLoads(uint32_t move, bool past) const;
  size_t bytes() const;

 private:
  struct Reached {
    uint32_t level = 0;
    // Index of the one before, or kNone.
    uint32_t before = kNone;
  };

  bool IsBarred(uint32_t edge) const;
  bool AllowsAny(uint32_t edge) const;
  uint32_t Enter(uint32_t party);
  ClassLoads CarriedNow(uint32_t edge) const;
  void TakeFirst(uint32_t edge, std::set<uint32_t>& classes);
  absl::Status FindClasses(const PathCheck& check);
  void LoadPast();
  absl::Status Forward(const PathCheck& check);
  absl::Status Backward(const PathCheck& check);
  void SeedEnd(uint32_t edge);
  absl::Status SeedEnds(const PathCheck& check);
  void Offer(uint32_t slot, const uint64_t* bits);
  void CloseLevel(uint32_t level);
  absl::Status AddMoves(const PathCheck& check);
  void AddMovesOf(uint32_t node);
  bool IsAlive(uint32_t edge) const;
  bool FitsIn(size_t memory_max) const { return bytes() <= memory_max; }
  const uint64_t* BitsOf(uint32_t slot) const {
    return &reached_words_[size_t{head_[slot]} * words_];
  }

  const DayGraph& graph_;
  const PathsQuestion& question_;
  const PathTarget target_;
  const uint32_t words_;
  const uint32_t layers_;
  int badness_max_ = 0;
  std::vector<uint64_t> wanted_;
  std::vector<uint8_t> barred_;
  // Classes of what paths start with, ascending.
  std::vector<uint32_t> classes_;
  // What the first party held or received in the past, and its edges there by flow.
  ClassLoads past_loads_;
  std::map<uint32_t, uint32_t> past_edges_;

  std::vector<uint32_t> node_of_;
  std::vector<uint32_t> parties_;
  // By slot: what can come there at most.
  std::vector<uint64_t> reach_;
  // By edge: whether a path may end with it; only edges that something can come along.
  std::vector<bool> ends_;
  // By slot: the last of its entries, and the level of its first.
  std::vector<uint32_t> head_;
  std::vector<uint32_t> least_;
  std::vector<Reached> reached_;
  std::vector<uint64_t> reached_words_;
  // Of the level that is being made.
  std::vector<uint64_t> pending_;
  std::vector<uint32_t> open_;
  std::vector<uint32_t> next_;

  std::vector<uint32_t> move_begin_;
  std::vector<uint32_t> move_edge_;
  std::vector<uint8_t> move_flags_;
};

// What data are at a vertex, by origin class: what its party holds and what came along edges.
ClassLoads LoadsAt(const DayGraph& graph, uint32_t vertex);

}  // namespace onward::reach
