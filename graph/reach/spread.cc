#include "graph/reach/spread.h"

#include <algorithm>
#include <bit>

#include "graph/base/status_macros.h"

namespace onward::reach {
namespace {

// Which queue: 7 for what can grow no more, else the fewer it lacks the higher.
size_t QueueOf(uint64_t lacking) {
  constexpr std::array<uint8_t, 12> kByCount = {7, 6, 5, 4, 3, 2, 2, 1, 1, 1, 1, 0};
  return kByCount[std::min<size_t>(static_cast<size_t>(std::popcount(lacking)),
                                   kByCount.size() - 1)];
}

void Fetch(const void* address) { __builtin_prefetch(address); }

}  // namespace

// In order of verdict::Badness.
const std::array<verdict::Verdict, 8> Spread::kByBadness = {
    verdict::Verdict::kUnspecified, verdict::Verdict::kNotATransfer, verdict::Verdict::kCovered,
    verdict::Verdict::kConditional, verdict::Verdict::kUndetermined, verdict::Verdict::kLacking,
    verdict::Verdict::kUnspecified, verdict::Verdict::kUnspecified};

Spread::Spread(const DayGraph& graph)
    : graph_(graph), nodes_(graph.vertices()), marks_(graph.vertices(), 0) {
  for (uint32_t vertex = 0; graph.words() == 1 && vertex < graph.vertices(); ++vertex) {
    nodes_[vertex].in = graph.InMask(vertex)[0];
  }
}

void Spread::Clear() {
  constexpr size_t kBytesPerMiss = 16;
  if (reached_.size() > marks_.size() / kBytesPerMiss) {
    std::fill(marks_.begin(), marks_.end(), uint8_t{0});
  } else {
    for (const uint32_t vertex : reached_) {
      marks_[vertex] = 0;
    }
  }
  reached_.clear();
  have_all_.vertices.clear();
  have_all_.next = 0;
  for (Queue& queue : queues_) {
    queue.vertices.clear();
    queue.next = 0;
  }
}

void Spread::Enter(uint32_t vertex) {
  reached_.push_back(vertex);
  marks_[vertex] |= kReached;
  Node& node = nodes_[vertex];
  node.label = 0;
  node.delta = 0;
  node.waits = 0;
  ReadIn(vertex);
}

// Of one word it was read once and for all.
void Spread::ReadIn(uint32_t vertex) {
  if (graph_.words() > 1) {
    nodes_[vertex].in = graph_.InMask(vertex)[word_];
  }
}

void Spread::Seed(uint32_t vertex, uint64_t bits) {
  if (bits == 0) {
    return;
  }
  if ((marks_[vertex] & kReached) == 0) {
    Enter(vertex);
  }
  nodes_[vertex].label |= bits;
  nodes_[vertex].delta |= bits;
}

void Spread::Meet(uint32_t edge, uint64_t bits) {
  uint8_t& mark = marks_[graph_.To(edge)];
  const uint8_t badness = graph_.BadnessOf(edge);
  if (bits != 0 && badness > (mark & kBadness)) {
    mark = static_cast<uint8_t>((mark & ~kBadness) | badness);
  }
}

// Whatever it handed on before: doing so again for some categories changes nothing.
void Spread::GiveAll(uint32_t vertex) {
  uint8_t& mark = marks_[vertex];
  if ((mark & kReached) == 0) {
    reached_.push_back(vertex);
  }
  mark |= kReached | kFull | kHasAll;
  have_all_.vertices.push_back(vertex);
}

void Spread::Wait(uint32_t vertex) {
  Node& node = nodes_[vertex];
  const size_t queue = QueueOf(node.in & all_ & ~node.label);
  if (queue == kQueues - 1) {
    marks_[vertex] |= kFull;
  }
  if (queue + 1 > node.waits) {
    node.waits = static_cast<uint32_t>(queue) + 1;
    queues_[queue].vertices.push_back(vertex);
  }
}

void Spread::Grow(uint32_t vertex, uint64_t through) {
  if ((marks_[vertex] & kReached) == 0) {
    Enter(vertex);
  }
  Node& node = nodes_[vertex];
  const uint64_t fresh = through & ~node.label;
  if (fresh != 0) {
    node.label |= fresh;
    node.delta |= fresh;
    Wait(vertex);
  }
}

// First the ends that something may change at, then those: so that they are fetched from memory together.
template <bool WithLimits>
void Spread::Follow(uint32_t begin, uint32_t end, uint64_t delta) {
  // Nothing here is checked at each access: the time of every question along paths is spent in this loop.
  const DayGraph::Step* const steps = graph_.steps().data();
  const uint64_t* const masks = graph_.masks().data() + word_;
  const size_t words = graph_.words();
  uint8_t* const marks = marks_.data();
  std::array<uint32_t, kAtATime> found;  // NOLINT(*-member-init): what is read is written before
  size_t count = 0;
  for (uint32_t edge = begin; edge < end; ++edge) {
    const DayGraph::Step step = steps[edge];
    uint8_t& mark = marks[step.to];
    if ((mark & ~kHasAll) >= (kFull | kReached | step.badness())) {
      continue;
    }
    const uint64_t through = delta & masks[size_t{step.mask()} * words];
    if (through == 0 || (WithLimits && !graph_.Allows(edge, origin_class_))) {
      continue;
    }
    if (step.badness() > (mark & kBadness)) {
      mark = static_cast<uint8_t>((mark & ~kBadness) | step.badness());
    }
    if ((mark & kFull) != 0) {
      continue;
    }
    if (through == all_) {
      GiveAll(step.to);
    } else {
      Fetch(nodes_.data() + step.to);
      found.data()[count++] = edge;
    }
  }
  for (size_t i = 0; i < count; ++i) {
    const DayGraph::Step step = steps[found.data()[i]];
    if ((marks[step.to] & kFull) == 0) {
      Grow(step.to, delta & masks[size_t{step.mask()} * words]);
    }
  }
}

absl::Status Spread::Count(uint32_t steps, const StopCheck& check) {
  unchecked_ += steps;
  if (unchecked_ < kEdgesPerCheck - kAtATime || !check) {
    return absl::OkStatus();
  }
  unchecked_ = 0;
  return check();
}

absl::Status Spread::HandOn(uint32_t vertex, uint64_t delta, const StopCheck& check) {
  const uint32_t* const row = graph_.out_begin().data() + vertex;
  const uint32_t end = row[1];
  ONWARD_RETURN_IF_ERROR(Count(1, check));
  for (uint32_t begin = row[0]; begin < end;) {
    const uint32_t stop = begin + std::min(end - begin, kAtATime);
    if (graph_.HasLimits()) {
      Follow<true>(begin, stop, delta);
    } else {
      Follow<false>(begin, stop, delta);
    }
    followed_ += stop - begin;
    ONWARD_RETURN_IF_ERROR(Count(stop - begin, check));
    begin = stop;
  }
  return absl::OkStatus();
}

// Asks memory for what the next ones need, while there is work to do.
void Spread::FetchAfter(const Queue& queue) {
  constexpr size_t kFar = 3;
  if (queue.next + kFar < queue.vertices.size()) {
    const uint32_t* const next = queue.vertices.data() + queue.next;
    const uint32_t* const rows = graph_.out_begin().data();
    Fetch(rows + next[kFar]);
    Fetch(graph_.steps().data() + rows[next[0]]);
  }
}

absl::Status Spread::HandOnAll(const StopCheck& check) {
  while (have_all_.next < have_all_.vertices.size()) {
    const uint32_t vertex = have_all_.vertices[have_all_.next++];
    FetchAfter(have_all_);
    ONWARD_RETURN_IF_ERROR(HandOn(vertex, all_, check));
  }
  return absl::OkStatus();
}

bool Spread::Next(uint32_t& vertex) {
  for (size_t at = kQueues; at > 0;) {
    Queue& queue = queues_[at - 1];
    if (queue.next == queue.vertices.size()) {
      queue.vertices.clear();
      queue.next = 0;
      --at;
      continue;
    }
    vertex = queue.vertices[queue.next++];
    FetchAfter(queue);
    // It may have been taken from a higher queue since, or have got all.
    if ((marks_[vertex] & kHasAll) == 0 && nodes_[vertex].waits == at) {
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
  unchecked_ = 0;
  const size_t seeded = reached_.size();
  for (size_t i = 0; i < seeded; ++i) {
    const uint32_t vertex = reached_[i];
    // They were seeded before the word was known.
    ReadIn(vertex);
    if (nodes_[vertex].label == all) {
      GiveAll(vertex);
    } else {
      Wait(vertex);
    }
  }
  ONWARD_RETURN_IF_ERROR(HandOnAll(check));
  for (uint32_t vertex = 0; Next(vertex);) {
    Node& node = nodes_[vertex];
    const uint64_t delta = node.delta;
    node.delta = 0;
    node.waits = 0;
    ONWARD_RETURN_IF_ERROR(HandOn(vertex, delta, check));
    ONWARD_RETURN_IF_ERROR(HandOnAll(check));
  }
  return absl::OkStatus();
}

size_t Spread::bytes() const {
  size_t vertices = reached_.capacity() + have_all_.vertices.capacity();
  for (const Queue& queue : queues_) {
    vertices += queue.vertices.capacity();
  }
  return nodes_.capacity() * sizeof(Node) + marks_.capacity() + vertices * sizeof(uint32_t);
}

}  // namespace onward::reach
