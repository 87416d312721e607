#include "services/commands/snapshot_diff.h"

#include "graph/base/status_macros.h"

namespace onward::commands {
namespace {

using model::Record;
using model::RecordKind;

constexpr size_t kRecordsPerCheck = 1'024;

// Walks two ranges of one kind, both in order of id, side by side.
class SideBySide {
 public:
  SideBySide(const RecordRange& before, const RecordRange& after)
      : before_(before.begin()), after_(after.begin()) {}

  // Both null: the end.
  RecordPair Next() {
    RecordPair pair;
    const int order = Order();
    if (order <= 0 && !(before_ == RecordRange::End())) {
      pair.before = *before_;
      ++before_;
    }
    if (order >= 0 && !(after_ == RecordRange::End())) {
      pair.after = *after_;
      ++after_;
    }
    return pair;
  }

 private:
  // Which side comes first: negative, the one before.
  int Order() const {
    if (before_ == RecordRange::End()) {
      return 1;
    }
    if (after_ == RecordRange::End()) {
      return -1;
    }
    return model::IdOf(**before_).compare(model::IdOf(**after_));
  }

  RecordRange::Iterator before_;
  RecordRange::Iterator after_;
};

bool IsSame(const RecordPair& pair) {
  // Snapshots share records that did not change.
  return pair.before == pair.after ||
         (pair.before != nullptr && pair.after != nullptr && *pair.before == *pair.after);
}

absl::Status VisitKind(const RecordRange& before, const RecordRange& after,
                       const std::function<absl::Status()>& check,
                       const std::function<absl::Status(const RecordPair&)>& visit) {
  SideBySide pairs(before, after);
  size_t seen = 0;
  for (RecordPair pair = pairs.Next(); pair.before != nullptr || pair.after != nullptr;
       pair = pairs.Next()) {
    if (++seen % kRecordsPerCheck == 0) {
      ONWARD_RETURN_IF_ERROR(check());
    }
    if (!IsSame(pair)) {
      ONWARD_RETURN_IF_ERROR(visit(pair));
    }
  }
  return check();
}

// The flows of one snapshot in order of id.
class FlowWalk {
 public:
  explicit FlowWalk(const Snapshot& snapshot)
      : snapshot_(snapshot),
        flows_(snapshot.FlowsInOrder()),
        at_(flows_.begin()),
        end_(flows_.end()) {}

  bool AtEnd() const { return at_ == end_; }
  std::string_view Id() const { return snapshot_.FlowId(*at_); }
  model::FlowView View() const { return snapshot_.ViewAt(*at_); }
  RecordPtr Record() const { return std::make_shared<const model::Record>(snapshot_.FlowAt(*at_)); }
  void Next() { ++at_; }

 private:
  const Snapshot& snapshot_;
  NumberRange flows_;
  NumberRange::Iterator at_;
  NumberRange::Iterator end_;
};

bool IsSame(const model::FlowView& a, const model::FlowView& b) {
  return a.exporter == b.exporter && a.importer == b.importer && a.interval == b.interval &&
         a.terms == b.terms;
}

// The flow that comes first, where its sides differ; both null: they do not. Goes on to the next one.
RecordPair NextFlow(FlowWalk& before, FlowWalk& after) {
  const bool has_before = !before.AtEnd() && (after.AtEnd() || before.Id() <= after.Id());
  const bool has_after = !after.AtEnd() && (before.AtEnd() || after.Id() <= before.Id());
  RecordPair pair;
  if (!has_before || !has_after || !IsSame(before.View(), after.View())) {
    pair.before = has_before ? before.Record() : nullptr;
    pair.after = has_after ? after.Record() : nullptr;
  }
  if (has_before) {
    before.Next();
  }
  if (has_after) {
    after.Next();
  }
  return pair;
}

// Records of flows are put together for those that differ alone.
absl::Status VisitFlows(const Snapshot& before, const Snapshot& after,
                        const std::function<absl::Status()>& check,
                        const std::function<absl::Status(const RecordPair&)>& visit) {
  FlowWalk from(before);
  FlowWalk to(after);
  for (size_t seen = 1; !from.AtEnd() || !to.AtEnd(); ++seen) {
    if (seen % kRecordsPerCheck == 0) {
      ONWARD_RETURN_IF_ERROR(check());
    }
    const RecordPair pair = NextFlow(from, to);
    if (pair.before != nullptr || pair.after != nullptr) {
      ONWARD_RETURN_IF_ERROR(visit(pair));
    }
  }
  return check();
}

}  // namespace

absl::Status VisitDifferences(const Snapshot& before, const Snapshot& after,
                              const std::function<absl::Status()>& check,
                              const std::function<absl::Status(const RecordPair&)>& visit) {
  for (int kind = static_cast<int>(RecordKind::kParty); kind <= static_cast<int>(RecordKind::kLast);
       ++kind) {
    const auto each = static_cast<RecordKind>(kind);
    if (each == RecordKind::kFlow) {
      ONWARD_RETURN_IF_ERROR(VisitFlows(before, after, check, visit));
      continue;
    }
    ONWARD_RETURN_IF_ERROR(VisitKind(before.RecordsOf(each), after.RecordsOf(each), check, visit));
  }
  return absl::OkStatus();
}

}  // namespace onward::commands
