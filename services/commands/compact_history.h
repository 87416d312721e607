// CompactHistory: forgets the states of an inventory before a revision, for good. Who asked for it, when and
// why is a revision of its own.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/commands/engine.h"

namespace onward::commands {

struct CompactHistoryRequest {
  std::string inventory;
  // 1 to the head.
  uint64_t oldest_revision = 0;
  bool dry_run = false;
  std::string author;
  std::string comment;
};

struct CompactHistoryResult {
  // That can be read from then on. Later than what was asked for where it was later already.
  uint64_t oldest_revision = 0;
  // Of records; gone, or of a dry run those that would be.
  uint64_t versions = 0;
};

// May be repeated: what is forgotten already is not forgotten again, and what an earlier call left, cut by
// its deadline, is forgotten then. INVALID_REQUEST, INVENTORY_NOT_FOUND, REVISION_IN_FUTURE, and those of
// the store.
absl::StatusOr<CompactHistoryResult> CompactHistory(Engine& engine,
                                                    const CompactHistoryRequest& request,
                                                    const CallContext& call);

}  // namespace onward::commands
