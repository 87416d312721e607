#include "services/commands/explain.h"

#include <algorithm>
#include <utility>

#include "graph/base/status_macros.h"
#include "services/commands/errors.h"

namespace onward::commands {
namespace {

// Each evaluation of a remedy builds a snapshot: records that may be built for one answer.
constexpr size_t kRemedyRecordsMax = 4'000'000;
constexpr size_t kRemedyEvaluationsMax = 64;
constexpr size_t kRemedyEvaluationsMin = 4;

query::RemedyLimits LimitsFor(const query::Judgements& judged, const CallContext& call) {
  const Snapshot& snapshot = judged.snapshot();
  const size_t records = snapshot.FlowCount() + snapshot.PartyCount() + 1;
  query::RemedyLimits limits;
  limits.evaluations_max =
      std::clamp(kRemedyRecordsMax / records, kRemedyEvaluationsMin, kRemedyEvaluationsMax);
  limits.stop = [&call] { return !call.Check().ok(); };
  return limits;
}

}  // namespace

absl::StatusOr<ExplainResult> Explain(Engine& engine, const ExplainRequest& request,
                                      const CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const Reading reading,
                          engine.Read(request.inventory, request.freshness, call));
  const When when{request.as_of.value_or(engine.clock().Today()), request.law_known_at};
  ExplainResult result;
  result.basis = BasisOf(reading, when);
  ONWARD_ASSIGN_OR_RETURN(result.judged, engine.Judge(reading, when, call));
  ONWARD_RETURN_IF_ERROR(call.Check());
  std::optional<query::Explanation> explanation =
      query::Explain(*result.judged, request.flow, LimitsFor(*result.judged, call));
  ONWARD_RETURN_IF_ERROR(call.Check());
  if (!explanation) {
    return RecordNotFound({model::RecordKind::kFlow, request.flow});
  }
  result.explanation = *std::move(explanation);
  return result;
}

}  // namespace onward::commands
