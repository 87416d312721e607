// The last writes of an inventory, kept to bring what was computed before them up to date.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "graph/model/record.h"
#include "graph/snapshot.h"

namespace onward::commands {

// Keeps no snapshot alive. Not thread-safe.
class RecentWrites {
 public:
  // More records than this in all are not worth following (query::Judgements::After); the oldest writes go first.
  static constexpr size_t kRecordsMax = 200;
  // Writes of whatever size, also of no record.
  static constexpr size_t kWritesMax = 200;

  // `to` came from `from` by Snapshot::With of `writes`. Forgets what was before where `from` is not what
  // the last write led to: a fold or another source lies between, and numbers mean something else.
  void Add(const SnapshotPtr& from, const SnapshotPtr& to,
           const std::vector<model::Mutation>& writes);
  void Clear();
  // What was written from one snapshot to a later one, in order; nullopt: not known any more, or never was.
  std::optional<std::vector<model::Mutation>> Between(const SnapshotPtr& from,
                                                      const SnapshotPtr& to) const;
  // Records that are kept.
  size_t records() const { return records_; }

 private:
  // Which snapshot, also after its end.
  using Mark = std::weak_ptr<const Snapshot>;
  struct Step {
    Mark from;
    Mark to;
    std::vector<model::Mutation> writes;
  };

  static bool Is(const Mark& mark, const SnapshotPtr& snapshot);

  // Each begins where the one before ends.
  std::deque<Step> steps_;
  size_t records_ = 0;
};

}  // namespace onward::commands
