// The smallest set of things such that each flow has one of its options: branch and bound, no recursion.
#include <algorithm>
#include <numeric>

#include "graph/reach/repair_internal.h"

namespace onward::reach {
namespace {

using Option = std::vector<uint32_t>;
using Options = std::vector<std::vector<Option>>;

class CoverSearch {
 public:
  CoverSearch(const Options& options, uint64_t nodes_max)
      : options_(options), nodes_left_(nodes_max) {
    uint32_t things = 0;
    for (const auto& of_flow : options) {
      for (const Option& option : of_flow) {
        things = option.empty() ? things : std::max(things, option.back() + 1);
      }
    }
    picked_.assign(things, 0);
    popular_.assign(things, 0);
    for (const auto& of_flow : options) {
      for (const Option& option : of_flow) {
        for (const uint32_t thing : option) {
          ++popular_[thing];
        }
      }
    }
    order_.resize(options.size());
    std::iota(order_.begin(), order_.end(), 0);
    std::stable_sort(order_.begin(), order_.end(), [&](uint32_t a, uint32_t b) {
      return options_[a].size() < options_[b].size();
    });
  }

  CoverAnswer Run() {
    CoverAnswer answer;
    answer.lower_bound = Need();
    Greedy();
    answer.exact = best_.size() == answer.lower_bound || Branch();
    answer.things = best_;
    if (answer.exact) {
      answer.lower_bound = best_.size();
    }
    std::vector<bool> has(picked_.size(), false);
    for (const uint32_t thing : best_) {
      has[thing] = true;
    }
    for (const auto& of_flow : options_) {
      const auto at = std::find_if(of_flow.begin(), of_flow.end(), [&](const Option& option) {
        return std::all_of(option.begin(), option.end(), [&](uint32_t t) { return has[t]; });
      });
      answer.option_of.push_back(static_cast<uint32_t>(at - of_flow.begin()));
    }
    return answer;
  }

 private:
  struct Frame {
    uint32_t flow = 0;
    size_t next = 0;
    Option added;
  };

  uint64_t Missing(const Option& option) const {
    return static_cast<uint64_t>(std::count_if(
        option.begin(), option.end(), [&](uint32_t thing) { return picked_[thing] == 0; }));
  }
  bool IsCovered(uint32_t flow) const {
    return std::any_of(options_[flow].begin(), options_[flow].end(),
                       [&](const Option& option) { return Missing(option) == 0; });
  }

  // At least so many further things: flows no two of which could share one.
  uint64_t Need() const {
    std::vector<bool> used(picked_.size(), false);
    uint64_t need = 0;
    for (const uint32_t flow : order_) {
      uint64_t least = UINT64_MAX;
      bool shares = false;
      for (const Option& option : options_[flow]) {
        least = std::min(least, Missing(option));
        shares = shares || std::any_of(option.begin(), option.end(), [&](uint32_t thing) {
                   return picked_[thing] == 0 && used[thing];
                 });
      }
      if (least == 0 || shares) {
        continue;
      }
      need += least;
      for (const Option& option : options_[flow]) {
        for (const uint32_t thing : option) {
          used[thing] = true;
        }
      }
    }
    return need;
  }

  // Each flow in turn takes the option that needs least, then the one that others may use most.
  void Greedy() {
    for (const uint32_t flow : order_) {
      if (IsCovered(flow)) {
        continue;
      }
      const Option* best = nullptr;
      for (const Option& option : options_[flow]) {
        if (best == nullptr || Missing(option) < Missing(*best) ||
            (Missing(option) == Missing(*best) && Popularity(option) > Popularity(*best))) {
          best = &option;
        }
      }
      for (const uint32_t thing : *best) {
        picked_[thing] = 1;
      }
    }
    Remember();
    std::fill(picked_.begin(), picked_.end(), 0);
  }

  uint64_t Popularity(const Option& option) const {
    uint64_t sum = 0;
    for (const uint32_t thing : option) {
      sum += popular_[thing];
    }
    return sum;
  }

  void Remember() {
    best_.clear();
    for (uint32_t thing = 0; thing < picked_.size(); ++thing) {
      if (picked_[thing] > 0) {
        best_.push_back(thing);
      }
    }
  }

  // True: all was tried.
  bool Branch() {
    std::vector<Frame> frames;
    if (!Open(frames)) {
      return true;
    }
    while (!frames.empty()) {
      if (nodes_left_-- == 0) {
        return false;
      }
      Frame& frame = frames.back();
      for (const uint32_t thing : frame.added) {
        picked_[thing] = 0;
        --size_;
      }
      frame.added.clear();
      if (frame.next == options_[frame.flow].size()) {
        frames.pop_back();
        continue;
      }
      for (const uint32_t thing : options_[frame.flow][frame.next++]) {
        if (picked_[thing] == 0) {
          picked_[thing] = 1;
          ++size_;
          frame.added.push_back(thing);
        }
      }
      if (size_ + Need() < best_.size()) {
        Open(frames);
      }
    }
    return true;
  }

  // A frame for the next flow that has none of its options; false, and a better answer: there is none.
  bool Open(std::vector<Frame>& frames) {
    for (const uint32_t flow : order_) {
      if (!IsCovered(flow)) {
        frames.push_back({flow, 0, {}});
        return true;
      }
    }
    if (size_ < best_.size()) {
      Remember();
    }
    return false;
  }

  const Options& options_;
  uint64_t nodes_left_;
  // Flows, those with the fewest options first.
  std::vector<uint32_t> order_;
  // By thing.
  std::vector<uint8_t> picked_;
  std::vector<uint64_t> popular_;
  size_t size_ = 0;
  std::vector<uint32_t> best_;
};

}  // namespace

CoverAnswer FindCover(const Options& options, uint64_t nodes_max) {
  return CoverSearch(options, nodes_max).Run();
}

}  // namespace onward::reach
