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

}  // namespace

absl::Status VisitDifferences(const Snapshot& before, const Snapshot& after,
                              const std::function<absl::Status()>& check,
                              const std::function<absl::Status(const RecordPair&)>& visit) {
  for (int kind = static_cast<int>(RecordKind::kParty); kind <= static_cast<int>(RecordKind::kLast);
       ++kind) {
    const auto each = static_cast<RecordKind>(kind);
    ONWARD_RETURN_IF_ERROR(VisitKind(before.RecordsOf(each), after.RecordsOf(each), check, visit));
  }
  return absl::OkStatus();
}

}  // namespace onward::commands
