#include "graph/reach/paths_look.h"

#include <algorithm>

namespace onward::reach {

uint64_t* PathLook::LabelOf(uint32_t node) {
  const size_t width = size_t{scope_.layers()} * scope_.words();
  uint64_t* const label = &labels_[node * width];
  if (IsNew(node)) {
    stamps_[node] = stamp_;
    std::fill(label, label + width, 0);
  }
  return label;
}

PathLook::Met PathLook::Follow(uint32_t node, uint32_t move, uint32_t hops_left) {
  const uint32_t to = scope_.ToNode(move);
  const uint32_t mark = (*on_path_)[to];
  if (mark != 0 && mark <= depth_) {
    return Met::kGoOn;
  }
  const uint32_t words = scope_.words();
  const uint8_t flags = scope_.FlagsOf(move);
  const uint64_t* const here = LabelOf(node);
  passed_.assign(size_t{scope_.layers()} * words, 0);
  const bool held = (flags & PathScope::kHeld) != 0;
  if ((flags & PathScope::kActive) != 0 || held) {
    std::copy_n(here + (held ? words : 0), words, passed_.data());
    const bool any = scope_.Narrow(scope_.EdgeOf(move), passed_.data());
    if (any && scope_.Ends(move) && scope_.IsWanted(passed_.data())) {
      return Met::kEnd;
    }
    if (!any) {
      std::fill_n(passed_.data(), words, 0);
    }
  }
  if ((flags & PathScope::kPast) != 0) {
    std::copy_n(here + words, words, passed_.data() + words);
    if (!scope_.Narrow(scope_.EdgeOf(move), passed_.data() + words)) {
      std::fill_n(passed_.data() + words, words, 0);
    }
  }
  const uint32_t least = scope_.LeastOf(to);
  if (least == PathScope::kNone) {
    return Met::kGoOn;
  }
  if (least > hops_left) {
    cut_ = true;
    return Met::kGoOn;
  }
  uint64_t* const there = LabelOf(to);
  bool grew = false;
  for (size_t word = 0; word < passed_.size(); ++word) {
    grew = grew || (passed_[word] & ~there[word]) != 0;
    there[word] |= passed_[word];
  }
  if (grew && waits_[to] != level_) {
    waits_[to] = level_;
    next_.push_back(to);
  }
  return Met::kGoOn;
}

bool PathLook::Spent(uint64_t budget) {
  constexpr uint64_t kCheckEvery = 4'096;
  if (++cost_ % kCheckEvery == 0) {
    status_ = check_();
  }
  return cost_ > budget || !status_.ok();
}

PathLook::Sight PathLook::From(uint32_t node, const uint64_t* label,
                               const std::vector<uint32_t>& on_path, uint32_t depth, uint32_t hops,
                               uint64_t budget) {
  if (stamps_.empty()) {
    stamps_.assign(scope_.nodes(), 0);
    waits_.assign(scope_.nodes(), 0);
    labels_.assign(size_t{scope_.nodes()} * scope_.layers() * scope_.words(), 0);
  }
  ++stamp_;
  on_path_ = &on_path;
  depth_ = depth;
  cost_ = 0;
  cut_ = false;
  std::copy_n(label, size_t{scope_.layers()} * scope_.words(), LabelOf(node));
  open_.assign(1, node);
  for (uint32_t hop = 1; !open_.empty() && hop <= hops; ++hop) {
    ++level_;
    next_.clear();
    for (const uint32_t at : open_) {
      for (uint32_t move = scope_.MoveBegin(at); move < scope_.MoveBegin(at + 1); ++move) {
        if (Spent(budget)) {
          return Sight::kUnknown;
        }
        if (Follow(at, move, hops - hop) == Met::kEnd) {
          return Sight::kEnd;
        }
      }
    }
    open_.swap(next_);
  }
  return cut_ || !open_.empty() ? Sight::kTooFar : Sight::kNone;
}

}  // namespace onward::reach
