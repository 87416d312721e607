// The edges of a day's graph that data take, found in the simplest way: for tests.
#pragma once

#include <cstdint>
#include <optional>
#include <set>

#include "graph/reach/day_graph.h"

namespace onward::reach {

// What data take, with and without a party: found edge by edge, category by category, without any of the
// searches that it is compared with.
class Removal {
 public:
  // Data of one origin, or of all.
  Removal(const DayGraph& graph, std::optional<uint32_t> origin) : graph_(graph), origin_(origin) {}

  // Edges that data take.
  std::set<uint32_t> Taken(std::optional<uint32_t> without) const {
    std::set<uint32_t> all;
    std::set<uint32_t> classes;
    for (uint32_t party = 0; party < graph_.parties(); ++party) {
      classes.insert(graph_.ClassOf(party));
    }
    const size_t bits = graph_.judged().arrivals().category_bits().None().size();
    for (const uint32_t origin_class : classes) {
      for (uint32_t bit = 0; bit < bits; ++bit) {
        Spread(origin_class, bit, without, all);
      }
    }
    return all;
  }

 private:
  static bool Has(Words words, uint32_t bit) { return (words[bit / 64] >> (bit % 64) & 1) != 0; }

  bool IsAsked(uint32_t party, uint32_t origin_class) const {
    return graph_.ClassOf(party) == origin_class && (!origin_.has_value() || origin_ == party);
  }

  void Spread(uint32_t origin_class, uint32_t bit, std::optional<uint32_t> without,
              std::set<uint32_t>& all) const {
    std::set<uint32_t> at;
    std::set<uint32_t> taken;
    for (uint32_t vertex = 0; vertex < graph_.vertices(); ++vertex) {
      if (IsAsked(graph_.PartyOf(vertex), origin_class) && Has(graph_.Holding(vertex), bit)) {
        at.insert(vertex);
      }
    }
    for (uint32_t party = 0; party < graph_.parties(); ++party) {
      for (const uint32_t edge : graph_.UnexplainedOf(party)) {
        if (IsAsked(party, origin_class) && Has(graph_.Unexplained(edge), bit)) {
          taken.insert(edge);
        }
      }
    }
    for (size_t before = SIZE_MAX; before != at.size() + taken.size();) {
      before = at.size() + taken.size();
      for (uint32_t edge = 0; edge < graph_.edges(); ++edge) {
        const bool goes = taken.count(edge) > 0 ||
                          (at.count(graph_.From(edge)) > 0 && graph_.Allows(edge, origin_class) &&
                           Has(graph_.Mask(edge), bit));
        if (goes && graph_.PartyOf(graph_.From(edge)) != without) {
          taken.insert(edge);
          if (graph_.PartyOf(graph_.To(edge)) != without) {
            at.insert(graph_.To(edge));
          }
        }
      }
    }
    for (const uint32_t edge : taken) {
      if (graph_.PartyOf(graph_.From(edge)) != without) {
        all.insert(edge);
      }
    }
  }

  const DayGraph& graph_;
  const std::optional<uint32_t> origin_;
};

}  // namespace onward::reach
