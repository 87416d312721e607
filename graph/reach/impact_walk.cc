#include "graph/reach/impact_walk.h"

#include <algorithm>
#include <deque>
#include <set>

#include "graph/base/status_macros.h"

namespace onward::reach {
namespace {

constexpr uint32_t kCheckEvery = 1'024;

bool Any(const CategoryWords& words) {
  return std::any_of(words.begin(), words.end(), [](uint64_t word) { return word != 0; });
}

CategoryWords Meet(CategoryWords words, Words with) {
  for (size_t word = 0; word < words.size(); ++word) {
    words[word] &= with[word];
  }
  return words;
}

// True where the sum grew.
bool AddTo(CategoryWords& sum, const CategoryWords& words) {
  sum.resize(words.size(), 0);
  bool grew = false;
  for (size_t word = 0; word < words.size(); ++word) {
    grew = grew || (words[word] & ~sum[word]) != 0;
    sum[word] |= words[word];
  }
  return grew;
}

CategoryWords WordsOf(const query::Bits& bits, uint32_t words) {
  CategoryWords out;
  bits.AppendTo(out);
  out.resize(words, 0);
  return out;
}

CategoryWords Copy(Words words) { return {words.begin(), words.end()}; }

}  // namespace

NeedByClass ImpactWalk::Through(uint32_t edge, const NeedByClass& need) const {
  NeedByClass through;
  for (const auto& [origin_class, words] : need) {
    CategoryWords met = Meet(words, graph_.Mask(edge));
    if (Any(met) && graph_.Allows(edge, origin_class)) {
      through.emplace(origin_class, std::move(met));
    }
  }
  return through;
}

void ImpactWalk::Start(size_t index) {
  const query::Arrivals& arrivals = graph_.judged().arrivals();
  const uint32_t flow = flows_[index].flow;
  const uint32_t edge = graph_.EdgeOf(flow);
  NeedByClass carried;
  if (edge != graph_.edges()) {
    for (const auto& [origin_class, bits] : arrivals.CarriageOf(flow).all) {
      carried.emplace(origin_class, WordsOf(bits, graph_.words()));
    }
  }
  if (carried.empty()) {
    // Collected from people directly, or nothing that is recorded reaches it.
    unknown_flows_.push_back(index);
    if (edge == graph_.edges()) {
      AddTo(unknown_, WordsOf(arrivals.Declared(flow), graph_.words()));
    }
    return;
  }
  index_of_.emplace(edge, index);
  MeetEdge(edge, carried);
}

void ImpactWalk::MeetEdge(uint32_t edge, const NeedByClass& need) {
  MeetUnexplained(edge, need);
  const uint32_t from = graph_.From(edge);
  NeedByClass& there = need_[from];
  bool grew = false;
  for (const auto& [origin_class, words] : need) {
    grew = AddTo(there[origin_class], words) || grew;
  }
  if (grew) {
    open_.push_back(from);
  }
}

// Data that count for the origins that the flow is limited to; without a limit nobody knows whose they are.
void ImpactWalk::MeetUnexplained(uint32_t edge, const NeedByClass& need) {
  const CategoryWords rest = Copy(graph_.Unexplained(edge));
  if (!Any(rest)) {
    return;
  }
  const auto met = [&](uint32_t origin_class) {
    const auto at = need.find(origin_class);
    return at == need.end() ? CategoryWords(rest.size(), 0) : Meet(at->second, rest);
  };
  if (!IsLimited(edge)) {
    const uint32_t origin_class = graph_.ClassOf(graph_.PartyOf(graph_.From(edge)));
    const CategoryWords words = met(origin_class);
    if (Any(words)) {
      AddTo(unknown_, words);
      AddTo(unknown_edges_[origin_class][edge], words);
    }
    return;
  }
  for (const std::string& id : graph_.snapshot().TermsOf(graph_.FlowOf(edge)).on_behalf_of) {
    const std::optional<uint32_t> party = graph_.snapshot().PartyNumber(id);
    if (party.has_value() && Any(met(graph_.ClassOf(*party)))) {
      AddTo(origins_[*party], met(graph_.ClassOf(*party)));
    }
  }
}

void ImpactWalk::MeetVertex(uint32_t vertex) {
  const NeedByClass need = need_[vertex];
  const uint32_t party = graph_.PartyOf(vertex);
  const auto own = need.find(graph_.ClassOf(party));
  if (own != need.end()) {
    const CategoryWords held = Meet(own->second, graph_.Holding(vertex));
    if (Any(held)) {
      AddTo(origins_[party], held);
    }
  }
  for (const uint32_t edge : graph_.In(vertex)) {
    const NeedByClass through = Through(edge, need);
    if (!through.empty()) {
      MeetEdge(edge, through);
    }
  }
}

absl::Status ImpactWalk::Back() {
  unknown_.assign(graph_.words(), 0);
  for (size_t index = 0; index < flows_.size(); ++index) {
    if (index % kCheckEvery == 0) {
      ONWARD_RETURN_IF_ERROR(check_());
    }
    Start(index);
  }
  std::deque<uint32_t> open;
  std::set<uint32_t> waits;
  while (!open.empty() || !open_.empty()) {
    for (const uint32_t vertex : open_) {
      if (waits.insert(vertex).second) {
        open.push_back(vertex);
      }
    }
    open_.clear();
    const uint32_t vertex = open.front();
    open.pop_front();
    waits.erase(vertex);
    ONWARD_RETURN_IF_ERROR(check_());
    MeetVertex(vertex);
  }
  LinkEdges();
  return absl::OkStatus();
}

void ImpactWalk::LinkEdges() {
  for (const auto& [vertex, need] : need_) {
    std::vector<uint32_t>& edges = edges_[vertex];
    for (uint32_t edge = graph_.OutBegin(vertex); edge < graph_.OutBegin(vertex + 1); ++edge) {
      if (index_of_.contains(edge) || need_.contains(graph_.To(edge))) {
        edges.push_back(edge);
      }
    }
  }
}

absl::StatusOr<std::vector<size_t>> ImpactWalk::Forth(uint32_t origin_class, const Seeds& vertices,
                                                      const Seeds& edges) {
  std::unordered_map<uint32_t, CategoryWords> labels;
  std::vector<uint32_t> open;
  std::set<size_t> met;
  const auto arrive = [&](uint32_t edge, const CategoryWords& words) {
    if (const auto at = index_of_.find(edge); at != index_of_.end()) {
      met.insert(at->second);
    }
    if (need_.contains(graph_.To(edge)) && AddTo(labels[graph_.To(edge)], words)) {
      open.push_back(graph_.To(edge));
    }
  };
  for (const auto& [vertex, words] : vertices) {
    if (need_.contains(vertex)) {
      labels[vertex] = words;
      open.push_back(vertex);
    }
  }
  for (const auto& [edge, words] : edges) {
    arrive(edge, words);
  }
  for (uint32_t steps = 0; !open.empty();) {
    const uint32_t vertex = open.back();
    open.pop_back();
    const CategoryWords here = labels[vertex];
    for (const uint32_t edge : edges_[vertex]) {
      if (++steps % kCheckEvery == 0) {
        ONWARD_RETURN_IF_ERROR(check_());
      }
      const CategoryWords words = Meet(here, graph_.Mask(edge));
      if (Any(words) && graph_.Allows(edge, origin_class)) {
        arrive(edge, words);
      }
    }
  }
  return std::vector<size_t>(met.begin(), met.end());
}

absl::StatusOr<std::vector<size_t>> ImpactWalk::FlowsOf(uint32_t origin) {
  ONWARD_RETURN_IF_ERROR(check_());
  Seeds vertices;
  for (uint32_t vertex = origin; vertex < graph_.vertices(); vertex += graph_.parties()) {
    const CategoryWords holding = Copy(graph_.Holding(vertex));
    if (Any(holding)) {
      vertices.emplace(vertex, holding);
    }
  }
  Seeds edges;
  for (const uint32_t edge : graph_.UnexplainedOf(origin)) {
    if (IsLimited(edge)) {
      edges.emplace(edge, Copy(graph_.Unexplained(edge)));
    }
  }
  return Forth(graph_.ClassOf(origin), vertices, edges);
}

absl::StatusOr<std::vector<size_t>> ImpactWalk::FlowsWithoutOrigin() {
  std::set<size_t> all(unknown_flows_.begin(), unknown_flows_.end());
  for (const auto& [origin_class, edges] : unknown_edges_) {
    ONWARD_ASSIGN_OR_RETURN(const std::vector<size_t> met, Forth(origin_class, {}, edges));
    all.insert(met.begin(), met.end());
  }
  return std::vector<size_t>(all.begin(), all.end());
}

}  // namespace onward::reach
