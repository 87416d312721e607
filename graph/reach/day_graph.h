// The flows that move data on one day as a compact graph: what every search along paths runs on.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/query/judgements.h"

namespace onward::reach {

class DayGraph;
using DayGraphPtr = std::shared_ptr<const DayGraph>;

// A set of categories in 64-bit words, as many as DayGraph::words(). Bit numbers are those of query::CategoryBits: bit 0 is
// unspecified data; a category has the bits of everything below it, so that the meet of two sets is the AND of their words.
using Words = std::span<const uint64_t>;

// Immutable; safe to share between threads. Memory: about 26 bytes per edge; flows that carry the same set share it.
//
// A vertex is a party on the day: vertices 0 to parties() - 1 are the snapshot's party numbers. An edge is a flow in effect that
// brings data of its exporter to its importer; flows that collect directly from data subjects bring nothing from the exporter
// and are no edges. Where the importer of a flow that ended still holds the copy, what that copy holds came along flows that
// may have ended too. So there is a second vertex for each party, parties() + its number: the party in the past. Edges between
// past vertices are the flows that ever began (those only from which some held copy can be reached), and a held copy is an
// edge from the past vertex of its exporter to the present vertex of its importer. Nothing leads from the present to the past.
// Data of an origin start at both of its vertices. Without held copies there are no past vertices.
//
// Edges are numbered 0 to edges() - 1 by the vertex that they leave, then by flow id.
class DayGraph {
 public:
  enum class Kind : uint8_t { kActive, kHeld, kPast };

  // What a step along an edge reads.
  struct Step {
    static constexpr uint32_t kBadnessBits = 3;

    uint32_t to = 0;
    // The number of the set that is the edge's mask, and verdict::Badness in the lowest bits.
    uint32_t packed = 0;

    uint8_t badness() const { return packed & ((1U << kBadnessBits) - 1); }
    uint32_t mask() const { return packed >> kBadnessBits; }
  };

  // Made once per judgements, then shared. The pointer keeps the judgements too.
  static DayGraphPtr Of(const query::JudgementsPtr& judged);
  // The same; `check` is asked every few thousand flows, also while somebody else makes it, and its error ends the work.
  static absl::StatusOr<DayGraphPtr> Of(const query::JudgementsPtr& judged,
                                        const std::function<absl::Status()>& check);

  DayGraph(const DayGraph&) = delete;
  DayGraph& operator=(const DayGraph&) = delete;
  DayGraph(DayGraph&&) = delete;
  DayGraph& operator=(DayGraph&&) = delete;
  ~DayGraph() = default;

  const query::Judgements& judged() const { return *judged_; }
  const Snapshot& snapshot() const { return judged_->snapshot(); }

  uint32_t parties() const { return parties_; }
  // parties(), or twice that.
  uint32_t vertices() const { return static_cast<uint32_t>(out_begin_.size()) - 1; }
  uint32_t PartyOf(uint32_t vertex) const { return vertex < parties_ ? vertex : vertex - parties_; }
  bool IsPast(uint32_t vertex) const { return vertex >= parties_; }
  uint32_t edges() const { return static_cast<uint32_t>(steps_.size()); }
  // Words of a set of categories, at least 1.
  uint32_t words() const { return words_; }

  // The edges out of a vertex are the numbers from OutBegin(vertex) until OutBegin(vertex + 1).
  uint32_t OutBegin(uint32_t vertex) const { return out_begin_[vertex]; }
  // Edges into a vertex, ascending.
  std::span<const uint32_t> In(uint32_t vertex) const {
    return {in_.data() + in_begin_[vertex], in_begin_[vertex + 1] - in_begin_[vertex]};
  }
  // Vertices.
  uint32_t From(uint32_t edge) const { return from_[edge]; }
  uint32_t To(uint32_t edge) const { return steps_[edge].to; }
  // Number of the flow in the snapshot.
  uint32_t FlowOf(uint32_t edge) const { return flow_[edge]; }
  Kind KindOf(uint32_t edge) const { return static_cast<Kind>(kind_[edge]); }
  bool Held(uint32_t edge) const { return KindOf(edge) == Kind::kHeld; }
  // The edge of a flow in effect or of a held copy, from its exporter's (past) vertex; edges(): it is none.
  uint32_t EdgeOf(uint32_t flow) const { return edge_of_[flow]; }
  // The worst verdict of the flow's destinations on the day; kUnspecified of held copies and in the past.
  verdict::Verdict VerdictOf(uint32_t edge) const {
    return static_cast<verdict::Verdict>(verdict_[edge]);
  }
  // verdict::Badness of it.
  uint8_t BadnessOf(uint32_t edge) const { return steps_[edge].badness(); }
  // The most that the edge lets through.
  Words Mask(uint32_t edge) const {
    return {masks_.data() + size_t{steps_[edge].mask()} * words_, words_};
  }

  // For searches that follow many edges: by edge; by vertex, where its edges begin; by number of a set, its words.
  const std::vector<Step>& steps() const { return steps_; }
  const std::vector<uint32_t>& out_begin() const { return out_begin_; }
  const std::vector<uint64_t>& masks() const { return masks_; }

  // All that edges into the vertex let through.
  Words InMask(uint32_t vertex) const {
    return {in_masks_.data() + size_t{vertex} * words_, words_};
  }

  // Origins that no flow is limited to (on_behalf_of) share class 0; each other one has a class of its own.
  uint32_t ClassOf(uint32_t party) const { return classes_[party]; }
  // Whether data of that class may take the edge.
  bool Allows(uint32_t edge, uint32_t origin_class) const {
    return limits_.empty() || limits_[edge] == 0 || IsLimitedTo(edge, origin_class);
  }
  // Whether some flow is limited to origins.
  bool HasLimits() const { return !limits_.empty(); }
  // What the party of a vertex holds as an origin; zero words where it is none.
  Words Holding(uint32_t vertex) const {
    return {holdings_.data() + size_t{vertex} * words_, words_};
  }
  // What the edge carries though nothing shows where its exporter has it from: data of the origins that the flow is limited to,
  // else of the exporter. Zero words of most edges.
  Words Unexplained(uint32_t edge) const;
  // Edges with unexplained data that count as data of that party, ascending.
  std::span<const uint32_t> UnexplainedOf(uint32_t party) const;
  // Parties whose data move: those that hold some as an origin, and those that unexplained data count for. In order of id.
  const std::vector<uint32_t>& origins() const { return origins_; }
  // Place of a party in the order of ids.
  uint32_t RankOf(uint32_t party) const { return ranks_[party]; }

 private:
  friend class DayGraphBuilder;
  DayGraph() = default;

  bool IsLimitedTo(uint32_t edge, uint32_t origin_class) const;

  const query::Judgements* judged_ = nullptr;
  uint32_t parties_ = 0;
  uint32_t words_ = 1;
  std::vector<uint32_t> out_begin_;
  std::vector<uint32_t> in_begin_;
  std::vector<uint32_t> in_;
  std::vector<uint32_t> from_;
  std::vector<Step> steps_;
  std::vector<uint32_t> flow_;
  std::vector<uint32_t> edge_of_;
  std::vector<uint8_t> kind_;
  std::vector<uint8_t> verdict_;
  // Sets that some edge lets through, each once.
  std::vector<uint64_t> masks_;
  std::vector<uint64_t> in_masks_;
  std::vector<uint32_t> classes_;
  std::vector<uint64_t> holdings_;
  // By edge: 0, or 1 + the number of its list of classes; empty where no flow is limited.
  std::vector<uint32_t> limits_;
  std::vector<std::vector<uint32_t>> limit_lists_;
  // Edges with unexplained data, ascending, their words, and zero words for all others.
  std::vector<uint32_t> unexplained_edges_;
  std::vector<uint64_t> unexplained_;
  std::vector<uint64_t> none_;
  // By party: where its part of unexplained_of_ begins.
  std::vector<uint32_t> unexplained_begin_;
  std::vector<uint32_t> unexplained_of_;
  std::vector<uint32_t> origins_;
  std::vector<uint32_t> ranks_;
};

}  // namespace onward::reach
