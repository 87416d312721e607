// A graph of flows in rows, a plain breadth-first search on it, and the naive fixpoint of what reaches whom:
// what the engine is compared with.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/bench/generator/compact.h"

namespace onward::bench {

// Row v: targets[begin[v]] to targets[begin[v + 1]], in order of target.
struct Csr {
  std::vector<uint32_t> begin;
  std::vector<uint32_t> targets;
  // By edge: which categories it carries at all, ALL_RECEIVED and flows that state none as all bits.
  std::vector<uint64_t> masks;

  uint32_t parties() const { return static_cast<uint32_t>(begin.size()) - 1; }
};

Csr MakeCsr(const CompactGraph& graph);

// What a party holds to begin with: the categories of its flows; all where one of them states none or each
// hands on what it received.
uint64_t OriginMask(const CompactGraph& graph, uint32_t party);

// A plain search. Resets what it touched, so that a small reach does not pay for a large graph.
class Bfs {
 public:
  // `csr` must outlive it.
  explicit Bfs(const Csr& csr) : csr_(csr), seen_(csr.parties()) {}

  // Returns the edges scanned: those out of reached parties.
  uint64_t Run(uint32_t origin);
  // Parties reached, the origin first, nearest first.
  const std::vector<uint32_t>& order() const { return order_; }
  // Hops to the farthest of the last run.
  uint32_t Depth() const { return depth_; }

 private:
  const Csr& csr_;
  std::vector<uint8_t> seen_;
  std::vector<uint32_t> order_;
  uint32_t depth_ = 0;
};

// Labels by a queue in order of arrival: a party whose label grew is scanned again, all of its edges.
class NaiveFixpoint {
 public:
  explicit NaiveFixpoint(const Csr& csr)
      : csr_(csr), labels_(csr.parties()), queued_(csr.parties()) {}

  // Returns the edges scanned, each as often as it was.
  uint64_t Run(uint32_t origin, uint64_t categories);
  // By party: what reached it; the origin holds what it began with.
  const std::vector<uint64_t>& labels() const { return labels_; }
  // Parties with a label.
  const std::vector<uint32_t>& touched() const { return touched_; }

 private:
  const Csr& csr_;
  std::vector<uint64_t> labels_;
  std::vector<uint8_t> queued_;
  std::vector<uint32_t> touched_;
  std::vector<uint32_t> queue_;
};

// Parties of the largest strong component. No recursion.
uint32_t LargestComponent(const Csr& csr);

}  // namespace onward::bench
