// The walk from a processor up to the controllers for whom it acts: one rule, over records and over
// numbers. Internal.
#pragma once

#include <cstddef>
#include <vector>

#include "graph/model/enums.h"

namespace onward::verdict {

// Walks up from a party, flow by flow, nearest first. `Graph` names parties and flows (types Party and
// Flow), answers ImporterRole, ExporterRole, Exporter, ActsForOthers (the flow names whom it is for) and
// Feeds (some of the data asked about, at the time asked about), calls EachInto(party, f) with a party's
// incoming flows in order of id, and hears what is found: MarkSeen (true the first time), AddFlow,
// AddController, AddNamed (those whom the flow names), MarkIncomplete and MarkCut (too long a chain).
template <class Graph>
class PrincipalWalk {
 public:
  using Party = typename Graph::Party;
  using Flow = typename Graph::Flow;

  // Chains of processors are followed up to this many parties.
  static constexpr size_t kMaxUpstream = 256;

  explicit PrincipalWalk(Graph& graph) : graph_(graph) {}

  void Run(const Party& from) {
    Enqueue(from);
    for (size_t next = 0; next < parties_.size(); ++next) {
      const Party party = parties_[next];
      graph_.EachInto(party, [this](const Flow& into) { Visit(into); });
    }
  }

 private:
  void Enqueue(const Party& party) {
    if (!graph_.MarkSeen(party)) {
      return;
    }
    if (parties_.size() == kMaxUpstream) {
      graph_.MarkIncomplete();
      graph_.MarkCut();
      return;
    }
    parties_.push_back(party);
  }

  void Visit(const Flow& into) {
    if (model::IsControllerRole(graph_.ImporterRole(into)) || !graph_.Feeds(into)) {
      return;
    }
    graph_.AddFlow(into);
    const bool as_processor = model::IsProcessorRole(graph_.ImporterRole(into));
    if (as_processor && graph_.ActsForOthers(into)) {
      graph_.AddNamed(into);
    } else if (as_processor && model::IsControllerRole(graph_.ExporterRole(into))) {
      graph_.AddController(graph_.Exporter(into));
    } else if (as_processor && model::IsProcessorRole(graph_.ExporterRole(into))) {
      Enqueue(graph_.Exporter(into));
    } else {
      graph_.MarkIncomplete();
    }
  }

  Graph& graph_;
  std::vector<Party> parties_;
};

}  // namespace onward::verdict
