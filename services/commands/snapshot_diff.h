// The records that are not the same in two snapshots.
#pragma once

#include <functional>

#include "absl/status/status.h"
#include "graph/snapshot.h"

namespace onward::commands {

// One record on both sides; null: not there.
struct RecordPair {
  RecordPtr before;
  RecordPtr after;

  model::RecordRef ref() const {
    const model::Record& record = before == nullptr ? *after : *before;
    return {model::KindOf(record), model::IdOf(record)};
  }
};

// Calls `visit` for each difference, in order of kind and id. `check` is asked as the work goes on; its
// error, or that of `visit`, ends it.
absl::Status VisitDifferences(const Snapshot& before, const Snapshot& after,
                              const std::function<absl::Status()>& check,
                              const std::function<absl::Status(const RecordPair&)>& visit);

}  // namespace onward::commands
