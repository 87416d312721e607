// What-if: an inventory with changes of records and of the law that are assumed, never stored.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/law/change.h"
#include "graph/model/record.h"
#include "graph/model/violations.h"
#include "graph/snapshot.h"
#include "services/commands/law_version.h"

namespace onward::storage {
class Store;
}  // namespace onward::storage

namespace onward::commands {

inline constexpr size_t kWhatIfMutationsMax = 1'000;
inline constexpr size_t kWhatIfLawChangesMax = 100;
// Dates whose verdicts are kept for each one.
inline constexpr size_t kWhatIfDatesMax = 4;

// What is assumed. Immutable once asked with.
struct WhatIf {
  // Each record once. An upsert's `ref` names its record.
  std::vector<model::Mutation> mutations;
  // What was found wrong while the mutations were read; reported together with the rest.
  model::Violations read_violations;
  // In the order in which they are made.
  std::vector<law::Change> law_changes;
  // The end of a sentence that asks whether one of `known` was meant by `word`; may be empty.
  std::function<std::string(std::string_view word, const std::vector<std::string>& known)>
      did_you_mean;
  // Equal exactly where the same is assumed.
  std::string digest;
};
using WhatIfPtr = std::shared_ptr<const WhatIf>;

struct Reading;

struct Assumed {
  // At the revision that it was made from.
  SnapshotPtr snapshot;
  // Of the version that it was made from, but an object of its own, without the bytes of a store.
  LawPtr law;
};

// INVALID_RECORD, DANGLING_REFERENCE, DUPLICATE_IDENTIFIER, PRECONDITION_FAILED for mutations;
// INVALID_REQUEST for changes of law; the errors of the store, which is asked when records last changed.
absl::StatusOr<Assumed> Assume(const storage::Store& store, const Reading& stored,
                               const WhatIf& what_if);

}  // namespace onward::commands
