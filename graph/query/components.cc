#include "graph/query/components.h"

#include <boost/graph/strong_components.hpp>

#include "graph/boost_graph.h"

namespace onward::query {

Components FindComponents(const Snapshot& snapshot) {
  const FlowGraph graph{&snapshot, false};
  Components components;
  components.of.resize(snapshot.PartyCount());
  const uint32_t count = boost::strong_components(
      graph,
      boost::make_iterator_property_map(components.of.begin(), get(boost::vertex_index, graph)));
  components.parties.resize(count);
  for (uint32_t party = 0; party < snapshot.PartyCount(); ++party) {
    // Boost numbers them from the ends of the chains.
    components.of[party] = count - 1 - components.of[party];
    components.parties[components.of[party]].push_back(party);
  }
  return components;
}

}  // namespace onward::query
