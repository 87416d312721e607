#include "graph/query/components.h"

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/strong_components.hpp>

namespace onward::query {

Components FindComponents(const Snapshot& snapshot) {
  using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;
  Graph graph(snapshot.PartyCount());
  for (uint32_t flow = 0; flow < snapshot.Flows().size(); ++flow) {
    boost::add_edge(snapshot.ExporterOf(flow), snapshot.ImporterOf(flow), graph);
  }
  Components components;
  components.of.resize(snapshot.PartyCount());
  const uint32_t count = boost::strong_components(
      graph, boost::make_iterator_property_map(components.of.begin(),
                                               boost::get(boost::vertex_index, graph)));
  components.parties.resize(count);
  for (uint32_t party = 0; party < snapshot.PartyCount(); ++party) {
    // Boost numbers them from the ends of the chains.
    components.of[party] = count - 1 - components.of[party];
    components.parties[components.of[party]].push_back(party);
  }
  return components;
}

}  // namespace onward::query
