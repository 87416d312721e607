#include "services/rpc/repair.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "graph/model/validate.h"
#include "graph/model/wire.h"
#include "services/commands/repair.h"
#include "services/rpc/asked.h"
#include "services/rpc/convert.h"

namespace onward::rpc {
namespace {

// Flow ids that an answer lists of each step and plan.
constexpr size_t kFlowsListedMax = 100;

void List(const std::vector<std::string>& ids,
          google::protobuf::RepeatedPtrField<std::string>* out) {
  for (size_t i = 0; i < std::min(ids.size(), kFlowsListedMax); ++i) {
    *out->Add() = ids[i];
  }
}

void ToProto(const model::Mutation& in, v1::Mutation* out) {
  if (in.record.has_value()) {
    model::RecordToWire(*in.record, *out->mutable_upsert());
  } else {
    rpc::ToProto(in.ref, out->mutable_delete_());
  }
}

void ToProto(const reach::RepairStep& in, v1::RepairStep* out) {
  out->set_text(in.text);
  for (const model::Mutation& mutation : in.mutations) {
    ToProto(mutation, out->add_mutations());
  }
  List(in.flows, out->mutable_flows());
  out->set_flow_count(in.flows.size() + in.more_flows);
  for (const std::string& condition : in.conditions) {
    out->add_conditions(condition);
  }
}

void ToProto(const reach::RepairPlan& in, v1::RepairPlan* out) {
  out->set_kind(in.kind == reach::RepairKind::kSign ? v1::REPAIR_KIND_SIGN : v1::REPAIR_KIND_STOP);
  for (const reach::RepairStep& step : in.steps) {
    ToProto(step, out->add_steps());
  }
  out->set_exact(in.exact);
  out->set_lower_bound(in.lower_bound);
  out->set_limit(in.limit);
  rpc::ToProto(in.before, out->mutable_before());
  rpc::ToProto(in.after, out->mutable_after());
  List(in.beyond_repair, out->mutable_beyond_repair());
  out->set_beyond_repair_count(in.beyond_repair.size());
}

absl::StatusOr<std::vector<reach::RepairKind>> KindsOf(v1::RepairKind kind) {
  using reach::RepairKind;
  switch (kind) {
    case v1::REPAIR_KIND_UNSPECIFIED:
      return std::vector{RepairKind::kSign, RepairKind::kStop};
    case v1::REPAIR_KIND_SIGN:
      return std::vector{RepairKind::kSign};
    case v1::REPAIR_KIND_STOP:
      return std::vector{RepairKind::kStop};
    // Numbers that a later contract may have.
    case v1::RepairKind_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::RepairKind_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  return commands::InvalidRequest("kind", "is none of the enum's values");
}

absl::StatusOr<commands::RepairRequest> RepairOf(const ServiceEnv& env,
                                                 const v1::RepairRequest& request) {
  ONWARD_ASSIGN_OR_RETURN(const Asked asked, AskedOf(env, request));
  commands::RepairRequest repair;
  repair.inventory = request.inventory();
  repair.as_of = asked.as_of;
  repair.law_known_at = asked.law_known_at;
  repair.freshness = asked.freshness;
  if (!request.origin().empty() && !model::IsValidId(request.origin())) {
    return commands::InvalidRequest("origin", "must be an id");
  }
  repair.origin = request.origin();
  ONWARD_ASSIGN_OR_RETURN(repair.kinds, KindsOf(request.kind()));
  ONWARD_RETURN_IF_ERROR(CheckFilter("keep_flows", request.keep_flows_size()));
  for (int i = 0; i < request.keep_flows_size(); ++i) {
    if (!model::IsValidId(request.keep_flows(i))) {
      return commands::InvalidRequest(absl::StrCat("keep_flows[", i, "]"), "must be an id");
    }
    repair.keep_flows.push_back(request.keep_flows(i));
  }
  return repair;
}

}  // namespace

absl::Status DoRepair(const ServiceEnv& env, const v1::RepairRequest& request,
                      v1::RepairResponse* response, const commands::CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const commands::RepairRequest repair, RepairOf(env, request));
  ONWARD_ASSIGN_OR_RETURN(const commands::RepairResult result,
                          commands::Repair(*env.engine, repair, call));
  ToProto(result.basis, response->mutable_stamp());
  for (const reach::RepairPlan& plan : result.plans) {
    ToProto(plan, response->add_plans());
  }
  response->set_lacking_flows(result.lacking_flows);
  return absl::OkStatus();
}

}  // namespace onward::rpc
