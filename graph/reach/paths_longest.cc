#include "graph/reach/paths_longest.h"

#include <algorithm>
#include <utility>

#include "graph/base/status_macros.h"

namespace onward::reach {
namespace {

constexpr uint32_t kNone = PathScope::kNone;
constexpr uint32_t kCheckEvery = 4'096;

// Moves by the node that they come to.
struct Incoming {
  std::vector<uint32_t> begin;
  std::vector<uint32_t> from;
};

Incoming IncomingOf(const PathScope& scope) {
  Incoming in;
  in.begin.assign(size_t{scope.nodes()} + 1, 0);
  for (uint32_t move = 0; move < scope.moves(); ++move) {
    ++in.begin[size_t{scope.ToNode(move)} + 1];
  }
  for (size_t node = 1; node < in.begin.size(); ++node) {
    in.begin[node] += in.begin[node - 1];
  }
  in.from.resize(scope.moves());
  std::vector<uint32_t> next(in.begin.begin(), in.begin.end() - 1);
  for (uint32_t node = 0; node < scope.nodes(); ++node) {
    for (uint32_t move = scope.MoveBegin(node); move < scope.MoveBegin(node + 1); ++move) {
      in.from[next[scope.ToNode(move)]++] = node;
    }
  }
  return in;
}

// Tarjan's strong components from node 0, each finished after all that it leads to; what is known of a finished one is the
// longest way on from it.
class Longest {
 public:
  explicit Longest(const PathScope& scope)
      : scope_(scope),
        order_(scope.nodes(), 0),
        low_(scope.nodes(), 0),
        on_(scope.nodes(), 0),
        best_(scope.nodes(), 0) {}

  absl::StatusOr<uint64_t> Run(const PathCheck& check) {
    Open(0);
    for (uint32_t step = 0; !frames_.empty(); ++step) {
      if (step % kCheckEvery == 0) {
        ONWARD_RETURN_IF_ERROR(check());
      }
      Frame& top = frames_.back();
      if (top.move < scope_.MoveBegin(top.node + 1)) {
        Follow(top.node, top.move++);
        continue;
      }
      const uint32_t node = top.node;
      frames_.pop_back();
      if (!frames_.empty()) {
        low_[frames_.back().node] = std::min(low_[frames_.back().node], low_[node]);
      }
      if (low_[node] == order_[node]) {
        Close(node);
      }
    }
    return best_[0];
  }

 private:
  struct Frame {
    uint32_t node = 0;
    uint32_t move = 0;
  };

  void Open(uint32_t node) {
    order_[node] = low_[node] = ++count_;
    on_[node] = 1;
    waiting_.push_back(node);
    frames_.push_back({node, scope_.MoveBegin(node)});
  }

  void Follow(uint32_t node, uint32_t move) {
    const uint32_t to = scope_.ToNode(move);
    if (order_[to] == 0) {
      Open(to);
    } else if (on_[to] != 0) {
      low_[node] = std::min(low_[node], order_[to]);
    }
  }

  void Close(uint32_t root) {
    const auto first = std::find(waiting_.rbegin(), waiting_.rend(), root).base() - 1;
    uint64_t beyond = 0;
    for (auto at = first; at != waiting_.end(); ++at) {
      for (uint32_t move = scope_.MoveBegin(*at); move < scope_.MoveBegin(*at + 1); ++move) {
        const uint32_t to = scope_.ToNode(move);
        if (on_[to] == 0) {
          beyond = std::max(beyond, 1 + best_[to]);
        }
      }
    }
    const auto inside = static_cast<uint64_t>(waiting_.end() - first) - 1;
    for (auto at = first; at != waiting_.end(); ++at) {
      best_[*at] = inside + beyond;
      on_[*at] = 0;
    }
    waiting_.erase(first, waiting_.end());
  }

  const PathScope& scope_;
  std::vector<uint32_t> order_;
  std::vector<uint32_t> low_;
  std::vector<uint8_t> on_;
  std::vector<uint64_t> best_;
  std::vector<uint32_t> waiting_;
  std::vector<Frame> frames_;
  uint32_t count_ = 0;
};

// Fills distances backwards, nearest first. `at` holds nodes by distance; `distances` what is known of them.
absl::Status Spread(const Incoming& in, std::vector<std::vector<uint32_t>> at,
                    const PathCheck& check, std::vector<uint32_t>& distances) {
  for (size_t hops = 0; hops < at.size(); ++hops) {
    for (size_t i = 0; i < at[hops].size(); ++i) {
      const uint32_t node = at[hops][i];
      if (distances[node] != hops) {
        continue;
      }
      for (uint32_t k = in.begin[node]; k < in.begin[size_t{node} + 1]; ++k) {
        const uint32_t from = in.from[k];
        if (hops + 1 < distances[from]) {
          distances[from] = static_cast<uint32_t>(hops) + 1;
          if (at.size() < hops + 2) {
            at.resize(hops + 2);
          }
          at[hops + 1].push_back(from);
        }
      }
    }
    at[hops].clear();
    at[hops].shrink_to_fit();
    ONWARD_RETURN_IF_ERROR(check());
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<uint64_t> LongestAtMost(const PathScope& scope, const PathCheck& check) {
  return Longest(scope).Run(check);
}

absl::StatusOr<std::vector<uint32_t>> HopsTo(const PathScope& scope, uint32_t node,
                                             const PathCheck& check) {
  std::vector<uint32_t> distances(scope.nodes(), kNone);
  distances[node] = 0;
  ONWARD_RETURN_IF_ERROR(Spread(IncomingOf(scope), {{node}}, check, distances));
  return distances;
}

absl::StatusOr<std::vector<uint32_t>> HopsOver(const PathScope& scope,
                                               const std::vector<bool>& counts,
                                               const PathCheck& check) {
  std::vector<uint32_t> distances(scope.nodes(), kNone);
  std::vector<std::vector<uint32_t>> at(1);
  for (uint32_t node = 0; node < scope.nodes(); ++node) {
    if (node % kCheckEvery == 0) {
      ONWARD_RETURN_IF_ERROR(check());
    }
    for (uint32_t move = scope.MoveBegin(node); move < scope.MoveBegin(node + 1); ++move) {
      const uint32_t after = scope.Ends(move) ? 0 : scope.LeastOf(scope.ToNode(move));
      const auto badness = static_cast<size_t>(verdict::Badness(scope.VerdictOf(move)));
      if (after != kNone && counts[badness]) {
        distances[node] = std::min(distances[node], after + 1);
      }
    }
    if (distances[node] != kNone) {
      at.resize(std::max<size_t>(at.size(), size_t{distances[node]} + 1));
      at[distances[node]].push_back(node);
    }
  }
  ONWARD_RETURN_IF_ERROR(Spread(IncomingOf(scope), std::move(at), check, distances));
  return distances;
}

}  // namespace onward::reach
