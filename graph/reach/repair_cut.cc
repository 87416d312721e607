// Which flows to stop so that nothing reaches what is LACKING: a smallest cut, by Dinic's algorithm on arcs
// that carry one unit each.
#include <algorithm>
#include <unordered_map>
#include <utility>

#include "graph/base/status_macros.h"
#include "graph/reach/repair_internal.h"

namespace onward::reach {
namespace {

constexpr int32_t kAny = 1 << 30;
constexpr uint32_t kNone = UINT32_MAX;

class Network {
 public:
  uint32_t AddNode() {
    first_.push_back(kNone);
    return static_cast<uint32_t>(first_.size()) - 1;
  }
  // `flow`: whose arc it is; kNone: nobody's.
  void AddArc(uint32_t from, uint32_t to, int32_t room, uint32_t flow) {
    arcs_.push_back({to, room, first_[from], flow});
    first_[from] = static_cast<uint32_t>(arcs_.size()) - 1;
    arcs_.push_back({from, 0, first_[to], kNone});
    first_[to] = static_cast<uint32_t>(arcs_.size()) - 1;
  }
  // Takes the room from all arcs of `from` to `to`.
  void Close(uint32_t from, uint32_t to) {
    for (uint32_t arc = first_[from]; arc != kNone; arc = arcs_[arc].next) {
      arcs_[arc].room = arcs_[arc].to == to ? 0 : arcs_[arc].room;
    }
  }

  // Nodes that arcs with more room than `room` lead to; or, backwards, from which they lead here.
  std::vector<bool> Within(uint32_t start, int32_t room, bool backwards) const {
    std::vector<bool> met(first_.size(), false);
    std::vector<uint32_t> open = {start};
    met[start] = true;
    while (!open.empty()) {
      const uint32_t node = open.back();
      open.pop_back();
      for (uint32_t arc = first_[node]; arc != kNone; arc = arcs_[arc].next) {
        const int32_t has = arcs_[backwards ? arc ^ 1U : arc].room;
        if (has > room && !met[arcs_[arc].to]) {
          met[arcs_[arc].to] = true;
          open.push_back(arcs_[arc].to);
        }
      }
    }
    return met;
  }

  absl::Status Fill(uint32_t source, uint32_t sink, const std::function<absl::Status()>& check) {
    while (Level(source, sink)) {
      if (check) {
        ONWARD_RETURN_IF_ERROR(check());
      }
      next_ = first_;
      while (Push(source, sink)) {
      }
    }
    return absl::OkStatus();
  }

  // Flows of the arcs into what leads to the sink: the cut that lies nearest to it.
  std::vector<uint32_t> CutBefore(uint32_t sink) const {
    const std::vector<bool> behind = Within(sink, 0, true);
    std::vector<uint32_t> flows;
    for (uint32_t arc = 0; arc < arcs_.size(); arc += 2) {
      if (arcs_[arc].flow != kNone && behind[arcs_[arc].to] && !behind[arcs_[arc + 1].to]) {
        flows.push_back(arcs_[arc].flow);
      }
    }
    std::sort(flows.begin(), flows.end());
    flows.erase(std::unique(flows.begin(), flows.end()), flows.end());
    return flows;
  }

 private:
  struct Arc {
    uint32_t to = 0;
    int32_t room = 0;
    uint32_t next = kNone;
    uint32_t flow = kNone;
  };

  bool Level(uint32_t source, uint32_t sink) {
    level_.assign(first_.size(), kNone);
    level_[source] = 0;
    std::vector<uint32_t> open = {source};
    for (size_t at = 0; at < open.size(); ++at) {
      for (uint32_t arc = first_[open[at]]; arc != kNone; arc = arcs_[arc].next) {
        if (arcs_[arc].room > 0 && level_[arcs_[arc].to] == kNone) {
          level_[arcs_[arc].to] = level_[open[at]] + 1;
          open.push_back(arcs_[arc].to);
        }
      }
    }
    return level_[sink] != kNone;
  }

  // One way from source to sink along rising levels.
  bool Push(uint32_t source, uint32_t sink) {
    std::vector<uint32_t> way;
    uint32_t node = source;
    while (node != sink) {
      uint32_t& arc = next_[node];
      while (arc != kNone && (arcs_[arc].room == 0 || level_[arcs_[arc].to] != level_[node] + 1)) {
        arc = arcs_[arc].next;
      }
      if (arc != kNone) {
        way.push_back(arc);
        node = arcs_[arc].to;
        continue;
      }
      if (way.empty()) {
        return false;
      }
      const uint32_t back = way.back();
      way.pop_back();
      node = arcs_[back ^ 1U].to;
      next_[node] = arcs_[back].next;
    }
    for (const uint32_t arc : way) {
      --arcs_[arc].room;
      ++arcs_[arc ^ 1U].room;
    }
    return true;
  }

  std::vector<Arc> arcs_;
  std::vector<uint32_t> first_;
  std::vector<uint32_t> next_;
  std::vector<uint32_t> level_;
};

// Builds the network backwards from the flows that are LACKING.
class CutSearch {
 public:
  CutSearch(const RepairState& state, const DayGraph& graph, const std::string& origin,
            const std::function<bool(uint32_t)>& may_stop)
      : state_(state),
        graph_(graph),
        may_stop_(may_stop),
        source_(net_.AddNode()),
        sink_(net_.AddNode()) {
    if (!origin.empty()) {
      origin_ = graph_.snapshot().PartyNumber(origin).value();
    }
  }

  absl::StatusOr<Cut> Run(const std::function<absl::Status()>& check) {
    StepCounter steps(UINT64_MAX, check);
    if (origin_ != kNone) {
      ONWARD_ASSIGN_OR_RETURN(taken_, EdgesTaken(graph_, origin_, steps));
      const auto starts = graph_.UnexplainedOf(origin_);
      starts_.insert(starts_.end(), starts.begin(), starts.end());
    }
    AddSinks();
    while (!open_.empty()) {
      const uint32_t vertex = open_.back();
      open_.pop_back();
      for (const uint32_t edge : graph_.In(vertex)) {
        ONWARD_RETURN_IF_ERROR(steps.Take(1));
        if (!is_sink_[edge] && Carries(edge)) {
          AddEdge(edge, NodeOf(vertex));
        }
      }
    }
    JoinSinks();
    Cut cut;
    cut.uncut = CloseUncut();
    ONWARD_RETURN_IF_ERROR(net_.Fill(source_, sink_, check));
    cut.flows = net_.CutBefore(sink_);
    return cut;
  }

 private:
  void AddSinks() {
    is_sink_.assign(graph_.edges(), false);
    for (const std::string& id : state_.lacking) {
      const uint32_t flow = graph_.snapshot().FlowNumber(id).value();
      const uint32_t edge = graph_.EdgeOf(flow);
      const uint32_t end = net_.AddNode();
      ends_.emplace_back(end, flow);
      net_.AddArc(end, sink_, kAny, kNone);
      if (edge == graph_.edges()) {
        // It brings nothing of its exporter; it is LACKING as long as it takes place.
        net_.AddArc(source_, end, may_stop_(flow) ? 1 : kAny, flow);
        continue;
      }
      is_sink_[edge] = true;
      AddEdge(edge, end);
      sink_edges_.emplace_back(edge, end);
    }
  }

  // What is LACKING hands on to others that are.
  void JoinSinks() {
    for (const auto& [edge, end] : sink_edges_) {
      const auto at = nodes_.find(graph_.To(edge));
      if (at != nodes_.end()) {
        net_.AddArc(end, at->second, kAny, kNone);
      }
    }
  }

  // Whether what makes flows LACKING, or the origin's data, go along it.
  bool Carries(uint32_t edge) const {
    if (origin_ != kNone) {
      return taken_[edge];
    }
    return !graph_.IsPast(graph_.To(edge)) &&
           !state_.judged->arrivals().CarriageOf(graph_.FlowOf(edge)).restricted.empty();
  }

  void AddEdge(uint32_t edge, uint32_t head) {
    const uint32_t flow = graph_.FlowOf(edge);
    const bool active = graph_.KindOf(edge) == DayGraph::Kind::kActive;
    const bool stops = active && may_stop_(flow);
    const uint32_t tail = TailOf(edge);
    net_.AddArc(tail, head, stops ? 1 : kAny, stops ? flow : kNone);
  }

  // Where the arc of an edge begins.
  uint32_t TailOf(uint32_t edge) {
    if (origin_ == kNone) {
      // Restricted data begin at a bound exporter; what a copy holds cannot be stopped any more.
      return graph_.Held(edge) || IsBound(edge) ? source_ : NodeOf(graph_.From(edge));
    }
    const uint32_t before = NodeOf(graph_.From(edge));
    if (!std::binary_search(starts_.begin(), starts_.end(), edge)) {
      return before;
    }
    const uint32_t tail = net_.AddNode();
    net_.AddArc(before, tail, kAny, kNone);
    net_.AddArc(source_, tail, kAny, kNone);
    return tail;
  }

  bool IsBound(uint32_t edge) const {
    const query::Judgements& judged = *state_.judged;
    return verdict::ExporterBound(graph_.snapshot().FlowAt(graph_.FlowOf(edge)), graph_.snapshot(),
                                  judged.law(), judged.question().as_of) == true;
  }

  uint32_t NodeOf(uint32_t vertex) {
    const auto [at, is_new] = nodes_.emplace(vertex, 0);
    if (is_new) {
      at->second = net_.AddNode();
      open_.push_back(vertex);
      if (origin_ != kNone && graph_.PartyOf(vertex) == origin_) {
        net_.AddArc(source_, at->second, kAny, kNone);
      }
    }
    return at->second;
  }

  // Flows that no stop cuts off do not count.
  std::vector<uint32_t> CloseUncut() {
    std::vector<uint32_t> uncut;
    const std::vector<bool> certain = net_.Within(source_, 1, false);
    for (const auto& [end, flow] : ends_) {
      if (certain[end]) {
        net_.Close(end, sink_);
        uncut.push_back(flow);
      }
    }
    return uncut;
  }

  const RepairState& state_;
  const DayGraph& graph_;
  const std::function<bool(uint32_t)>& may_stop_;
  Network net_;
  const uint32_t source_;
  const uint32_t sink_;
  uint32_t origin_ = kNone;
  std::vector<bool> taken_;
  std::vector<uint32_t> starts_;
  std::vector<bool> is_sink_;
  std::vector<std::pair<uint32_t, uint32_t>> sink_edges_;
  // Nodes after LACKING flows, and those.
  std::vector<std::pair<uint32_t, uint32_t>> ends_;
  std::unordered_map<uint32_t, uint32_t> nodes_;
  // Vertices whose incoming edges are not yet there.
  std::vector<uint32_t> open_;
};

}  // namespace

absl::StatusOr<Cut> FindCut(const RepairState& state, const std::string& origin,
                            const std::function<bool(uint32_t flow)>& may_stop,
                            const std::function<absl::Status()>& check) {
  ONWARD_ASSIGN_OR_RETURN(const DayGraphPtr graph, DayGraph::Of(state.judged, check));
  return CutSearch(state, *graph, origin, may_stop).Run(check);
}

}  // namespace onward::reach
