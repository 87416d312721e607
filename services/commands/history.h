// History: the revisions of an inventory, or of one record, newest first.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/commands/engine.h"
#include "services/commands/page.h"

namespace onward::commands {

struct HistoryRequest {
  std::string inventory;
  // Absent: all revisions.
  std::optional<model::RecordRef> ref;
  PageRequest page;
};

struct HistoryResult {
  // The head when the first page was made.
  Basis basis;
  std::vector<storage::RevisionInfo> revisions;
  std::optional<PagePosition> next;
};

// INVENTORY_NOT_FOUND and the errors of the store.
absl::StatusOr<HistoryResult> History(Engine& engine, const HistoryRequest& request,
                                      const CallContext& call);

}  // namespace onward::commands
