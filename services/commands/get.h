// Get: one record with its last change.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/commands/engine.h"

namespace onward::commands {

struct GetRequest {
  std::string inventory;
  model::RecordRef ref;
  Freshness freshness;
};

struct GetResult {
  Basis basis;
  storage::StoredRecord stored;
};

// RECORD_NOT_FOUND, and the errors of Engine::Read.
absl::StatusOr<GetResult> Get(Engine& engine, const GetRequest& request, const CallContext& call);

}  // namespace onward::commands
