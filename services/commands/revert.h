// Revert: writes an earlier state of all records as a new revision. What is reverted stays in the history.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/commands/apply.h"
#include "services/commands/engine.h"
#include "services/commands/write.h"

namespace onward::commands {

struct RevertRequest {
  std::string inventory;
  uint64_t to_revision = 0;
  // HEAD_MOVED where the head is another; absent: whatever it is.
  std::optional<uint64_t> expected_head;
  WriteMeta meta;
  // Date of the change in verdicts, for a dry run; absent: today.
  std::optional<Date> as_of;
};

// As an Apply of all that differs, with its limits: LIMIT_EXCEEDED beyond mutations_max, for which there are
// steps in between. INVALID_RECORD, DANGLING_REFERENCE, both FAILED_PRECONDITION, where the law register in
// effect does not know a word of the earlier state. REVISION_IN_FUTURE, REVISION_COMPACTED.
absl::StatusOr<ApplyResult> Revert(Engine& engine, const RevertRequest& request,
                                   const CallContext& call);

}  // namespace onward::commands
