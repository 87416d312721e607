// A snapshot as a graph of the Boost Graph Library: parties are vertices, flows edges. An algorithm that
// asks for a VertexListGraph and an IncidenceGraph runs on it, without a copy. For .cc files, which include
// what they use of <boost/graph/> before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include <boost/iterator/counting_iterator.hpp>
#include <boost/iterator/transform_iterator.hpp>
#include <boost/property_map/property_map.hpp>

#include "graph/base/stop_look.h"
#include "graph/snapshot.h"

namespace onward {

// Refers to the snapshot. Vertices have its numbers of parties; those that stand for nothing have no edges.
// Edges of a vertex come in order of the flows' ids.
struct FlowGraph {
  const Snapshot* snapshot = nullptr;
  // Every flow leads from its importer to its exporter.
  bool reversed = false;
  // Null: nobody is asked. Where it says to stop, the library's algorithm ends with Stopped.
  StopLook* look = nullptr;

  struct Stopped {};
  struct Edge {
    uint32_t from = 0;
    uint32_t to = 0;
    uint32_t flow = 0;
    friend bool operator==(const Edge&, const Edge&) = default;
  };
  struct MakeEdge {
    const Snapshot* snapshot = nullptr;
    bool reversed = false;
    uint32_t from = 0;

    Edge operator()(uint32_t flow) const {
      return {from, reversed ? snapshot->ExporterOf(flow) : snapshot->ImporterOf(flow), flow};
    }
  };
  using EdgeIterator = boost::transform_iterator<MakeEdge, const uint32_t*, Edge, Edge>;

  std::span<const uint32_t> FlowsOf(uint32_t party) const {
    if (!snapshot->HasParty(party)) {
      return {};
    }
    return reversed ? snapshot->InFlows(party) : snapshot->OutFlows(party);
  }
};

// The functions that the library looks for, by the names that it gives them. NOLINTBEGIN
inline uint32_t num_vertices(const FlowGraph& graph) { return graph.snapshot->PartyCount(); }
inline std::pair<boost::counting_iterator<uint32_t>, boost::counting_iterator<uint32_t>> vertices(
    const FlowGraph& graph) {
  return {boost::counting_iterator<uint32_t>(0),
          boost::counting_iterator<uint32_t>(num_vertices(graph))};
}
inline std::pair<FlowGraph::EdgeIterator, FlowGraph::EdgeIterator> out_edges(
    uint32_t party, const FlowGraph& graph) {
  const std::span<const uint32_t> flows = graph.FlowsOf(party);
  if (graph.look != nullptr && graph.look->Step(flows.size() + 1)) {
    throw FlowGraph::Stopped();
  }
  const FlowGraph::MakeEdge make{graph.snapshot, graph.reversed, party};
  return {FlowGraph::EdgeIterator(flows.data(), make),
          FlowGraph::EdgeIterator(flows.data() + flows.size(), make)};
}
inline size_t out_degree(uint32_t party, const FlowGraph& graph) {
  return graph.FlowsOf(party).size();
}
inline uint32_t source(const FlowGraph::Edge& edge, const FlowGraph& /*graph*/) {
  return edge.from;
}
inline uint32_t target(const FlowGraph::Edge& edge, const FlowGraph& /*graph*/) { return edge.to; }
inline boost::typed_identity_property_map<uint32_t> get(boost::vertex_index_t /*tag*/,
                                                        const FlowGraph& /*graph*/) {
  return {};
}
// NOLINTEND

}  // namespace onward

namespace boost {

// Boost.Graph looks these up by their names.
// NOLINTBEGIN(readability-identifier-naming)
template <>
struct graph_traits<onward::FlowGraph> {
  using vertex_descriptor = uint32_t;
  using edge_descriptor = onward::FlowGraph::Edge;
  using directed_category = directed_tag;
  using edge_parallel_category = allow_parallel_edge_tag;
  struct traversal_category : incidence_graph_tag, vertex_list_graph_tag {};
  using vertex_iterator = counting_iterator<uint32_t>;
  using out_edge_iterator = onward::FlowGraph::EdgeIterator;
  using vertices_size_type = uint32_t;
  using edges_size_type = uint32_t;
  using degree_size_type = size_t;
  static vertex_descriptor null_vertex() { return UINT32_MAX; }
};

template <>
struct property_map<onward::FlowGraph, vertex_index_t> {
  using type = typed_identity_property_map<uint32_t>;
  using const_type = type;
};
// NOLINTEND(readability-identifier-naming)

}  // namespace boost
