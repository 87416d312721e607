// ListFindings: what is worth a person's attention, a page at a time.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "graph/query/findings.h"
#include "services/commands/engine.h"
#include "services/commands/page.h"

namespace onward::commands {

struct ListFindingsRequest {
  std::string inventory;
  // Absent: today.
  std::optional<Date> as_of;
  Date law_known_at = Date::Max();
  query::FindingArguments arguments;
  query::FindingFilter filter;
  // A further page answers from its own revision, whatever this says.
  Freshness freshness;
  PageRequest page;
};

struct ListFindingsResult {
  Basis basis;
  // Refers to `judged`.
  query::FindingPage page;
  query::JudgementsPtr judged;
  // Absent: no more.
  std::optional<PagePosition> next;
};

// INVALID_REQUEST for a position that is none, and the errors of Engine::Read.
absl::StatusOr<ListFindingsResult> ListFindings(Engine& engine, const ListFindingsRequest& request,
                                                const CallContext& call);

}  // namespace onward::commands
