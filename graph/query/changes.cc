#include "graph/query/changes.h"

#include <map>
#include <utility>

namespace onward::query {
namespace {

using Key = std::pair<std::string, std::string>;

void Collect(const Judgements& judged, bool is_after, std::map<Key, VerdictChange>& changes) {
  const auto& flows = judged.snapshot().Flows();
  for (uint32_t number = 0; number < flows.size(); ++number) {
    const verdict::HopVerdict* const hop = judged.Of(number);
    if (hop == nullptr) {
      continue;
    }
    for (const verdict::DestinationVerdict& destination : hop->destinations) {
      VerdictChange& change = changes[{flows[number]->id, destination.destination}];
      change.flow = flows[number]->id;
      change.destination = destination.destination;
      (is_after ? change.after : change.before) = destination.verdict;
      (is_after ? change.reason_after : change.reason_before) = destination.reason;
    }
  }
}

}  // namespace

std::vector<VerdictChange> VerdictChanges(const Judgements& before, const Judgements& after) {
  std::map<Key, VerdictChange> all;
  Collect(before, false, all);
  Collect(after, true, all);
  std::vector<VerdictChange> changes;
  for (auto& [key, change] : all) {
    if (change.before != change.after || change.reason_before != change.reason_after) {
      changes.push_back(std::move(change));
    }
  }
  return changes;
}

std::vector<VerdictChange> VerdictChanges(const SnapshotPtr& before, const SnapshotPtr& after,
                                          const law::RegisterPtr& law,
                                          const verdict::Question& question) {
  return VerdictChanges(*Judgements::Make(before, law, question),
                        *Judgements::Make(after, law, question));
}

}  // namespace onward::query
