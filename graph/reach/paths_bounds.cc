// Forward: what can come where at most. Backward: how few hops lead to the end, and for which data. Then the moves that are
// worth a step.
#include <algorithm>
#include <deque>

#include "graph/base/status_macros.h"
#include "graph/reach/paths_scope.h"

namespace onward::reach {
namespace {

// Asks now and then whether to go on.
class Pace {
 public:
  explicit Pace(const PathCheck& check) : check_(check) {}
  absl::Status Step() {
    constexpr uint32_t kEvery = 1'024;
    return ++count_ % kEvery == 0 ? check_() : absl::OkStatus();
  }

 private:
  const PathCheck& check_;
  uint32_t count_ = 0;
};

// Adds bits; true where the sum grew.
bool Merge(const uint64_t* bits, uint32_t words, uint64_t* sum) {
  bool grew = false;
  for (uint32_t word = 0; word < words; ++word) {
    grew = grew || (bits[word] & ~sum[word]) != 0;
    sum[word] |= bits[word];
  }
  return grew;
}

}  // namespace

absl::Status PathScope::Forward(const PathCheck& check) {
  Pace pace(check);
  std::deque<uint32_t> open;
  std::vector<uint8_t> waits;
  const auto enqueue = [&](uint32_t vertex) {
    waits.resize(size_t{nodes()} * layers_, 0);
    if (waits[SlotOf(vertex)] == 0) {
      waits[SlotOf(vertex)] = 1;
      open.push_back(vertex);
    }
  };
  for (uint32_t node = 1; node < nodes(); ++node) {
    for (uint32_t layer = 0; layer < layers_; ++layer) {
      enqueue(parties_[node] + layer * graph_.parties());
    }
  }
  std::vector<uint64_t> bits(words_);
  // The oldest first, so that parties wait for most of what comes to them.
  while (!open.empty()) {
    const uint32_t vertex = open.front();
    open.pop_front();
    waits[SlotOf(vertex)] = 0;
    for (uint32_t edge = graph_.OutBegin(vertex); edge < graph_.OutBegin(vertex + 1); ++edge) {
      ONWARD_RETURN_IF_ERROR(pace.Step());
      const uint64_t* const here = &reach_[size_t{SlotOf(vertex)} * words_];
      std::copy(here, here + words_, bits.begin());
      if (IsBarred(edge) || !Narrow(edge, bits.data())) {
        continue;
      }
      Enter(graph_.PartyOf(graph_.To(edge)));
      if (Merge(bits.data(), words_, &reach_[size_t{SlotOf(graph_.To(edge))} * words_])) {
        enqueue(graph_.To(edge));
      }
    }
  }
  return absl::OkStatus();
}

void PathScope::Offer(uint32_t slot, const uint64_t* bits) {
  uint64_t* const pending = &pending_[size_t{slot} * words_];
  if (std::all_of(pending, pending + words_, [](uint64_t word) { return word == 0; })) {
    next_.push_back(slot);
  }
  Merge(bits, words_, pending);
}

// What the level brought becomes what is known of the slots.
void PathScope::CloseLevel(uint32_t level) {
  open_.clear();
  for (const uint32_t slot : next_) {
    uint64_t* const pending = &pending_[size_t{slot} * words_];
    if (head_[slot] != kNone) {
      const std::vector<uint64_t> known(BitsOf(slot), BitsOf(slot) + words_);
      std::vector<uint64_t> sum = known;
      const bool grew = Merge(pending, words_, sum.data());
      std::copy(sum.begin(), sum.end(), pending);
      if (!grew) {
        std::fill(pending, pending + words_, 0);
        continue;
      }
    } else {
      least_[slot] = level;
    }
    const auto entry = static_cast<uint32_t>(reached_.size());
    reached_.push_back({level, head_[slot]});
    reached_words_.insert(reached_words_.end(), pending, pending + words_);
    std::fill(pending, pending + words_, 0);
    head_[slot] = entry;
    open_.push_back(slot);
  }
  next_.clear();
}

void PathScope::SeedEnd(uint32_t edge) {
  if (IsBarred(edge) || graph_.KindOf(edge) == DayGraph::Kind::kPast) {
    return;
  }
  const uint32_t slot = SlotOf(graph_.From(edge));
  // What the first moves carry is looked up when they are taken.
  const bool first = slot < layers_;
  std::vector<uint64_t> bits(words_, ~uint64_t{0});
  if (!first) {
    std::copy_n(&reach_[size_t{slot} * words_], words_, bits.begin());
    if (!Narrow(edge, bits.data()) || !IsWanted(bits.data())) {
      return;
    }
  }
  if (NodeOf(graph_.To(edge)) == kNone || !target_.Ends(edge)) {
    return;
  }
  ends_[edge] = true;
  for (uint32_t word = 0; word < words_; ++word) {
    bits[word] &= wanted_[word];
  }
  Offer(slot, bits.data());
}

absl::Status PathScope::SeedEnds(const PathCheck& check) {
  const size_t slots = size_t{nodes()} * layers_;
  head_.assign(slots, kNone);
  least_.assign(slots, kNone);
  pending_.assign(slots * words_, 0);
  ends_.assign(graph_.edges(), false);
  Pace pace(check);
  for (uint32_t slot = 0; slot < slots; ++slot) {
    const uint32_t vertex = parties_[slot / layers_] + (slot % layers_) * graph_.parties();
    for (uint32_t edge = graph_.OutBegin(vertex); edge < graph_.OutBegin(vertex + 1); ++edge) {
      ONWARD_RETURN_IF_ERROR(pace.Step());
      SeedEnd(edge);
    }
  }
  CloseLevel(1);
  return absl::OkStatus();
}

absl::Status PathScope::Backward(const PathCheck& check) {
  Pace pace(check);
  std::vector<uint64_t> bits(words_);
  for (uint32_t level = 2; !open_.empty(); ++level) {
    for (const uint32_t slot : open_) {
      const uint32_t vertex = parties_[slot / layers_] + (slot % layers_) * graph_.parties();
      for (const uint32_t edge : graph_.In(vertex)) {
        ONWARD_RETURN_IF_ERROR(pace.Step());
        const uint32_t from = NodeOf(graph_.PartyOf(graph_.From(edge)));
        if (from == kNone || IsBarred(edge)) {
          continue;
        }
        std::copy(BitsOf(slot), BitsOf(slot) + words_, bits.begin());
        const uint64_t* const there = &reach_[size_t{SlotOf(graph_.From(edge))} * words_];
        for (uint32_t word = 0; from != 0 && word < words_; ++word) {
          bits[word] &= there[word];
        }
        if (Narrow(edge, bits.data())) {
          Offer(SlotOf(graph_.From(edge)), bits.data());
        }
      }
    }
    CloseLevel(level);
  }
  pending_.clear();
  pending_.shrink_to_fit();
  return absl::OkStatus();
}

bool PathScope::IsAlive(uint32_t edge) const {
  if (IsBarred(edge) || NodeOf(graph_.PartyOf(graph_.To(edge))) == kNone) {
    return false;
  }
  if (ends_[edge]) {
    return true;
  }
  const uint32_t to = SlotOf(graph_.To(edge));
  if (head_[to] == kNone) {
    return false;
  }
  std::vector<uint64_t> bits(BitsOf(to), BitsOf(to) + words_);
  const uint32_t from = SlotOf(graph_.From(edge));
  for (uint32_t word = 0; from >= layers_ && word < words_; ++word) {
    bits[word] &= reach_[size_t{from} * words_ + word];
  }
  return Narrow(edge, bits.data());
}

absl::Status PathScope::AddMoves(const PathCheck& check) {
  Pace pace(check);
  move_begin_.reserve(size_t{nodes()} + 1);
  for (uint32_t node = 0; node < nodes(); ++node) {
    ONWARD_RETURN_IF_ERROR(pace.Step());
    move_begin_.push_back(moves());
    if (LeastOf(node) != kNone) {
      AddMovesOf(node);
      ONWARD_RETURN_IF_ERROR(moves() - move_begin_.back() > 1'000 ? check() : absl::OkStatus());
    }
  }
  move_begin_.push_back(moves());
  return absl::OkStatus();
}

void PathScope::AddMovesOf(uint32_t node) {
  const uint32_t party = parties_[node];
  const Snapshot& snapshot = graph_.snapshot();
  std::vector<uint32_t> edges;
  for (uint32_t layer = 0; layer < layers_; ++layer) {
    const uint32_t vertex = party + layer * graph_.parties();
    const auto middle = static_cast<std::ptrdiff_t>(edges.size());
    for (uint32_t edge = graph_.OutBegin(vertex); edge < graph_.OutBegin(vertex + 1); ++edge) {
      if (IsAlive(edge)) {
        edges.push_back(edge);
      }
    }
    std::inplace_merge(
        edges.begin(), edges.begin() + middle, edges.end(), [&](uint32_t a, uint32_t b) {
          return snapshot.FlowId(graph_.FlowOf(a)) < snapshot.FlowId(graph_.FlowOf(b));
        });
  }
  for (const uint32_t edge : edges) {
    const bool same =
        moves() > move_begin_.back() && graph_.FlowOf(move_edge_.back()) == graph_.FlowOf(edge);
    if (!same) {
      move_edge_.push_back(edge);
      move_flags_.push_back(0);
    }
    const DayGraph::Kind kind = graph_.KindOf(edge);
    move_flags_.back() |= kind == DayGraph::Kind::kActive ? kActive
                          : kind == DayGraph::Kind::kHeld ? kHeld
                                                          : kPast;
    if (ends_[edge]) {
      move_flags_.back() |= kEnds;
    }
  }
}

uint32_t PathScope::LeastOf(uint32_t node) const {
  uint32_t least = kNone;
  for (uint32_t layer = 0; layer < layers_; ++layer) {
    least = std::min(least, least_[size_t{node} * layers_ + layer]);
  }
  return least;
}

bool PathScope::MayEnd(uint32_t slot, const uint64_t* label, uint32_t hops) const {
  uint32_t entry = head_[slot];
  while (entry != kNone && reached_[entry].level > hops) {
    entry = reached_[entry].before;
  }
  if (entry == kNone) {
    return false;
  }
  const uint64_t* const bits = &reached_words_[size_t{entry} * words_];
  for (uint32_t word = 0; word < words_; ++word) {
    if ((bits[word] & label[word]) != 0) {
      return true;
    }
  }
  return false;
}

}  // namespace onward::reach
