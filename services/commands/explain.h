// Explain: the proof of one flow's verdict.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "graph/query/explain.h"
#include "services/commands/engine.h"

namespace onward::commands {

struct ExplainRequest {
  std::string inventory;
  std::string flow;
  // Absent: today.
  std::optional<Date> as_of;
  Date law_known_at = Date::Max();
  Freshness freshness;
};

struct ExplainResult {
  Basis basis;
  // Refers to `judged`.
  query::Explanation explanation;
  query::JudgementsPtr judged;
};

// RECORD_NOT_FOUND, and the errors of Engine::Read.
absl::StatusOr<ExplainResult> Explain(Engine& engine, const ExplainRequest& request,
                                      const CallContext& call);

}  // namespace onward::commands
