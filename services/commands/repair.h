// Repair: the least that has to be signed or stopped so that nothing LACKING is left.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/reach/repair.h"
#include "services/commands/engine.h"

namespace onward::commands {

inline constexpr size_t kKeepFlowsMax = 1'000;

struct RepairRequest {
  std::string inventory;
  // Absent: today.
  std::optional<Date> as_of;
  Date law_known_at = Date::Max();
  // Party id; empty: all origins.
  std::string origin;
  // A plan each, in this order.
  std::vector<reach::RepairKind> kinds;
  // At most kKeepFlowsMax flow ids.
  std::vector<std::string> keep_flows;
  Freshness freshness;
};

struct RepairResult {
  Basis basis;
  std::vector<reach::RepairPlan> plans;
  // LACKING flows in scope.
  uint64_t lacking_flows = 0;
};

// RECORD_NOT_FOUND (origin), INVALID_REQUEST (a flow to keep that is none), LIMIT_EXCEEDED (keep_flows), and
// the errors of Engine::Read.
absl::StatusOr<RepairResult> Repair(Engine& engine, const RepairRequest& request,
                                    const CallContext& call);

}  // namespace onward::commands
