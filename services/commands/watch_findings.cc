#include "services/commands/watch_findings.h"

#include <utility>

namespace onward::commands {
namespace {

using query::Finding;
using Changes = std::vector<WatchedFinding>;

query::FindingKey KeyOf(const Finding& finding) {
  return {finding.code, finding.subject, finding.flow, finding.destination};
}

bool SameAnswer(const model::Triage* a, const model::Triage* b) {
  return a == b || (a != nullptr && b != nullptr && *a == *b);
}

bool Differs(const Finding& before, const Finding& after) {
  return !SameAnswer(before.triage, after.triage) ||
         (!after.by_verdict && before.interval != after.interval);
}

// Both in order of their keys.
Changes Merge(const std::vector<Finding>& before, const std::vector<Finding>& after) {
  Changes changes;
  auto old = before.begin();
  for (const Finding& now : after) {
    for (; old != before.end() && KeyOf(*old) < KeyOf(now); ++old) {
      changes.push_back({FindingChange::kClosed, *old});
    }
    if (old == before.end() || KeyOf(now) < KeyOf(*old)) {
      changes.push_back({FindingChange::kOpened, now});
      continue;
    }
    if (Differs(*old, now)) {
      changes.push_back({FindingChange::kChanged, now});
    }
    ++old;
  }
  for (; old != before.end(); ++old) {
    changes.push_back({FindingChange::kClosed, *old});
  }
  return changes;
}

// Of the closed ones, or of the others.
void FillIntervals(const query::Judgements& judged, bool closed, Changes& changes) {
  std::vector<Finding> findings;
  for (const WatchedFinding& change : changes) {
    if ((change.change == FindingChange::kClosed) == closed) {
      findings.push_back(change.finding);
    }
  }
  query::FillIntervals(judged, findings);
  auto filled = findings.begin();
  for (WatchedFinding& change : changes) {
    if ((change.change == FindingChange::kClosed) == closed) {
      change.finding = std::move(*filled++);
    }
  }
}

}  // namespace

WatchedFindings CompareFindings(query::JudgementsPtr before, query::JudgementsPtr after) {
  WatchedFindings result;
  const query::FindingsPtr old = before->findings().Of(*before, {});
  const query::FindingsPtr now = after->findings().Of(*after, {});
  result.list = Merge(*old, *now);
  FillIntervals(*before, true, result.list);
  FillIntervals(*after, false, result.list);
  result.before = std::move(before);
  result.after = std::move(after);
  return result;
}

}  // namespace onward::commands
