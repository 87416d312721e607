// Impact: what depends on a party, a place, an agreement or a piece of law, a page at a time.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "graph/reach/impact.h"
#include "services/commands/engine.h"
#include "services/commands/page.h"

namespace onward::commands {

// Flows that one origin lists.
inline constexpr size_t kImpactFlowsMax = 100;

struct ImpactRequest {
  std::string inventory;
  // Absent: today.
  std::optional<Date> as_of;
  Date law_known_at = Date::Max();
  reach::ImpactSubject subject;
  // A further page answers from its own revision, whatever this says.
  Freshness freshness;
  PageRequest page;
};

struct ImpactResult {
  Basis basis;
  // Numbers are those of the snapshot of `judged`.
  reach::ImpactPage page;
  query::JudgementsPtr judged;
  // Absent: no more.
  std::optional<PagePosition> next;
};

// RECORD_NOT_FOUND (party, agreement), INVALID_REQUEST (what the law register does not know, with what may have been meant; a
// position that is none), and the errors of Engine::Read.
absl::StatusOr<ImpactResult> Impact(Engine& engine, const ImpactRequest& request,
                                    const CallContext& call);

}  // namespace onward::commands
