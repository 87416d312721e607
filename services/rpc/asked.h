// What all questions about transfers have in common, read from their messages.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "graph/base/status_macros.h"
#include "services/commands/engine.h"
#include "services/rpc/call.h"
#include "services/rpc/consistency.h"
#include "services/rpc/validate.h"

namespace onward::rpc {

struct Asked {
  std::optional<Date> as_of;
  Date law_known_at = Date::Max();
  commands::Freshness freshness;
  commands::InventoryIdentity inventory;
};

// INVENTORY_NOT_FOUND, INVALID_REQUEST, FOREIGN_TOKEN.
template <class Request>
absl::StatusOr<Asked> AskedOf(const ServiceEnv& env, const Request& request) {
  Asked asked;
  ONWARD_ASSIGN_OR_RETURN(const auto inventory, env.engine->Find(request.inventory()));
  asked.inventory = inventory->identity();
  ONWARD_ASSIGN_OR_RETURN(asked.as_of, OptionalDate(request.as_of(), "as_of"));
  ONWARD_ASSIGN_OR_RETURN(const std::optional<Date> known,
                          OptionalDate(request.law_known_at(), "law_known_at"));
  asked.law_known_at = known.value_or(Date::Max());
  ONWARD_ASSIGN_OR_RETURN(asked.freshness, FreshnessOf(request.consistency(), asked.inventory));
  return asked;
}

}  // namespace onward::rpc
