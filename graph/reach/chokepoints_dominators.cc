// Lengauer and Tarjan's dominators in their simple form: near-linear, and no recursion.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "graph/reach/chokepoints_internal.h"

namespace onward::reach {

absl::Status StepCounter::Take(uint64_t steps) {
  taken_ += steps;
  if (taken_ > steps_max_) {
    return absl::ResourceExhaustedError(absl::StrCat("more than ", steps_max_, " steps"));
  }
  if (taken_ < next_check_) {
    return absl::OkStatus();
  }
  next_check_ = taken_ + kStepsPerCheck;
  return check_ ? check_() : absl::OkStatus();
}

absl::Status Dominators::Find(const Channel& channel, StepCounter& steps) {
  Reset(channel.nodes());
  ONWARD_RETURN_IF_ERROR(Walk(channel, steps));
  ONWARD_RETURN_IF_ERROR(Climb(channel, steps));
  Nest();
  return absl::OkStatus();
}

void Dominators::Reset(uint32_t nodes) {
  for (const uint32_t node : nodes_) {
    order_[node] = kUnseen;
  }
  order_.resize(nodes, kUnseen);
  nodes_.clear();
  parent_.clear();
}

// Depth first from the root.
absl::Status Dominators::Walk(const Channel& channel, StepCounter& steps) {
  std::vector<std::pair<uint32_t, uint32_t>> open = {{channel.root(), 0}};
  order_[channel.root()] = 0;
  nodes_.push_back(channel.root());
  parent_.push_back(0);
  while (!open.empty()) {
    const uint32_t node = open.back().first;
    const uint32_t step = open.back().second++;
    if (step == channel.Degree(node)) {
      open.pop_back();
      continue;
    }
    ONWARD_RETURN_IF_ERROR(steps.Take(1));
    const uint32_t next = channel.Next(node, step);
    if (next != Channel::kNone && order_[next] == kUnseen) {
      order_[next] = static_cast<uint32_t>(nodes_.size());
      nodes_.push_back(next);
      parent_.push_back(order_[node]);
      open.emplace_back(next, 0);
    }
  }
  return absl::OkStatus();
}

absl::Status Dominators::Climb(const Channel& channel, StepCounter& steps) {
  const size_t count = nodes_.size();
  semi_.resize(count);
  label_.resize(count);
  idom_.assign(count, 0);
  forest_.assign(count, kUnseen);
  bucket_.assign(count, kUnseen);
  bucket_next_.assign(count, kUnseen);
  for (uint32_t at = 0; at < count; ++at) {
    semi_[at] = at;
    label_[at] = at;
  }
  for (auto at = static_cast<uint32_t>(count - 1); at > 0; --at) {
    uint64_t taken = 1;
    channel.ForEachBefore(nodes_[at], [&](uint32_t before) {
      ++taken;
      if (order_[before] != kUnseen) {
        semi_[at] = std::min(semi_[at], semi_[Lowest(order_[before])]);
      }
    });
    ONWARD_RETURN_IF_ERROR(steps.Take(taken));
    bucket_next_[at] = bucket_[semi_[at]];
    bucket_[semi_[at]] = at;
    forest_[at] = parent_[at];
    Empty(parent_[at]);
  }
  for (uint32_t at = 1; at < count; ++at) {
    if (idom_[at] != semi_[at]) {
      idom_[at] = idom_[idom_[at]];
    }
  }
  return absl::OkStatus();
}

void Dominators::Empty(uint32_t parent) {
  for (uint32_t at = bucket_[parent]; at != kUnseen; at = bucket_next_[at]) {
    const uint32_t lowest = Lowest(at);
    idom_[at] = semi_[lowest] < semi_[at] ? lowest : parent;
  }
  bucket_[parent] = kUnseen;
}

// Of those above it in the forest, root excluded, the one with the lowest semidominator; shortens the way.
uint32_t Dominators::Lowest(uint32_t at) {
  if (forest_[at] == kUnseen) {
    return label_[at];
  }
  path_.clear();
  for (uint32_t up = at; forest_[forest_[up]] != kUnseen; up = forest_[up]) {
    path_.push_back(up);
  }
  for (size_t i = path_.size(); i-- > 0;) {
    const uint32_t node = path_[i];
    const uint32_t above = forest_[node];
    if (semi_[label_[above]] < semi_[label_[node]]) {
      label_[node] = label_[above];
    }
    forest_[node] = forest_[above];
  }
  return label_[at];
}

// Numbers the tree so that what lies behind a node is an interval.
void Dominators::Nest() {
  const size_t count = nodes_.size();
  size_.assign(count, 1);
  for (size_t at = count; at-- > 1;) {
    size_[idom_[at]] += size_[at];
  }
  enter_.assign(count, 0);
  // What is free next inside each.
  std::vector<uint32_t>& free = label_;
  free[0] = 1;
  for (uint32_t at = 1; at < count; ++at) {
    enter_[at] = free[idom_[at]];
    free[idom_[at]] += size_[at];
    free[at] = enter_[at] + 1;
  }
}

}  // namespace onward::reach
