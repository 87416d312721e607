#include "graph/reach/labels.h"

#include <algorithm>
#include <utility>

#include "graph/base/status_macros.h"
#include "graph/query/memo.h"

namespace onward::reach {

Labels::Labels(const DayGraph& graph) : graph_(graph), words_(graph.words()), spread_(graph) {
  if (words_ > 1) {
    labels_.assign(size_t{graph.vertices()} * words_, 0);
    worst_.assign(graph.vertices(), 0);
  }
}

void Labels::Forget() {
  spread_.Clear();
  for (const uint32_t vertex : reached_) {
    std::fill_n(labels_.begin() + static_cast<std::ptrdiff_t>(size_t{vertex} * words_), words_, 0);
    worst_[vertex] = 0;
  }
  reached_.clear();
}

absl::Status Labels::Follow(uint32_t origin, Words only, const StopCheck& check) {
  Forget();
  origin_ = origin;
  only_.assign(only.begin(), only.end());
  for (uint32_t word = 0; word < words_; ++word) {
    ONWARD_RETURN_IF_ERROR(FollowWord(word, check));
    if (words_ > 1) {
      Keep(word);
    }
  }
  return absl::OkStatus();
}

absl::Status Labels::FollowWord(uint32_t word, const StopCheck& check) {
  uint64_t all = 0;
  const auto seed = [&](uint32_t vertex, uint64_t bits) {
    const uint64_t wanted = bits & Only(word);
    all |= wanted;
    spread_.Seed(vertex, wanted);
  };
  seed(origin_, graph_.Holding(origin_)[word]);
  if (graph_.vertices() > graph_.parties()) {
    const uint32_t past = graph_.parties() + origin_;
    seed(past, graph_.Holding(past)[word]);
  }
  for (const uint32_t edge : unexplained()) {
    seed(graph_.To(edge), graph_.Unexplained(edge)[word]);
    spread_.Meet(edge, graph_.Unexplained(edge)[word] & Only(word));
  }
  return spread_.Run(graph_.ClassOf(origin_), word, all, check);
}

// Puts away the labels of one word.
void Labels::Keep(uint32_t word) {
  for (const uint32_t vertex : spread_.reached()) {
    uint64_t* const words = labels_.data() + size_t{vertex} * words_;
    if (std::all_of(words, words + words_, [](uint64_t bits) { return bits == 0; })) {
      reached_.push_back(vertex);
    }
    words[word] = spread_.LabelOf(vertex);
    const verdict::Verdict worst = spread_.WorstInto(vertex);
    if (verdict::Badness(worst) > verdict::Badness(static_cast<verdict::Verdict>(worst_[vertex]))) {
      worst_[vertex] = static_cast<uint8_t>(worst);
    }
  }
  spread_.Clear();
}

uint64_t Labels::Unexplained(uint32_t edge, uint32_t word) const {
  const auto edges = unexplained();
  if (edges.empty() || !std::binary_search(edges.begin(), edges.end(), edge)) {
    return 0;
  }
  return graph_.Unexplained(edge)[word] & Only(word);
}

uint64_t Labels::Carried(uint32_t edge, uint32_t word) const {
  uint64_t carried = Of(graph_.From(edge))[word] & graph_.Mask(edge)[word];
  if (carried != 0 && !graph_.Allows(edge, graph_.ClassOf(origin_))) {
    carried = 0;
  }
  return carried | Unexplained(edge, word);
}

bool Labels::Carries(uint32_t edge) const {
  for (uint32_t word = 0; word < words_; ++word) {
    if (Carried(edge, word) != 0) {
      return true;
    }
  }
  return false;
}

size_t Labels::bytes() const {
  return spread_.bytes() + worst_.capacity() + labels_.capacity() * sizeof(uint64_t) +
         reached_.capacity() * sizeof(uint32_t);
}

std::shared_ptr<LabelsPool> LabelsPool::Of(const DayGraphPtr& graph) {
  const auto made = graph->judged().memo().Get<LabelsPool>([&] {
    auto pool = std::make_shared<LabelsPool>();
    pool->graph_ = graph.get();
    return std::shared_ptr<const LabelsPool>(std::move(pool));
  });
  // The pool guards itself; the memo gives out what is constant. The graph's pointer keeps the pool.
  return {graph, const_cast<LabelsPool*>(made.get())};  // NOLINT(*-const-cast)
}

LabelsPool::Lease LabelsPool::Take() {
  std::unique_ptr<Labels> labels;
  {
    const MutexLock lock(mutex_);
    if (!free_.empty()) {
      labels = std::move(free_.back());
      free_.pop_back();
    }
  }
  if (labels == nullptr) {
    labels = std::make_unique<Labels>(*graph_);
  }
  return {*this, std::move(labels)};
}

void LabelsPool::Return(std::unique_ptr<Labels> labels) {
  const MutexLock lock(mutex_);
  if (free_.size() < kKept) {
    free_.push_back(std::move(labels));
  }
}

LabelsPool::Lease::~Lease() {
  if (labels_ != nullptr) {
    pool_->Return(std::move(labels_));
  }
}

}  // namespace onward::reach
