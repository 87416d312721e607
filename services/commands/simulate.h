// Simulate: the difference that assumed records and law make, a page of transfers at a time.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/reach/simulate.h"
#include "services/commands/engine.h"
#include "services/commands/page.h"

namespace onward::commands {

// Entries of each list that comes in full.
inline constexpr size_t kSimulateListMax = 1'000;

struct SimulateRequest {
  std::string inventory;
  // Absent: today.
  std::optional<Date> as_of;
  Date law_known_at = Date::Max();
  // Its what_if is required. A further page answers from its own revision.
  Freshness freshness;
  PageRequest page;
};

struct SimulateResult {
  Basis basis;
  std::vector<reach::TransferDifference> transfers;
  query::VerdictCounts before;
  query::VerdictCounts after;
  reach::DifferenceCounts counts;
  // On the first page only, at most kSimulateListMax each; the numbers are of all. Findings point into the
  // judgements.
  reach::FindingDifference findings;
  size_t findings_opened = 0;
  size_t findings_closed = 0;
  std::vector<reach::AffectedOrigin> origins;
  size_t origins_count = 0;
  size_t activities_count = 0;
  query::JudgementsPtr judged_before;
  query::JudgementsPtr judged_after;
  // Absent: no more.
  std::optional<PagePosition> next;
};

// INVALID_REQUEST for a position that is none or where nothing is assumed, and the errors of Engine::Read.
absl::StatusOr<SimulateResult> Simulate(Engine& engine, const SimulateRequest& request,
                                        const CallContext& call);

}  // namespace onward::commands
