#include "graph/query/changes.h"

#include <utility>

#include "graph/base/status_macros.h"

namespace onward::query {
namespace {

// Flows between two looks at the caller.
constexpr size_t kFlowsPerCheck = 1'024;

// The flows of judgements in order of id, one after the other.
class Walk {
 public:
  explicit Walk(const Judgements& judged)
      : judged_(judged),
        flows_(judged.snapshot().FlowsInOrder()),
        at_(flows_.begin()),
        end_(flows_.end()) {}

  bool AtEnd() const { return at_ == end_; }
  std::string_view Id() const { return judged_.snapshot().FlowId(*at_); }
  // Of the flow that it stands at; then goes on to the next.
  std::vector<DestinationOutcome> Take() {
    std::vector<DestinationOutcome> outcomes = judged_.DestinationsOf(*at_);
    ++at_;
    return outcomes;
  }

 private:
  const Judgements& judged_;
  const NumberRange flows_;
  NumberRange::Iterator at_;
  const NumberRange::Iterator end_;
};

void AddChange(const std::string& flow, const DestinationOutcome* before,
               const DestinationOutcome* after, VerdictChanges& changes) {
  VerdictChange change;
  if (before != nullptr) {
    Count(before->verdict, changes.before);
    change.before = before->verdict;
    change.reason_before = before->reason;
  }
  if (after != nullptr) {
    Count(after->verdict, changes.after);
    change.after = after->verdict;
    change.reason_after = after->reason;
  }
  if (change.before != change.after || change.reason_before != change.reason_after) {
    change.flow = flow;
    change.destination = (after != nullptr ? after : before)->destination;
    changes.list.push_back(std::move(change));
  }
}

// Both lists are in order of destination.
void AddFlow(const std::string& flow, const std::vector<DestinationOutcome>& before,
             const std::vector<DestinationOutcome>& after, VerdictChanges& changes) {
  size_t i = 0;
  size_t j = 0;
  while (i < before.size() || j < after.size()) {
    const bool old_one =
        i < before.size() && (j == after.size() || before[i].destination <= after[j].destination);
    const bool new_one =
        j < after.size() && (i == before.size() || after[j].destination <= before[i].destination);
    AddChange(flow, old_one ? &before[i] : nullptr, new_one ? &after[j] : nullptr, changes);
    i += old_one ? 1 : 0;
    j += new_one ? 1 : 0;
  }
}

}  // namespace

absl::StatusOr<VerdictChanges> CompareVerdicts(const Judgements& before, const Judgements& after,
                                               const std::function<absl::Status()>& check) {
  VerdictChanges changes;
  Walk old(before);
  Walk now(after);
  for (size_t flows = 0; !old.AtEnd() || !now.AtEnd(); ++flows) {
    if (flows % kFlowsPerCheck == 0) {
      ONWARD_RETURN_IF_ERROR(check());
    }
    const bool is_old = !old.AtEnd() && (now.AtEnd() || old.Id() <= now.Id());
    const bool is_new = !now.AtEnd() && (old.AtEnd() || now.Id() <= old.Id());
    const std::string flow(is_old ? old.Id() : now.Id());
    const auto outcomes = is_old ? old.Take() : std::vector<DestinationOutcome>();
    AddFlow(flow, outcomes, is_new ? now.Take() : std::vector<DestinationOutcome>(), changes);
  }
  return changes;
}

std::vector<VerdictChange> ChangedVerdicts(const Judgements& before, const Judgements& after) {
  return CompareVerdicts(before, after, [] { return absl::OkStatus(); })->list;
}

std::vector<VerdictChange> ChangedVerdicts(const SnapshotPtr& before, const SnapshotPtr& after,
                                           const law::RegisterPtr& law,
                                           const verdict::Question& question) {
  return ChangedVerdicts(*Judgements::Make(before, law, question),
                         *Judgements::Make(after, law, question));
}

}  // namespace onward::query
