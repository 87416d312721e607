#include "services/commands/repair.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "services/commands/errors.h"

namespace onward::commands {
namespace {

absl::Status CheckNames(const RepairRequest& request, const Snapshot& snapshot) {
  if (!request.origin.empty() && snapshot.FindParty(request.origin) == nullptr) {
    return RecordNotFound({model::RecordKind::kParty, request.origin});
  }
  if (request.keep_flows.size() > kKeepFlowsMax) {
    return LimitExceeded("keep_flows", kKeepFlowsMax, request.keep_flows.size());
  }
  for (size_t i = 0; i < request.keep_flows.size(); ++i) {
    if (!snapshot.FlowNumber(request.keep_flows[i])) {
      return InvalidRequest(absl::StrCat("keep_flows[", i, "]"),
                            absl::StrCat(request.keep_flows[i], " is no flow of the inventory"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<RepairResult> Repair(Engine& engine, const RepairRequest& request,
                                    const CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const Reading reading,
                          engine.Read(request.inventory, request.freshness, call));
  ONWARD_RETURN_IF_ERROR(CheckNames(request, *reading.snapshot));
  const When when{request.as_of.value_or(engine.clock().Today()), request.law_known_at};
  RepairResult result;
  result.basis = BasisOf(reading, when);
  ONWARD_ASSIGN_OR_RETURN(const query::JudgementsPtr judged, engine.Judge(reading, when, call));
  reach::RepairLimits limits;
  limits.check = [&] { return call.Check(); };
  for (const reach::RepairKind kind : request.kinds) {
    ONWARD_ASSIGN_OR_RETURN(
        reach::RepairPlan plan,
        reach::FindRepair(judged, {kind, request.origin, request.keep_flows}, limits));
    result.lacking_flows = plan.lacking_flows;
    result.plans.push_back(std::move(plan));
  }
  return result;
}

}  // namespace onward::commands
