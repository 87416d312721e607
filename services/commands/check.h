// Check and BatchCheck: may these categories go from one party to another?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/query/check.h"
#include "services/commands/engine.h"

namespace onward::commands {

struct CheckRequest {
  std::string inventory;
  std::vector<query::CheckQuestion> questions;
  // Absent: today.
  std::optional<Date> as_of;
  Date law_known_at = Date::Max();
  Freshness freshness;
};

struct CheckResult {
  Basis basis;
  // In order of the questions.
  std::vector<query::CheckAnswer> answers;
};

// INVALID_REQUEST, LIMIT_EXCEEDED (batch_checks_max), and the errors of Engine::Read. `field` is the
// path of question 0 without its number: question, or questions.
absl::StatusOr<CheckResult> Check(Engine& engine, const CheckRequest& request, const char* field,
                                  const CallContext& call);

}  // namespace onward::commands
