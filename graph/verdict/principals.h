// The walk from a processor up to the controllers for whom it acts: one rule, for records and for numbers.
// Internal.
#pragma once

#include <cstddef>
#include <vector>

#include "graph/model/enums.h"
#include "graph/model/flow_view.h"

namespace onward::verdict {

// Chains of processors are followed up to this many parties.
inline constexpr size_t kMaxUpstream = 256;

// What a flow into a processor says about the controllers of the data.
enum class Feeding {
  // The importer has data of its own here.
  kNone,
  // The flow names them.
  kNamed,
  // The exporter is one.
  kController,
  // Those for whom the exporter acts.
  kProcessor,
  // A role is not recorded.
  kUnknown
};

inline Feeding FeedingOf(const model::TermsView& terms) {
  if (model::IsControllerRole(terms.importer_role)) {
    return Feeding::kNone;
  }
  if (!model::IsProcessorRole(terms.importer_role)) {
    return Feeding::kUnknown;
  }
  if (!terms.on_behalf_of.empty()) {
    return Feeding::kNamed;
  }
  if (model::IsControllerRole(terms.exporter_role)) {
    return Feeding::kController;
  }
  return model::IsProcessorRole(terms.exporter_role) ? Feeding::kProcessor : Feeding::kUnknown;
}

// Walks up from a party, flow by flow, nearest first. `Graph` names parties and flows (types Party and
// Flow), answers Kind (FeedingOf), Exporter and Feeds (some of the data asked about, at the time asked about),
// calls EachInto(party, f) with a party's incoming flows in order of id, and hears what is found: MarkSeen
// (true the first time), AddFlow, AddController, AddNamed (those whom the flow names) and MarkIncomplete.
template <class Graph>
class PrincipalWalk {
 public:
  using Party = typename Graph::Party;
  using Flow = typename Graph::Flow;

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
      return;
    }
    parties_.push_back(party);
  }

  void Visit(const Flow& into) {
    const Feeding kind = graph_.Kind(into);
    if (kind == Feeding::kNone || !graph_.Feeds(into)) {
      return;
    }
    graph_.AddFlow(into);
    switch (kind) {
      case Feeding::kNone:
        break;
      case Feeding::kNamed:
        graph_.AddNamed(into);
        break;
      case Feeding::kController:
        graph_.AddController(graph_.Exporter(into));
        break;
      case Feeding::kProcessor:
        Enqueue(graph_.Exporter(into));
        break;
      case Feeding::kUnknown:
        graph_.MarkIncomplete();
        break;
    }
  }

  Graph& graph_;
  std::vector<Party> parties_;
};

}  // namespace onward::verdict
