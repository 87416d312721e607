#include "services/commands/explain.h"

#include <utility>

#include "graph/base/status_macros.h"
#include "services/commands/errors.h"

namespace onward::commands {

absl::StatusOr<ExplainResult> Explain(Engine& engine, const ExplainRequest& request,
                                      const CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const Reading reading,
                          engine.Read(request.inventory, request.freshness, call));
  const When when{request.as_of.value_or(engine.clock().Today()), request.law_known_at};
  ExplainResult result;
  result.basis = BasisOf(reading, when);
  ONWARD_ASSIGN_OR_RETURN(result.judged, engine.Judge(reading, when, call));
  ONWARD_RETURN_IF_ERROR(call.Check());
  std::optional<query::Explanation> explanation = query::Explain(*result.judged, request.flow);
  if (!explanation) {
    return RecordNotFound({model::RecordKind::kFlow, request.flow});
  }
  result.explanation = *std::move(explanation);
  return result;
}

}  // namespace onward::commands
