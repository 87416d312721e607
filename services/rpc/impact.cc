#include "services/rpc/impact.h"

#include <string>

#include "graph/model/validate.h"
#include "graph/query/rows.h"
#include "services/commands/impact.h"
#include "services/rpc/asked.h"
#include "services/rpc/convert.h"

namespace onward::rpc {
namespace {

using reach::ImpactKind;

absl::StatusOr<reach::ImpactSubject> SubjectOf(const v1::ImpactRequest& request) {
  switch (request.subject_case()) {
    case v1::ImpactRequest::kParty:
      return reach::ImpactSubject{ImpactKind::kParty, request.party()};
    case v1::ImpactRequest::kCountry:
      return reach::ImpactSubject{ImpactKind::kCountry, request.country()};
    case v1::ImpactRequest::kAgreement:
      return reach::ImpactSubject{ImpactKind::kAgreement, request.agreement()};
    case v1::ImpactRequest::kInstrument:
      return reach::ImpactSubject{ImpactKind::kInstrument, request.instrument()};
    case v1::ImpactRequest::kDecision:
      return reach::ImpactSubject{ImpactKind::kDecision, request.decision()};
    case v1::ImpactRequest::kScheme:
      return reach::ImpactSubject{ImpactKind::kScheme, request.scheme()};
    case v1::ImpactRequest::SUBJECT_NOT_SET:
      break;
  }
  return commands::InvalidRequest(
      "subject", "is required: party, country, agreement, instrument, decision or scheme");
}

absl::StatusOr<commands::ImpactRequest> ImpactOf(const ServiceEnv& env,
                                                 const v1::ImpactRequest& request) {
  commands::ImpactRequest impact;
  ONWARD_ASSIGN_OR_RETURN(impact.subject, SubjectOf(request));
  const bool record = request.has_party() || request.has_agreement();
  if (record && !model::IsValidId(impact.subject.id)) {
    return commands::InvalidRequest(request.has_party() ? "party" : "agreement", "must be an id");
  }
  ONWARD_RETURN_IF_ERROR(ReadListing(env, request, impact));
  return impact;
}

void ToProto(const reach::Dependent& in, const Snapshot& snapshot, v1::Dependent* out) {
  out->set_origin(in.origin);
  if (!in.origin.empty()) {
    out->set_origin_name(query::PartyName(snapshot, in.origin));
  }
  for (const std::string& activity : in.activities) {
    out->add_activities(activity);
  }
  if (in.categories.all) {
    out->add_categories("ALL");
  }
  for (const std::string& category : in.categories.ids) {
    out->add_categories(category);
  }
  out->set_flow_count(in.flow_count);
  for (const uint32_t flow : in.flows) {
    out->add_flows(std::string(snapshot.FlowId(flow)));
  }
  out->set_sole_footing(in.sole_footing);
  out->set_verdict(static_cast<v1::Verdict>(in.verdict));
}

}  // namespace

absl::Status DoImpact(const ServiceEnv& env, const v1::ImpactRequest& request,
                      v1::ImpactResponse* response, const commands::CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const commands::ImpactRequest impact, ImpactOf(env, request));
  ONWARD_ASSIGN_OR_RETURN(const commands::ImpactResult result,
                          commands::Impact(*env.engine, impact, call));
  ToProto(result.basis, response->mutable_stamp());
  for (const reach::Dependent& row : result.page.dependents) {
    ToProto(row, result.judged->snapshot(), response->add_dependents());
  }
  response->set_flows(result.page.flows);
  response->set_sole_footing(result.page.sole_footing);
  response->set_origins(result.page.origins);
  response->set_activities(result.page.activities);
  SetNextPage(request, result, response);
  return absl::OkStatus();
}

}  // namespace onward::rpc
