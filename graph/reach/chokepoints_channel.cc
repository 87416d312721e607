// What moves along the same edges, and where it starts.
#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_set>

#include "graph/query/memo.h"
#include "graph/reach/chokepoints_internal.h"

namespace onward::reach {
namespace {

constexpr uint32_t kWordBits = 64;

// Splits groups of bits by sets that hold some of their members.
class BitSplitter {
 public:
  explicit BitSplitter(uint32_t words) : group_(size_t{words} * kWordBits, 0) {}

  void Split(Words words) {
    const std::string_view bytes(reinterpret_cast<const char*>(words.data()), words.size_bytes());
    if (!seen_.insert(bytes).second || count_ == group_.size()) {
      return;
    }
    std::map<std::pair<uint32_t, bool>, uint32_t> names;
    for (uint32_t bit = 0; bit < group_.size(); ++bit) {
      const auto at = names.emplace(std::pair(group_[bit], HasBit(words, bit)),
                                    static_cast<uint32_t>(names.size()));
      group_[bit] = at.first->second;
    }
    count_ = names.size();
  }

  const std::vector<uint32_t>& groups() const { return group_; }
  size_t count() const { return count_; }

 private:
  std::vector<uint32_t> group_;
  size_t count_ = 1;
  // Sets that were taken before; they live in the graph.
  std::unordered_set<std::string_view> seen_;
};

}  // namespace

std::shared_ptr<const BitGroups> BitGroups::Of(const DayGraph& graph) {
  return graph.judged().memo().Get<BitGroups>([&] {
    BitSplitter splitter(graph.words());
    for (uint32_t edge = 0; edge < graph.edges(); ++edge) {
      splitter.Split(graph.Mask(edge));
    }
    for (uint32_t vertex = 0; vertex < graph.vertices(); ++vertex) {
      splitter.Split(graph.Holding(vertex));
    }
    for (const uint32_t party : graph.origins()) {
      for (const uint32_t edge : graph.UnexplainedOf(party)) {
        splitter.Split(graph.Unexplained(edge));
      }
    }
    auto groups = std::make_shared<BitGroups>();
    groups->first.assign(splitter.count(), UINT32_MAX);
    groups->words.assign(splitter.count(), std::vector<uint64_t>(graph.words(), 0));
    for (uint32_t bit = 0; bit < splitter.groups().size(); ++bit) {
      const uint32_t group = splitter.groups()[bit];
      groups->first[group] = std::min(groups->first[group], bit);
      groups->words[group][bit / kWordBits] |= uint64_t{1} << (bit % kWordBits);
    }
    return std::shared_ptr<const BitGroups>(std::move(groups));
  });
}

Channel::Channel(const DayGraph& graph, uint32_t origin_class, uint32_t bit,
                 const std::vector<uint32_t>& parties)
    : graph_(graph), origin_class_(origin_class), bit_(bit) {
  for (const uint32_t party : parties) {
    for (uint32_t vertex = party; vertex < graph.vertices(); vertex += graph.parties()) {
      if (HasBit(graph.Holding(vertex), bit)) {
        starts_.push_back(vertex);
      }
    }
  }
  std::sort(starts_.begin(), starts_.end());
  for (const uint32_t party : parties) {
    for (const uint32_t edge : graph.UnexplainedOf(party)) {
      if (HasBit(graph.Unexplained(edge), bit) && !IsStart(graph.From(edge))) {
        start_edges_.push_back(edge);
      }
    }
  }
  std::sort(start_edges_.begin(), start_edges_.end());
  start_edges_.erase(std::unique(start_edges_.begin(), start_edges_.end()), start_edges_.end());
  for (uint32_t i = 0; i < start_edges_.size(); ++i) {
    if (partial_.empty() || partial_.back() != graph.From(start_edges_[i])) {
      partial_.push_back(graph.From(start_edges_[i]));
      partial_begin_.push_back(i);
    }
  }
  partial_begin_.push_back(static_cast<uint32_t>(start_edges_.size()));
}

uint32_t Channel::PartyOf(uint32_t node) const {
  return graph_.PartyOf(node < graph_.vertices() ? node : partial_[node - graph_.vertices()]);
}

bool Channel::IsStart(uint32_t vertex) const {
  return std::binary_search(starts_.begin(), starts_.end(), vertex);
}

uint32_t Channel::PartialOf(uint32_t edge) const {
  if (!std::binary_search(start_edges_.begin(), start_edges_.end(), edge)) {
    return kNone;
  }
  const auto at = std::lower_bound(partial_.begin(), partial_.end(), graph_.From(edge));
  return graph_.vertices() + static_cast<uint32_t>(at - partial_.begin());
}

uint32_t Channel::Degree(uint32_t node) const {
  if (node == root()) {
    return static_cast<uint32_t>(starts_.size() + partial_.size());
  }
  if (node >= graph_.vertices()) {
    const uint32_t partial = node - graph_.vertices();
    return partial_begin_[partial + 1] - partial_begin_[partial];
  }
  return graph_.OutBegin(node + 1) - graph_.OutBegin(node);
}

uint32_t Channel::Next(uint32_t node, uint32_t step) const {
  if (node == root()) {
    const auto starts = static_cast<uint32_t>(starts_.size());
    return step < starts ? starts_[step] : graph_.vertices() + (step - starts);
  }
  if (node >= graph_.vertices()) {
    return graph_.To(start_edges_[partial_begin_[node - graph_.vertices()] + step]);
  }
  const uint32_t edge = graph_.OutBegin(node) + step;
  return Passes(edge) ? graph_.To(edge) : kNone;
}

uint32_t Channel::EdgeAt(uint32_t node, uint32_t step) const {
  if (node == root()) {
    return kNone;
  }
  return node >= graph_.vertices() ? start_edges_[partial_begin_[node - graph_.vertices()] + step]
                                   : graph_.OutBegin(node) + step;
}

Channels::Channels(const DayGraph& graph, std::optional<uint32_t> origin)
    : graph_(graph), groups_(BitGroups::Of(graph)) {
  std::map<uint32_t, std::vector<uint32_t>> classes;
  if (origin.has_value()) {
    classes[graph.ClassOf(*origin)] = {*origin};
  } else {
    for (const uint32_t party : graph.origins()) {
      classes[graph.ClassOf(party)].push_back(party);
    }
  }
  classes_.assign(classes.begin(), classes.end());
  for (uint32_t at = 0; at < classes_.size(); ++at) {
    std::vector<uint64_t> held(graph.words(), 0);
    const auto add = [&](Words words) {
      for (size_t i = 0; i < words.size(); ++i) {
        held[i] |= words[i];
      }
    };
    for (const uint32_t party : classes_[at].second) {
      for (uint32_t vertex = party; vertex < graph.vertices(); vertex += graph.parties()) {
        add(graph.Holding(vertex));
      }
      for (const uint32_t edge : graph.UnexplainedOf(party)) {
        add(graph.Unexplained(edge));
      }
    }
    for (uint32_t group = 0; group < groups_->first.size(); ++group) {
      if (HasBit(held, groups_->first[group])) {
        items_.push_back({at, group});
      }
    }
  }
}

Channel Channels::Make(const Item& item) const {
  const auto& [origin_class, parties] = classes_[item.at];
  return {graph_, origin_class, groups_->first[item.group], parties};
}

}  // namespace onward::reach
