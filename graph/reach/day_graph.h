// The flows that move data on one day as a compact graph: what every search along paths runs on.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "graph/query/judgements.h"

namespace onward::reach {

class DayGraph;
using DayGraphPtr = std::shared_ptr<const DayGraph>;

// A set of categories in 64-bit words, as many as DayGraph::words(). Bit numbers are those of query::CategoryBits: bit 0 is
// unspecified data; a category has the bits of everything below it, so that the meet of two sets is the AND of their words.
using Words = std::span<const uint64_t>;

// Immutable; safe to share between threads. Holds the judgements that it was made from. Memory: a few dozen bytes per flow.
//
// An edge is a flow that brings data of its exporter to its importer on the day, or a copy that the importer still holds
// after the flow ended (`held`). Flows that collect directly from data subjects bring nothing from the exporter and are no edges.
// Edges are numbered 0 to edges() - 1 by exporter, then by flow id; parties have the numbers of the snapshot.
class DayGraph {
 public:
  // Made once per judgements, then shared.
  static DayGraphPtr Of(const query::JudgementsPtr& judged);

  const query::Judgements& judged() const { return *judged_; }
  const Snapshot& snapshot() const { return judged_->snapshot(); }

  uint32_t parties() const { return static_cast<uint32_t>(out_begin_.size()) - 1; }
  uint32_t edges() const { return static_cast<uint32_t>(to_.size()); }
  // Words of a set of categories, at least 1.
  uint32_t words() const { return words_; }

  // The edges out of a party are the numbers from OutBegin(party) until OutBegin(party + 1).
  uint32_t OutBegin(uint32_t party) const { return out_begin_[party]; }
  // Edges into a party, ascending.
  std::span<const uint32_t> In(uint32_t party) const;
  uint32_t From(uint32_t edge) const { return from_[edge]; }
  uint32_t To(uint32_t edge) const { return to_[edge]; }
  // Number of the flow in the snapshot.
  uint32_t FlowOf(uint32_t edge) const { return flow_[edge]; }
  bool Held(uint32_t edge) const { return held_[edge] != 0; }
  // The worst verdict of the flow's destinations on the day; of a held copy NOT_A_TRANSFER's place is taken by kUnspecified.
  verdict::Verdict VerdictOf(uint32_t edge) const {
    return static_cast<verdict::Verdict>(verdict_[edge]);
  }
  // The most that the edge lets through.
  Words Mask(uint32_t edge) const { return {masks_.data() + size_t{edge} * words_, words_}; }

  // Origins that no flow is limited to (on_behalf_of) share class 0; each other one has a class of its own.
  uint32_t ClassOf(uint32_t party) const { return classes_[party]; }
  // Whether data of that class may take the edge.
  bool Allows(uint32_t edge, uint32_t origin_class) const;
  // What a party holds as an origin; empty words where it is none.
  Words Holding(uint32_t party) const {
    return {holdings_.data() + size_t{party} * words_, words_};
  }
  // What the edge carries though nothing shows where its exporter has it from: data of the origins that the flow is limited to,
  // else of the exporter.
  Words Unexplained(uint32_t edge) const {
    return {unexplained_.data() + size_t{edge} * words_, words_};
  }
  // What the edge carries, of data of all origins of a class together (query::Arrivals).
  const query::Load& CarriedBy(uint32_t edge) const;

 private:
  explicit DayGraph(query::JudgementsPtr judged);

  query::JudgementsPtr judged_;
  uint32_t words_ = 1;
  std::vector<uint32_t> out_begin_;
  std::vector<uint32_t> in_begin_;
  std::vector<uint32_t> in_;
  std::vector<uint32_t> from_;
  std::vector<uint32_t> to_;
  std::vector<uint32_t> flow_;
  std::vector<uint8_t> held_;
  std::vector<uint8_t> verdict_;
  std::vector<uint64_t> masks_;
  std::vector<uint32_t> classes_;
  std::vector<uint64_t> holdings_;
  std::vector<uint64_t> unexplained_;
};

}  // namespace onward::reach
