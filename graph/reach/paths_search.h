// The search for paths inside a scope: one length after the other, in order of flow ids. Internal to this folder.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "graph/reach/paths_look.h"
#include "graph/reach/paths_scope.h"

namespace onward::reach {

class PathSearch {
 public:
  using Take = std::function<absl::Status(const CarryingPath&)>;

  // All must outlive it; `scope` is built.
  PathSearch(const PathScope& scope, const PathsQuestion& question, const PathsBounds& bounds,
             const PathCheck& check, const Take& take);

  // Once. INVALID_ARGUMENT: `start` is no position of this question.
  absl::StatusOr<PathsEnd> Run(const std::optional<PathsPosition>& start);

 private:
  struct Frame {
    uint32_t node = 0;
    // The move that led here; of the first frame none.
    uint32_t move = PathScope::kNone;
    // The next move to look at.
    uint32_t next = 0;
    // Where its label begins in labels_.
    size_t label = 0;
    // Which of the parties to go through were met.
    uint32_t met = 0;
    // The worst hop so far, by Badness.
    int worst = 0;
  };

  size_t BytesNeeded();
  absl::Status Prepare();
  absl::Status Restore(const PathsPosition& start);
  PathsPosition Here() const;
  absl::Status RunLengths(const std::optional<PathsPosition>& start);
  absl::Status RunLength();
  absl::Status Examine(uint32_t move);
  absl::Status TakeLast(uint32_t move, uint32_t met, int worst);
  void Descend(uint32_t move, uint32_t met, int worst, size_t label);
  void Leave();
  absl::Status LeaveHopeless();
  void NoteLonger(uint32_t node, const uint64_t* label);

  bool Carry(uint32_t move, size_t* label);
  void CarryFirst(uint32_t move, std::vector<uint64_t>& entries) const;
  void CarryOn(uint32_t move, std::vector<uint64_t>& entries) const;
  bool MayEnd(uint32_t node, const uint64_t* label, uint32_t hops) const;
  // Whether what is still asked for can lie ahead within that many hops.
  bool MayMeet(uint32_t node, uint32_t met, int worst, uint32_t hops) const;
  bool IsAsked(int worst) const { return asked_.empty() || asked_[static_cast<size_t>(worst)]; }
  uint32_t MeetsAt(uint32_t node) const;
  CarryingPath PathOf(uint32_t last, int worst, const uint64_t* label) const;
  // Whether it is still to be found out that there may be longer paths.
  bool LooksFurther() const { return !longer_ && hops_ < longest_; }
  uint64_t StepsLeft() const { return bounds_.steps > steps_ ? bounds_.steps - steps_ : 0; }
  uint32_t LabelWords() const { return scope_.layers() * scope_.words(); }
  uint32_t Depth() const { return static_cast<uint32_t>(frames_.size()) - 1; }

  const PathScope& scope_;
  const PathsQuestion& question_;
  const PathsBounds& bounds_;
  const PathCheck& check_;
  const Take& take_;

  // Nodes of the parties to go through, how far they are from each node, and the end from them.
  std::vector<uint32_t> through_;
  std::vector<std::vector<uint32_t>> hops_to_through_;
  std::vector<uint32_t> end_from_through_;
  // By Badness: whether a path may have it as its worst; empty: any.
  std::vector<bool> asked_;
  // By Badness so far, where that may not be the worst: hops to the end over one that may.
  std::vector<std::vector<uint32_t>> hops_over_;
  bool possible_ = true;
  uint64_t longest_ = 0;
  uint32_t hops_max_ = 0;

  uint32_t hops_ = 0;
  std::vector<Frame> frames_;
  // Labels of the frames, one behind the other: words of all classes together for each layer, then entries of a key and words.
  std::vector<uint64_t> labels_;
  // By node: 1 + its depth; 0: not on the path.
  std::vector<uint32_t> on_path_;
  PathLook look_;
  size_t bytes_needed_ = 0;
  uint64_t steps_ = 0;
  uint64_t since_check_ = 0;
  // Steps since something was found, and how many of them make it worth a look ahead.
  uint64_t fruitless_ = 0;
  uint64_t patience_ = 0;
  uint64_t found_ = 0;
  // A path longer than hops_ was met, or may exist.
  bool longer_ = false;
  uint64_t spent_on_longer_ = 0;
  PathsLimit limit_ = PathsLimit::kNone;
};

}  // namespace onward::reach
