// What of one origin's data is where on a day.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "graph/base/mutex.h"
#include "graph/reach/day_graph.h"
#include "graph/reach/spread.h"

namespace onward::reach {

// Labels of vertices: the categories of the origin's data that are there, its own included. Used again and again for further
// origins; see Spread for memory and cost. Not thread-safe. The graph must outlive it.
class Labels {
 public:
  explicit Labels(const DayGraph& graph);

  // Follows the data of a party, whatever was followed before. `only`: of these categories (graph.words() words; empty: all).
  // Error of `check`; the labels are then worth nothing.
  absl::Status Follow(uint32_t origin, Words only = {}, const StopCheck& check = {});

  const DayGraph& graph() const { return graph_; }
  uint32_t origin() const { return origin_; }
  // Vertices with a label, each once, in no order that means anything; the origin's own among them.
  const std::vector<uint32_t>& reached() const {
    return words_ == 1 ? spread_.reached() : reached_;
  }
  Words Of(uint32_t vertex) const {
    return words_ == 1 ? Words(&spread_.LabelOf(vertex), 1)
                       : Words(labels_.data() + size_t{vertex} * words_, words_);
  }
  // The worst verdict among the flows into the vertex that carry some of the data; kUnspecified: none does. Of flows with
  // several destinations it is that of the worst one.
  verdict::Verdict WorstInto(uint32_t vertex) const {
    return words_ == 1 ? spread_.WorstInto(vertex) : static_cast<verdict::Verdict>(worst_[vertex]);
  }
  // Word `word` of what the edge carries of the data.
  uint64_t Carried(uint32_t edge, uint32_t word) const;
  bool Carries(uint32_t edge) const;
  // Edges that carry data of the origin that nothing shows it to have, ascending.
  std::span<const uint32_t> unexplained() const { return graph_.UnexplainedOf(origin_); }
  // Word `word` of that part of what the edge carries; 0: none.
  uint64_t Unexplained(uint32_t edge, uint32_t word) const;
  // Whether the word is among the categories that were asked about.
  uint64_t Only(uint32_t word) const { return only_.empty() ? ~uint64_t{0} : only_[word]; }
  // Edges that were followed in all, those that were followed again included.
  uint64_t followed() const { return spread_.followed(); }
  // Scratch space that it holds on to.
  size_t bytes() const;

 private:
  void Forget();
  absl::Status FollowWord(uint32_t word, const StopCheck& check);
  void Keep(uint32_t word);

  const DayGraph& graph_;
  const uint32_t words_;
  Spread spread_;
  uint32_t origin_ = 0;
  std::vector<uint64_t> only_;
  // With more than one word only: the spread holds one at a time.
  std::vector<uint32_t> reached_;
  std::vector<uint64_t> labels_;
  std::vector<uint8_t> worst_;
};

// Labels that nobody uses at the moment, kept for the next question about the same graph. Thread-safe.
class LabelsPool {
 public:
  // Of the graph, shared by those who ask about it.
  static std::shared_ptr<LabelsPool> Of(const DayGraphPtr& graph);

  // Gives the labels back when it goes.
  class Lease {
   public:
    Lease(LabelsPool& pool, std::unique_ptr<Labels> labels)
        : pool_(&pool), labels_(std::move(labels)) {}
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Lease(Lease&&) = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease();
    Labels& operator*() const { return *labels_; }
    Labels* operator->() const { return labels_.get(); }

   private:
    LabelsPool* pool_;
    std::unique_ptr<Labels> labels_;
  };
  Lease Take() ONWARD_EXCLUDES(mutex_);

 private:
  static constexpr size_t kKept = 2;

  void Return(std::unique_ptr<Labels> labels) ONWARD_EXCLUDES(mutex_);

  const DayGraph* graph_ = nullptr;
  Mutex mutex_;
  std::vector<std::unique_ptr<Labels>> free_ ONWARD_GUARDED_BY(mutex_);
};

}  // namespace onward::reach
