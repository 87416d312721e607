#include "services/commands/get.h"

#include <utility>

#include "graph/base/status_macros.h"
#include "services/commands/errors.h"

namespace onward::commands {
namespace {

// The record itself needs no snapshot of an old revision: the store answers for any.
absl::StatusOr<Basis> Select(Engine& engine, const GetRequest& request, const CallContext& call) {
  if (const auto* at = std::get_if<AtRevision>(&request.freshness.requirement)) {
    ONWARD_ASSIGN_OR_RETURN(const auto inventory, engine.Find(request.inventory, call));
    return Basis{inventory->identity(), at->revision, engine.law(), std::nullopt};
  }
  ONWARD_ASSIGN_OR_RETURN(const Reading reading,
                          engine.Read(request.inventory, request.freshness, call));
  return BasisOf(reading);
}

}  // namespace

absl::StatusOr<GetResult> Get(Engine& engine, const GetRequest& request, const CallContext& call) {
  GetResult result;
  ONWARD_ASSIGN_OR_RETURN(result.basis, Select(engine, request, call));
  ONWARD_ASSIGN_OR_RETURN(
      std::optional<storage::StoredRecord> stored,
      engine.store().Get(request.inventory, request.ref, result.basis.revision));
  if (!stored) {
    return RecordNotFound(request.ref);
  }
  result.stored = *std::move(stored);
  return result;
}

}  // namespace onward::commands
