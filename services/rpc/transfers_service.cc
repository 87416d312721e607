#include "services/rpc/transfers_service.h"

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "services/commands/check.h"
#include "services/commands/explain.h"
#include "services/commands/list_transfers.h"
#include "services/rpc/asked.h"
#include "services/rpc/chokepoints.h"
#include "services/rpc/consistency.h"
#include "services/rpc/convert.h"
#include "services/rpc/exposure.h"
#include "services/rpc/findings.h"
#include "services/rpc/impact.h"
#include "services/rpc/paths.h"
#include "services/rpc/repair.h"
#include "services/rpc/simulate.h"
#include "services/rpc/summary.h"
#include "services/rpc/timeline.h"
#include "services/rpc/validate.h"

namespace onward::rpc {
namespace {

using commands::CallContext;

template <class Request>
absl::StatusOr<commands::CheckResult> Ask(const ServiceEnv& env, const Request& request,
                                          std::vector<query::CheckQuestion> questions,
                                          const char* field, const CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(Asked asked, AskedOf(env, request));
  commands::CheckRequest check;
  check.inventory = request.inventory();
  check.questions = std::move(questions);
  check.as_of = asked.as_of;
  check.law_known_at = asked.law_known_at;
  check.freshness = asked.freshness;
  return commands::Check(*env.engine, check, field, call);
}

absl::Status DoCheck(const ServiceEnv& env, const v1::CheckRequest& request,
                     v1::CheckResponse* response, const CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const commands::CheckResult result,
                          Ask(env, request, {QuestionFrom(request.question())}, "question", call));
  ToProto(result.basis, response->mutable_stamp());
  ToProto(result.answers.front(), response->mutable_answer());
  return absl::OkStatus();
}

absl::Status DoBatchCheck(const ServiceEnv& env, const v1::BatchCheckRequest& request,
                          v1::BatchCheckResponse* response, const CallContext& call) {
  std::vector<query::CheckQuestion> questions;
  for (const v1::CheckQuestion& question : request.questions()) {
    questions.push_back(QuestionFrom(question));
  }
  ONWARD_ASSIGN_OR_RETURN(const commands::CheckResult result,
                          Ask(env, request, std::move(questions), "questions", call));
  ToProto(result.basis, response->mutable_stamp());
  for (const query::CheckAnswer& answer : result.answers) {
    ToProto(answer, response->add_answers());
  }
  return absl::OkStatus();
}

absl::Status CheckFilters(const v1::ListTransfersRequest& request) {
  ONWARD_RETURN_IF_ERROR(CheckFilter("verdicts", request.verdicts_size()));
  ONWARD_RETURN_IF_ERROR(CheckFilter("destinations", request.destinations_size()));
  ONWARD_RETURN_IF_ERROR(CheckFilter("data_categories", request.data_categories_size()));
  ONWARD_RETURN_IF_ERROR(CheckFilter("parties", request.parties_size()));
  for (int i = 0; i < request.verdicts_size(); ++i) {
    if (request.verdicts(i) == v1::VERDICT_UNSPECIFIED ||
        !v1::Verdict_IsValid(request.verdicts(i))) {
      return commands::InvalidRequest(absl::StrCat("verdicts[", i, "]"), "is not a verdict");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<commands::ListTransfersRequest> ListingOf(const ServiceEnv& env,
                                                         const v1::ListTransfersRequest& request) {
  ONWARD_RETURN_IF_ERROR(CheckFilters(request));
  commands::ListTransfersRequest list;
  ONWARD_RETURN_IF_ERROR(ReadListing(env, request, list));
  list.filter = FilterOf(request);
  return list;
}

absl::Status DoListTransfers(const ServiceEnv& env, const v1::ListTransfersRequest& request,
                             v1::ListTransfersResponse* response, const CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const commands::ListTransfersRequest list, ListingOf(env, request));
  ONWARD_ASSIGN_OR_RETURN(const commands::ListTransfersResult result,
                          commands::ListTransfers(*env.engine, list, call));
  ToProto(result.basis, response->mutable_stamp());
  for (const query::TransferRow& row : result.page.rows) {
    ONWARD_RETURN_IF_ERROR(call.Check());
    ToProto(row, response->add_transfers());
  }
  ToProto(result.page.summary, response->mutable_summary());
  SetNextPage(request, result, response);
  return absl::OkStatus();
}

absl::Status DoExplain(const ServiceEnv& env, const v1::ExplainRequest& request,
                       v1::ExplainResponse* response, const CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const Asked asked, AskedOf(env, request));
  if (!model::IsValidId(request.flow())) {
    return commands::InvalidRequest("flow", "is required and must be an id");
  }
  commands::ExplainRequest explain;
  explain.inventory = request.inventory();
  explain.flow = request.flow();
  explain.as_of = asked.as_of;
  explain.law_known_at = asked.law_known_at;
  explain.freshness = asked.freshness;
  ONWARD_ASSIGN_OR_RETURN(const commands::ExplainResult result,
                          commands::Explain(*env.engine, explain, call));
  ToProto(result.basis, response->mutable_stamp());
  ToProto(result.explanation, response->mutable_explanation());
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* TransfersService::Check(grpc::CallbackServerContext* context,
                                                  const v1::CheckRequest* request,
                                                  v1::CheckResponse* response) {
  return AtOnce(env_, context, "Transfers.Check", request, response, &DoCheck);
}

grpc::ServerUnaryReactor* TransfersService::BatchCheck(grpc::CallbackServerContext* context,
                                                       const v1::BatchCheckRequest* request,
                                                       v1::BatchCheckResponse* response) {
  return OnWorker(env_, context, "Transfers.BatchCheck", request, response, &DoBatchCheck);
}

grpc::ServerUnaryReactor* TransfersService::ListTransfers(grpc::CallbackServerContext* context,
                                                          const v1::ListTransfersRequest* request,
                                                          v1::ListTransfersResponse* response) {
  return OnWorker(env_, context, "Transfers.ListTransfers", request, response, &DoListTransfers);
}

grpc::ServerUnaryReactor* TransfersService::Explain(grpc::CallbackServerContext* context,
                                                    const v1::ExplainRequest* request,
                                                    v1::ExplainResponse* response) {
  return OnWorker(env_, context, "Transfers.Explain", request, response, &DoExplain);
}

grpc::ServerUnaryReactor* TransfersService::Timeline(grpc::CallbackServerContext* context,
                                                     const v1::TimelineRequest* request,
                                                     v1::TimelineResponse* response) {
  return OnWorker(env_, context, "Transfers.Timeline", request, response, &DoTimeline);
}

grpc::ServerUnaryReactor* TransfersService::ListFindings(grpc::CallbackServerContext* context,
                                                         const v1::ListFindingsRequest* request,
                                                         v1::ListFindingsResponse* response) {
  return OnWorker(env_, context, "Transfers.ListFindings", request, response, &DoListFindings);
}

grpc::ServerUnaryReactor* TransfersService::ListFindingKinds(
    grpc::CallbackServerContext* context, const v1::ListFindingKindsRequest* request,
    v1::ListFindingKindsResponse* response) {
  return AtOnce(env_, context, "Transfers.ListFindingKinds", request, response,
                &DoListFindingKinds);
}

grpc::ServerUnaryReactor* TransfersService::Exposure(grpc::CallbackServerContext* context,
                                                     const v1::ExposureRequest* request,
                                                     v1::ExposureResponse* response) {
  return OnWorker(env_, context, "Transfers.Exposure", request, response, &DoExposure);
}

grpc::ServerUnaryReactor* TransfersService::ExposureTimeline(
    grpc::CallbackServerContext* context, const v1::ExposureTimelineRequest* request,
    v1::ExposureTimelineResponse* response) {
  return OnWorker(env_, context, "Transfers.ExposureTimeline", request, response,
                  &DoExposureTimeline);
}

grpc::ServerWriteReactor<v1::FindPathsResponse>* TransfersService::FindPaths(
    grpc::CallbackServerContext* context, const v1::FindPathsRequest* request) {
  return OnWorker(env_, context, "Transfers.FindPaths", request, &DoFindPaths);
}

grpc::ServerUnaryReactor* TransfersService::Impact(grpc::CallbackServerContext* context,
                                                   const v1::ImpactRequest* request,
                                                   v1::ImpactResponse* response) {
  return OnWorker(env_, context, "Transfers.Impact", request, response, &DoImpact);
}

grpc::ServerUnaryReactor* TransfersService::Chokepoints(grpc::CallbackServerContext* context,
                                                        const v1::ChokepointsRequest* request,
                                                        v1::ChokepointsResponse* response) {
  return OnWorker(env_, context, "Transfers.Chokepoints", request, response, &DoChokepoints);
}

grpc::ServerUnaryReactor* TransfersService::Concentration(grpc::CallbackServerContext* context,
                                                          const v1::ConcentrationRequest* request,
                                                          v1::ConcentrationResponse* response) {
  return OnWorker(env_, context, "Transfers.Concentration", request, response, &DoConcentration);
}

grpc::ServerUnaryReactor* TransfersService::Repair(grpc::CallbackServerContext* context,
                                                   const v1::RepairRequest* request,
                                                   v1::RepairResponse* response) {
  return OnWorker(env_, context, "Transfers.Repair", request, response, &DoRepair);
}

grpc::ServerUnaryReactor* TransfersService::Simulate(grpc::CallbackServerContext* context,
                                                     const v1::SimulateRequest* request,
                                                     v1::SimulateResponse* response) {
  return OnWorker(env_, context, "Transfers.Simulate", request, response, &DoSimulate);
}

grpc::ServerUnaryReactor* TransfersService::Summary(grpc::CallbackServerContext* context,
                                                    const v1::SummaryRequest* request,
                                                    v1::SummaryResponse* response) {
  return OnWorker(env_, context, "Transfers.Summary", request, response, &DoSummary);
}

}  // namespace onward::rpc
