#include "services/commands/recent_writes.h"

#include <algorithm>

namespace onward::commands {

// By the counts that a weak pointer keeps: no address is taken for that of another snapshot that came later.
bool RecentWrites::Is(const Mark& mark, const SnapshotPtr& snapshot) {
  return !mark.owner_before(snapshot) && !snapshot.owner_before(mark);
}

void RecentWrites::Clear() {
  steps_.clear();
  records_ = 0;
}

void RecentWrites::Add(const SnapshotPtr& from, const SnapshotPtr& to,
                       const std::vector<model::Mutation>& writes) {
  if (writes.size() > kRecordsMax || (!steps_.empty() && !Is(steps_.back().to, from))) {
    Clear();
  }
  if (writes.size() > kRecordsMax) {
    return;
  }
  steps_.push_back({from, to, writes});
  records_ += writes.size();
  while (records_ > kRecordsMax || steps_.size() > kWritesMax) {
    records_ -= steps_.front().writes.size();
    steps_.pop_front();
  }
}

std::optional<std::vector<model::Mutation>> RecentWrites::Between(const SnapshotPtr& from,
                                                                  const SnapshotPtr& to) const {
  const auto first = std::find_if(steps_.begin(), steps_.end(),
                                  [&from](const Step& step) { return Is(step.from, from); });
  const auto last =
      std::find_if(first, steps_.end(), [&to](const Step& step) { return Is(step.to, to); });
  if (last == steps_.end()) {
    return std::nullopt;
  }
  std::vector<model::Mutation> writes;
  for (auto step = first; step != last + 1; ++step) {
    writes.insert(writes.end(), step->writes.begin(), step->writes.end());
  }
  return writes;
}

}  // namespace onward::commands
