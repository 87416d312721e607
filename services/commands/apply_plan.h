// What an Apply would write: every check, and the records as they would be stored.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/model/record.h"
#include "graph/model/validate.h"
#include "graph/snapshot.h"
#include "services/commands/inventory_runtime.h"

namespace onward::commands {

struct ApplyCounts {
  uint64_t created = 0;
  uint64_t updated = 0;
  // Records equal to what is stored, and deletes of what is not there: not written.
  uint64_t unchanged = 0;
  uint64_t deleted = 0;
};

struct ApplyPlan {
  // Only what really changes, sources merged.
  std::vector<model::Mutation> writes;
  ApplyCounts counts;
};

// What the paths of errors call the list of mutations.
inline constexpr const char* kMutations = "mutations";

// Checks each record by itself and that each is there once. Adds to `violations`.
void CheckMutations(const std::vector<model::Mutation>& mutations,
                    const model::Vocabulary& vocabulary, model::Violations& violations,
                    const char* list = kMutations);

// Last revision that changed a record; asked for only where a precondition names one. 0: not there.
using LastChangedAt = std::function<absl::StatusOr<uint64_t>(const model::RecordRef&)>;

// Checks the mutations against `head` (preconditions, references, identifiers) and merges sources.
// `identifiers` are those of head's parties. Contacts get their salts. PRECONDITION_FAILED, DANGLING_REFERENCE,
// DUPLICATE_IDENTIFIER.
absl::StatusOr<ApplyPlan> PlanApply(const std::vector<model::Mutation>& mutations,
                                    const Snapshot& head, const IdentifierIndex& identifiers,
                                    const LastChangedAt& last_changed_at,
                                    const char* list = kMutations);

}  // namespace onward::commands
