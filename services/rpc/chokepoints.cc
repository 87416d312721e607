#include "services/rpc/chokepoints.h"

#include <string>

#include "graph/model/validate.h"
#include "graph/query/rows.h"
#include "services/commands/chokepoints.h"
#include "services/rpc/asked.h"
#include "services/rpc/convert.h"

namespace onward::rpc {
namespace {

using Target = reach::ChokepointsQuestion::Target;

double ShareOf(uint64_t part, uint64_t all) {
  return all == 0 ? 0 : static_cast<double>(part) / static_cast<double>(all);
}

// Only one of the oneof can be set; a bool of it that is false asks for nothing.
absl::StatusOr<Target> TargetOf(const v1::ChokepointsRequest& request) {
  switch (request.target_case()) {
    case v1::ChokepointsRequest::kCountry:
      return Target::kCountry;
    case v1::ChokepointsRequest::kLacking:
      if (!request.lacking()) {
        return commands::InvalidRequest("lacking", "must be true where it is set");
      }
      return Target::kLacking;
    case v1::ChokepointsRequest::kOutsideEea:
      if (!request.outside_eea()) {
        return commands::InvalidRequest("outside_eea", "must be true where it is set");
      }
      return Target::kOutsideEea;
    case v1::ChokepointsRequest::TARGET_NOT_SET:
      break;
  }
  return Target::kOutsideEea;
}

absl::StatusOr<commands::ChokepointsRequest> ChokepointsOf(const ServiceEnv& env,
                                                           const v1::ChokepointsRequest& request) {
  commands::ChokepointsRequest asked;
  ONWARD_RETURN_IF_ERROR(ReadListing(env, request, asked));
  if (!request.origin().empty() && !model::IsValidId(request.origin())) {
    return commands::InvalidRequest("origin", "must be an id");
  }
  asked.origin = request.origin();
  ONWARD_ASSIGN_OR_RETURN(asked.target, TargetOf(request));
  asked.country = request.country();
  return asked;
}

void ToProto(const reach::Chokepoint& in, const commands::ChokepointsResult& result,
             v1::Chokepoint* out) {
  const Snapshot& snapshot = result.judged->snapshot();
  const std::string id(snapshot.PartyId(in.party));
  out->set_party(id);
  out->set_party_name(query::PartyName(snapshot, id));
  out->set_flows(in.flows);
  out->set_recipients(in.recipients);
  out->set_share(ShareOf(in.flows, result.list.flows));
  out->set_all(in.flows == result.list.flows);
  if (in.categories.all) {
    out->add_categories("ALL");
  }
  for (const std::string& category : in.categories.ids) {
    out->add_categories(category);
  }
}

void ToProto(const reach::Vendor& in, const commands::ConcentrationResult& result,
             v1::VendorShare* out) {
  out->set_vendor(in.id);
  out->set_vendor_name(query::PartyName(result.judged->snapshot(), in.id));
  out->set_parties(in.parties);
  out->set_origins(in.origins);
  out->set_activities(in.activities);
  out->set_flows(in.flows);
  out->set_lacking(in.lacking);
  out->set_share(ShareOf(in.origins, result.concentration.origins));
}

}  // namespace

absl::Status DoChokepoints(const ServiceEnv& env, const v1::ChokepointsRequest& request,
                           v1::ChokepointsResponse* response, const commands::CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const commands::ChokepointsRequest asked, ChokepointsOf(env, request));
  ONWARD_ASSIGN_OR_RETURN(const commands::ChokepointsResult result,
                          commands::Chokepoints(*env.engine, asked, call));
  ToProto(result.basis, response->mutable_stamp());
  for (const reach::Chokepoint& row : result.list.chokepoints) {
    ToProto(row, result, response->add_chokepoints());
  }
  response->set_flows(result.list.flows);
  SetNextPage(request, result, response);
  return absl::OkStatus();
}

absl::Status DoConcentration(const ServiceEnv& env, const v1::ConcentrationRequest& request,
                             v1::ConcentrationResponse* response,
                             const commands::CallContext& call) {
  commands::ConcentrationRequest asked;
  ONWARD_RETURN_IF_ERROR(ReadListing(env, request, asked));
  if (!v1::ConcentrationBy_IsValid(request.by())) {
    return commands::InvalidRequest("by", "is none of the enum's values");
  }
  asked.by = request.by() == v1::CONCENTRATION_BY_ULTIMATE_PARENT
                 ? reach::ConcentrationBy::kUltimateParent
                 : reach::ConcentrationBy::kParty;
  ONWARD_ASSIGN_OR_RETURN(const commands::ConcentrationResult result,
                          commands::Concentration(*env.engine, asked, call));
  ToProto(result.basis, response->mutable_stamp());
  for (const reach::Vendor& row : result.concentration.vendors) {
    ToProto(row, result, response->add_vendors());
  }
  response->set_origins(result.concentration.origins);
  response->set_flow_concentration(result.concentration.flow_concentration);
  SetNextPage(request, result, response);
  return absl::OkStatus();
}

}  // namespace onward::rpc
