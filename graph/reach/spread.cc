#include "graph/reach/spread.h"

#include <algorithm>
#include <bit>

#include "graph/base/status_macros.h"

namespace onward::reach {
namespace {

// Which queue: 7 for what can grow no more, else by the number of new categories.
size_t QueueOf(uint64_t delta, bool full) {
  constexpr std::array<uint8_t, 8> kByWidth = {0, 0, 1, 2, 3, 4, 5, 6};
  return full ? 7 : kByWidth[std::bit_width(static_cast<unsigned>(std::popcount(delta)))];
}

}  // namespace

// In order of verdict::Badness.
const std::array<verdict::Verdict, 8> Spread::kByBadness = {
    verdict::Verdict::kUnspecified, verdict::Verdict::kNotATransfer, verdict::Verdict::kCovered,
    verdict::Verdict::kConditional, verdict::Verdict::kUndetermined, verdict::Verdict::kLacking,
    verdict::Verdict::kUnspecified, verdict::Verdict::kUnspecified};

Spread::Spread(const DayGraph& graph)
    : graph_(graph), nodes_(graph.vertices()), worst_(graph.vertices(), 0) {}

void Spread::Clear() {
  for (const uint32_t vertex : reached_) {
    nodes_[vertex] = Node();
    worst_[vertex] = 0;
  }
  reached_.clear();
  for (std::vector<uint32_t>& queue : queues_) {
    queue.clear();
  }
}

void Spread::Seed(uint32_t vertex, uint64_t bits) {
  Node& node = nodes_[vertex];
  const uint64_t fresh = bits & ~node.label;
  if (fresh == 0) {
    return;
  }
  if (node.label == 0) {
    reached_.push_back(vertex);
  }
  node.label |= fresh;
  node.delta |= fresh;
  if (node.waits == 0) {
    node.waits = 1;
    queues_[0].push_back(vertex);
  }
}

void Spread::Meet(uint32_t edge, uint64_t bits) {
  uint8_t& worst = worst_[graph_.To(edge)];
  const uint8_t badness = graph_.BadnessOf(edge);
  if (bits != 0 && badness > (worst & kBadness)) {
    worst = static_cast<uint8_t>((worst & kFull) | badness);
  }
}

void Spread::Grow(uint32_t vertex, uint64_t fresh) {
  Node& node = nodes_[vertex];
  if (node.label == 0) {
    reached_.push_back(vertex);
  }
  if (node.bound == 0) {
    node.bound = (graph_.InMask(vertex)[word_] & all_) | node.label;
  }
  node.label |= fresh;
  node.delta |= fresh;
  const bool full = node.label == node.bound;
  if (full) {
    worst_[vertex] |= kFull;
  }
  const auto queue = static_cast<uint32_t>(QueueOf(node.delta, full)) + 1;
  if (queue > node.waits) {
    node.waits = queue;
    queues_[queue - 1].push_back(vertex);
  }
}

template <bool kLimits>
void Spread::Follow(uint32_t begin, uint32_t end, uint64_t delta) {
  for (uint32_t edge = begin; edge < end; ++edge) {
    const uint64_t through = delta & graph_.Mask(edge)[word_];
    if (through == 0) {
      continue;
    }
    if constexpr (kLimits) {
      if (!graph_.Allows(edge, origin_class_)) {
        continue;
      }
    }
    const uint32_t to = graph_.To(edge);
    uint8_t& worst = worst_[to];
    const uint8_t badness = graph_.BadnessOf(edge);
    if (badness > (worst & kBadness)) {
      worst = static_cast<uint8_t>((worst & kFull) | badness);
    }
    if ((worst & kFull) != 0) {
      continue;
    }
    const uint64_t fresh = through & ~nodes_[to].label;
    if (fresh != 0) {
      Grow(to, fresh);
    }
  }
}

bool Spread::Next(uint32_t& vertex) {
  for (size_t queue = kQueues; queue > 0;) {
    std::vector<uint32_t>& waiting = queues_[queue - 1];
    if (waiting.empty()) {
      --queue;
      continue;
    }
    vertex = waiting.back();
    waiting.pop_back();
    // It may have been taken from a higher queue since.
    if (nodes_[vertex].waits == queue) {
      return true;
    }
  }
  return false;
}

absl::Status Spread::Run(uint32_t origin_class, uint32_t word, uint64_t all,
                         const StopCheck& check) {
  origin_class_ = origin_class;
  word_ = word;
  all_ = all;
  uint32_t unchecked = 0;
  for (uint32_t vertex = 0; Next(vertex);) {
    Node& node = nodes_[vertex];
    const uint64_t delta = node.delta;
    node.delta = 0;
    node.waits = 0;
    const uint32_t end = graph_.OutBegin(vertex + 1);
    for (uint32_t begin = graph_.OutBegin(vertex); begin < end;) {
      const uint32_t stop = begin + std::min(end - begin, kEdgesPerCheck);
      if (graph_.HasLimits()) {
        Follow<true>(begin, stop, delta);
      } else {
        Follow<false>(begin, stop, delta);
      }
      unchecked += stop - begin;
      followed_ += stop - begin;
      begin = stop;
      if (unchecked >= kEdgesPerCheck && check) {
        unchecked = 0;
        ONWARD_RETURN_IF_ERROR(check());
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace onward::reach
