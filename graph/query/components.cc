#include "graph/query/components.h"

#include <boost/graph/strong_components.hpp>

#include "graph/boost_graph.h"

namespace onward::query {

std::optional<Components> FindComponents(const Snapshot& snapshot, StopLook& look) {
  const FlowGraph graph{&snapshot, false, &look};
  Components components;
  components.of.resize(snapshot.PartyCount());
  uint32_t count = 0;
  try {
    count = boost::strong_components(
        graph,
        boost::make_iterator_property_map(components.of.begin(), get(boost::vertex_index, graph)));
  } catch (const FlowGraph::Stopped&) {
    return std::nullopt;
  }
  components.parties.resize(count);
  for (uint32_t party = 0; party < snapshot.PartyCount(); ++party) {
    // Boost numbers them from the ends of the chains.
    components.of[party] = count - 1 - components.of[party];
    components.parties[components.of[party]].push_back(party);
  }
  return components;
}

}  // namespace onward::query
