// A look ahead: can a path that was begun still come to the end beside the parties that it has met? Internal to this folder.
#pragma once

#include <cstdint>
#include <vector>

#include "graph/reach/paths_scope.h"

namespace onward::reach {

class PathLook {
 public:
  enum class Sight {
    kEnd,
    // No way, however long.
    kNone,
    // No way that is short enough.
    kTooFar,
    // The budget did not last.
    kUnknown
  };

  // Both must outlive it.
  PathLook(const PathScope& scope, const PathCheck& check) : scope_(scope), check_(check) {}

  // From `node` with `label` (words by layer), not over nodes whose `on_path` is 1 to `depth`, within `hops`. Looks at up to
  // `budget` moves. Classes are taken together: the end may be said to be in sight though on_behalf_of bars the way.
  Sight From(uint32_t node, const uint64_t* label, const std::vector<uint32_t>& on_path,
             uint32_t depth, uint32_t hops, uint64_t budget);
  // Moves that the last call looked at.
  uint64_t cost() const { return cost_; }
  // Why the last call ended with kUnknown, if it is not the budget.
  const absl::Status& status() const { return status_; }

 private:
  enum class Met { kEnd, kGoOn };

  uint64_t* LabelOf(uint32_t node);
  bool IsNew(uint32_t node) const { return stamps_[node] != stamp_; }
  Met Follow(uint32_t node, uint32_t move, uint32_t hops_left);

  bool Spent(uint64_t budget);

  const PathScope& scope_;
  const PathCheck& check_;
  absl::Status status_;
  const std::vector<uint32_t>* on_path_ = nullptr;
  uint32_t depth_ = 0;
  uint64_t cost_ = 0;
  bool cut_ = false;
  uint32_t stamp_ = 0;
  std::vector<uint32_t> stamps_;
  std::vector<uint64_t> labels_;
  std::vector<uint64_t> passed_;
  std::vector<uint32_t> open_;
  std::vector<uint32_t> next_;
  // By node: the level for which it waits, with stamp_.
  std::vector<uint64_t> waits_;
  uint64_t level_ = 0;
};

}  // namespace onward::reach
