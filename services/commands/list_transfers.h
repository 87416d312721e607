// ListTransfers: the verdicts of all flows, one row per flow and destination, a page at a time.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "graph/query/transfers.h"
#include "services/commands/engine.h"
#include "services/commands/page.h"

namespace onward::commands {

struct ListTransfersRequest {
  std::string inventory;
  // Absent: today.
  std::optional<Date> as_of;
  Date law_known_at = Date::Max();
  query::TransferFilter filter;
  // A further page answers from its own revision, whatever this says.
  Freshness freshness;
  PageRequest page;
};

struct ListTransfersResult {
  Basis basis;
  // Refers to `judged`.
  query::TransferPage page;
  query::JudgementsPtr judged;
  // Absent: no more.
  std::optional<PagePosition> next;
};

// INVALID_REQUEST for a position that is none, and the errors of Engine::Read.
absl::StatusOr<ListTransfersResult> ListTransfers(Engine& engine,
                                                  const ListTransfersRequest& request,
                                                  const CallContext& call);

}  // namespace onward::commands
