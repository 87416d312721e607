#include "tests/bench/reach/csr.h"

#include <algorithm>
#include <numeric>

namespace onward::bench {
namespace {

constexpr uint64_t kAll = ~uint64_t{0};

uint64_t MaskOf(LabelMask label) {
  return label == 0 || label == kAllReceivedMask ? kAll : uint64_t{label};
}

// Tarjan's algorithm with a stack of its own.
class Components {
 public:
  explicit Components(const Csr& csr)
      : csr_(csr), number_(csr.parties()), low_(csr.parties()), at_(csr.parties()) {}

  uint32_t Largest() {
    for (uint32_t root = 0; root < csr_.parties(); ++root) {
      if (number_[root] == 0) {
        Visit(root);
      }
    }
    return largest_;
  }

 private:
  void Enter(uint32_t party) {
    number_[party] = low_[party] = ++next_;
    at_[party] = csr_.begin[party];
    path_.push_back(party);
    open_.push_back(party);
  }

  void Visit(uint32_t root) {
    Enter(root);
    while (!path_.empty()) {
      const uint32_t party = path_.back();
      if (at_[party] < csr_.begin[party + 1]) {
        const uint32_t target = csr_.targets[at_[party]++];
        if (number_[target] == 0) {
          Enter(target);
        } else if (number_[target] != kClosed) {
          low_[party] = std::min(low_[party], number_[target]);
        }
      } else {
        Leave(party);
      }
    }
  }

  void Leave(uint32_t party) {
    path_.pop_back();
    if (low_[party] == number_[party]) {
      uint32_t size = 0;
      uint32_t member = 0;
      do {
        member = open_.back();
        open_.pop_back();
        number_[member] = kClosed;
        ++size;
      } while (member != party);
      largest_ = std::max(largest_, size);
    }
    if (!path_.empty()) {
      low_[path_.back()] = std::min(low_[path_.back()], low_[party]);
    }
  }

  static constexpr uint32_t kClosed = UINT32_MAX;
  const Csr& csr_;
  // 0: not seen.
  std::vector<uint32_t> number_;
  std::vector<uint32_t> low_;
  std::vector<uint32_t> at_;
  std::vector<uint32_t> path_;
  std::vector<uint32_t> open_;
  uint32_t next_ = 0;
  uint32_t largest_ = 0;
};

}  // namespace

Csr MakeCsr(const CompactGraph& graph) {
  Csr csr;
  const size_t edges = graph.exporters.size();
  csr.begin.assign(graph.parties + 1, 0);
  for (const uint32_t exporter : graph.exporters) {
    ++csr.begin[exporter + 1];
  }
  std::partial_sum(csr.begin.begin(), csr.begin.end(), csr.begin.begin());
  std::vector<uint32_t> at(csr.begin.begin(), csr.begin.end() - 1);
  csr.targets.resize(edges);
  csr.masks.resize(edges);
  for (size_t edge = 0; edge < edges; ++edge) {
    const uint32_t place = at[graph.exporters[edge]]++;
    csr.targets[place] = graph.importers[edge];
    csr.masks[place] = MaskOf(graph.labels[edge]);
  }
  return csr;
}

uint64_t OriginMask(const CompactGraph& graph, uint32_t party) {
  uint64_t stated = 0;
  for (size_t edge = 0; edge < graph.exporters.size(); ++edge) {
    if (graph.exporters[edge] == party && graph.labels[edge] != kAllReceivedMask) {
      stated |= MaskOf(graph.labels[edge]);
    }
  }
  return stated != 0 ? stated : kAll;
}

uint64_t Bfs::Run(uint32_t origin) {
  for (const uint32_t party : order_) {
    seen_[party] = 0;
  }
  order_.assign(1, origin);
  seen_[origin] = 1;
  depth_ = 0;
  uint64_t scanned = 0;
  size_t level_end = 1;
  for (size_t next = 0; next < order_.size(); ++next) {
    if (next == level_end) {
      ++depth_;
      level_end = order_.size();
    }
    const uint32_t party = order_[next];
    const uint32_t end = csr_.begin[party + 1];
    scanned += end - csr_.begin[party];
    for (uint32_t edge = csr_.begin[party]; edge < end; ++edge) {
      const uint32_t target = csr_.targets[edge];
      if (seen_[target] == 0) {
        seen_[target] = 1;
        order_.push_back(target);
      }
    }
  }
  return scanned;
}

uint64_t NaiveFixpoint::Run(uint32_t origin, uint64_t categories) {
  for (const uint32_t party : touched_) {
    labels_[party] = 0;
  }
  touched_.assign(1, origin);
  queue_.assign(1, origin);
  labels_[origin] = categories;
  queued_[origin] = 1;
  uint64_t scanned = 0;
  for (size_t next = 0; next < queue_.size(); ++next) {
    const uint32_t party = queue_[next];
    queued_[party] = 0;
    const uint64_t label = labels_[party];
    for (uint32_t edge = csr_.begin[party]; edge < csr_.begin[party + 1]; ++edge) {
      ++scanned;
      const uint32_t target = csr_.targets[edge];
      const uint64_t grown = labels_[target] | (label & csr_.masks[edge]);
      if (grown == labels_[target]) {
        continue;
      }
      if (labels_[target] == 0) {
        touched_.push_back(target);
      }
      labels_[target] = grown;
      if (queued_[target] == 0) {
        queued_[target] = 1;
        queue_.push_back(target);
      }
    }
  }
  return scanned;
}

uint32_t LargestComponent(const Csr& csr) { return Components(csr).Largest(); }

}  // namespace onward::bench
