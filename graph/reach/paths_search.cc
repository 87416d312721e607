#include "graph/reach/paths_search.h"

#include <algorithm>

#include "graph/base/status_macros.h"
#include "graph/reach/paths_longest.h"

namespace onward::reach {
namespace {

constexpr uint32_t kNone = PathScope::kNone;
constexpr uint64_t kPatience = 256;
// Steps that finding out about longer paths may take beyond those of the search.
constexpr uint64_t kLongerPatience = 4'096;

absl::Status NoPosition() { return absl::InvalidArgumentError("is not one of this question"); }

}  // namespace

PathSearch::PathSearch(const PathScope& scope, const PathsQuestion& question,
                       const PathsBounds& bounds, const PathCheck& check, const Take& take)
    : scope_(scope),
      question_(question),
      bounds_(bounds),
      check_(check),
      take_(take),
      on_path_(scope.nodes(), 0),
      look_(scope, check),
      patience_(kPatience) {}

// What the search holds at most, but for labels on the path.
size_t PathSearch::BytesNeeded() {
  // Of bounds by node, of a look ahead, and of what is made and dropped before the search.
  const size_t bounds = question_.through.size() + (question_.verdicts.empty() ? 0 : 6);
  const size_t look = 16 + 8 * size_t{LabelWords()};
  constexpr size_t kDropped = 28;
  bytes_needed_ = scope_.bytes() + size_t{scope_.nodes()} * (4 * bounds + look + kDropped) +
                  size_t{scope_.moves()} * 4;
  return bytes_needed_;
}

// What of the question bounds the search.
absl::Status PathSearch::Prepare() {
  std::vector<uint32_t> through = question_.through;
  std::sort(through.begin(), through.end());
  through.erase(std::unique(through.begin(), through.end()), through.end());
  for (const uint32_t party : through) {
    if (party == question_.from) {
      continue;
    }
    const uint32_t node = scope_.NodeOf(party);
    possible_ = possible_ && node != kNone;
    if (possible_) {
      through_.push_back(node);
      ONWARD_ASSIGN_OR_RETURN(std::vector<uint32_t> hops, HopsTo(scope_, node, check_));
      hops_to_through_.push_back(std::move(hops));
      end_from_through_.push_back(scope_.LeastOf(node));
    }
  }
  for (uint32_t move = 0; possible_ && !through_.empty() && move < scope_.moves(); ++move) {
    for (size_t i = 0; i < through_.size() && scope_.Ends(move); ++i) {
      if (scope_.ToNode(move) == through_[i]) {
        end_from_through_[i] = 0;
      }
    }
  }
  if (!question_.verdicts.empty()) {
    asked_.assign(static_cast<size_t>(verdict::Badness(verdict::Verdict::kLacking)) + 1, false);
    for (const verdict::Verdict verdict : question_.verdicts) {
      asked_[static_cast<size_t>(verdict::Badness(verdict))] = true;
    }
  }
  hops_over_.resize(asked_.size());
  std::vector<bool> counts = asked_;
  for (size_t worst = 0; worst < asked_.size(); ++worst) {
    counts[worst] = false;
    if (!asked_[worst]) {
      ONWARD_ASSIGN_OR_RETURN(hops_over_[worst], HopsOver(scope_, counts, check_));
    }
  }
  return absl::OkStatus();
}

uint32_t PathSearch::MeetsAt(uint32_t node) const {
  uint32_t met = 0;
  for (size_t i = 0; i < through_.size(); ++i) {
    met |= through_[i] == node ? uint32_t{1} << i : 0;
  }
  return met;
}

bool PathSearch::MayEnd(uint32_t node, const uint64_t* label, uint32_t hops) const {
  for (uint32_t layer = 0; layer < scope_.layers(); ++layer) {
    if (scope_.MayEnd(node * scope_.layers() + layer, label + size_t{layer} * scope_.words(),
                      hops)) {
      return true;
    }
  }
  return false;
}

bool PathSearch::MayMeet(uint32_t node, uint32_t met, int worst, uint32_t hops) const {
  for (size_t i = 0; i < through_.size(); ++i) {
    const uint64_t way = uint64_t{hops_to_through_[i][node]} + end_from_through_[i];
    if ((met & (uint32_t{1} << i)) == 0 && way > hops) {
      return false;
    }
  }
  return IsAsked(worst) || hops_over_[static_cast<size_t>(worst)][node] <= hops;
}

absl::Status PathSearch::TakeLast(uint32_t move, uint32_t met, int worst) {
  size_t label = 0;
  const uint32_t all = (uint32_t{1} << through_.size()) - 1;
  const bool ends = scope_.Ends(move);
  if ((!ends && !LooksFurther()) || !Carry(move, &label)) {
    return absl::OkStatus();
  }
  NoteLonger(scope_.ToNode(move), &labels_[label]);
  absl::Status status;
  if (ends && met == all && IsAsked(worst) && scope_.IsWanted(&labels_[label])) {
    if (found_ == bounds_.paths) {
      limit_ = PathsLimit::kPaths;
    } else {
      ++found_;
      fruitless_ = 0;
      status = take_(PathOf(move, worst, &labels_[label]));
    }
  }
  labels_.resize(label);
  return status;
}

// Something goes on where the hops of this length were not enough. What is spent on finding out stays in proportion.
void PathSearch::NoteLonger(uint32_t node, const uint64_t* label) {
  if (!LooksFurther() || !MayEnd(node, label, kNone - 1)) {
    return;
  }
  if (spent_on_longer_ > kLongerPatience + steps_ - spent_on_longer_) {
    longer_ = true;
    return;
  }
  const uint32_t before = on_path_[node];
  on_path_[node] = Depth() + 2;
  longer_ = look_.From(node, label, on_path_, Depth() + 2, kNone - 1, StepsLeft()) !=
            PathLook::Sight::kNone;
  on_path_[node] = before;
  steps_ += look_.cost();
  spent_on_longer_ += look_.cost();
}

void PathSearch::Descend(uint32_t move, uint32_t met, int worst, size_t label) {
  const uint32_t node = scope_.ToNode(move);
  frames_.push_back({node, move, scope_.MoveBegin(node), label, met, worst});
  on_path_[node] = static_cast<uint32_t>(frames_.size());
}

void PathSearch::Leave() {
  labels_.resize(frames_.back().label);
  on_path_[frames_.back().node] = 0;
  frames_.pop_back();
}

absl::Status PathSearch::Examine(uint32_t move) {
  const uint32_t node = scope_.ToNode(move);
  if (on_path_[node] != 0) {
    return absl::OkStatus();
  }
  const Frame& top = frames_.back();
  const uint32_t met = top.met | MeetsAt(node);
  const int worst = std::max(top.worst, verdict::Badness(scope_.VerdictOf(move)));
  const uint32_t left = hops_ - Depth() - 1;
  if (left == 0) {
    return TakeLast(move, met, worst);
  }
  const uint32_t least = scope_.LeastOf(node);
  size_t label = 0;
  if (least == kNone || (least > left && !LooksFurther()) || !Carry(move, &label)) {
    return absl::OkStatus();
  }
  if (MayEnd(node, &labels_[label], left) && MayMeet(node, met, worst, left)) {
    Descend(move, met, worst, label);
  } else {
    NoteLonger(node, &labels_[label]);
    labels_.resize(label);
  }
  return absl::OkStatus();
}

// Leaves the first part of the path, and all after it, from where the end cannot be reached any more.
absl::Status PathSearch::LeaveHopeless() {
  uint64_t cost = 0;
  for (uint32_t depth = 1; depth < frames_.size(); ++depth) {
    ONWARD_RETURN_IF_ERROR(check_());
    const Frame& frame = frames_[depth];
    const PathLook::Sight sight = look_.From(frame.node, &labels_[frame.label], on_path_, depth + 1,
                                             hops_ - depth, StepsLeft());
    ONWARD_RETURN_IF_ERROR(look_.status());
    steps_ += look_.cost();
    cost += look_.cost();
    if (sight == PathLook::Sight::kUnknown) {
      break;
    }
    if (sight != PathLook::Sight::kEnd) {
      longer_ = longer_ || sight == PathLook::Sight::kTooFar;
      while (frames_.size() > depth) {
        Leave();
      }
    }
  }
  fruitless_ = 0;
  patience_ = std::max(kPatience, 2 * cost);
  return absl::OkStatus();
}

PathsPosition PathSearch::Here() const {
  PathsPosition here;
  here.hops = hops_;
  here.longer = longer_;
  for (size_t depth = 1; depth < frames_.size(); ++depth) {
    here.places.push_back(frames_[depth].move - scope_.MoveBegin(frames_[depth - 1].node));
  }
  here.places.push_back(frames_.back().next - scope_.MoveBegin(frames_.back().node));
  return here;
}

absl::Status PathSearch::Restore(const PathsPosition& start) {
  if (start.places.empty() || start.places.size() > start.hops) {
    return NoPosition();
  }
  hops_ = start.hops;
  longer_ = start.longer;
  for (size_t i = 0; i < start.places.size(); ++i) {
    const uint32_t node = frames_.back().node;
    const uint32_t count = scope_.MoveBegin(node + 1) - scope_.MoveBegin(node);
    if (start.places[i] >= count) {
      return NoPosition();
    }
    const uint32_t move = scope_.MoveBegin(node) + start.places[i];
    frames_.back().next = move;
    if (i + 1 == start.places.size()) {
      break;
    }
    const size_t depth = frames_.size();
    ONWARD_RETURN_IF_ERROR(Examine(move));
    if (frames_.size() == depth) {
      return NoPosition();
    }
    frames_[depth - 1].next = move + 1;
  }
  return absl::OkStatus();
}

// All paths of hops_ hops, from where the frames stand; ends early where a limit is met.
absl::Status PathSearch::RunLength() {
  while (!frames_.empty()) {
    Frame& top = frames_.back();
    if (top.next == scope_.MoveBegin(top.node + 1)) {
      Leave();
      continue;
    }
    if (fruitless_ > patience_) {
      ONWARD_RETURN_IF_ERROR(LeaveHopeless());
      continue;
    }
    if (steps_ >= bounds_.steps) {
      limit_ = PathsLimit::kSteps;
      return absl::OkStatus();
    }
    if (bytes_needed_ + labels_.capacity() * 8 > bounds_.memory_bytes) {
      limit_ = PathsLimit::kMemory;
      return absl::OkStatus();
    }
    ++steps_;
    ++fruitless_;
    since_check_ += 1 + labels_.size() / 64;
    if (since_check_ > 4'096) {
      since_check_ = 0;
      ONWARD_RETURN_IF_ERROR(check_());
    }
    const uint32_t move = top.next++;
    const size_t depth = frames_.size();
    ONWARD_RETURN_IF_ERROR(Examine(move));
    if (limit_ != PathsLimit::kNone) {
      frames_[depth - 1].next = move;
      return absl::OkStatus();
    }
  }
  return absl::OkStatus();
}

// One length after the other, while there may be longer paths.
absl::Status PathSearch::RunLengths(const std::optional<PathsPosition>& start) {
  const uint32_t first = start.has_value() ? start->hops : scope_.LeastOf(0);
  if (start.has_value() && (first == 0 || first > hops_max_)) {
    return NoPosition();
  }
  longer_ = first > hops_max_;
  for (hops_ = first; hops_ <= hops_max_; ++hops_) {
    longer_ = false;
    frames_.assign(1, Frame{0, kNone, scope_.MoveBegin(0), 0, 0, 0});
    on_path_[0] = 1;
    if (start.has_value() && hops_ == first) {
      ONWARD_RETURN_IF_ERROR(Restore(*start));
    }
    ONWARD_RETURN_IF_ERROR(RunLength());
    if (limit_ != PathsLimit::kNone || !longer_) {
      break;
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<PathsEnd> PathSearch::Run(const std::optional<PathsPosition>& start) {
  PathsEnd end;
  if (scope_.LeastOf(0) == kNone) {
    return end;
  }
  if (BytesNeeded() > bounds_.memory_bytes) {
    end.limit = PathsLimit::kMemory;
    end.longer_paths = true;
    return end;
  }
  ONWARD_RETURN_IF_ERROR(Prepare());
  if (!possible_) {
    return end;
  }
  ONWARD_ASSIGN_OR_RETURN(longest_, LongestAtMost(scope_, check_));
  hops_max_ = static_cast<uint32_t>(std::min<uint64_t>(longest_, question_.max_hops));
  ONWARD_RETURN_IF_ERROR(RunLengths(start));
  end.limit = limit_;
  end.steps = steps_;
  end.longer_paths = limit_ == PathsLimit::kNone ? longer_ : longest_ > question_.max_hops;
  if (limit_ == PathsLimit::kPaths || limit_ == PathsLimit::kSteps) {
    end.next = Here();
  }
  return end;
}

}  // namespace onward::reach
