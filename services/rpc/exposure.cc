#include "services/rpc/exposure.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "graph/model/validate.h"
#include "graph/query/rows.h"
#include "services/commands/exposure.h"
#include "services/rpc/asked.h"
#include "services/rpc/convert.h"

namespace onward::rpc {
namespace {

absl::Status ReadScope(const v1::ExposureRequest& request, commands::ExposureRequest& exposure) {
  if (request.has_origin()) {
    if (!model::IsValidId(request.origin())) {
      return commands::InvalidRequest("origin", "must be an id");
    }
    exposure.origin = request.origin();
  }
  if (request.has_activity()) {
    if (!model::IsValidId(request.activity())) {
      return commands::InvalidRequest("activity", "must be an id");
    }
    exposure.activity = request.activity();
  }
  return absl::OkStatus();
}

absl::Status ReadFilter(const v1::ExposureRequest& request, reach::ExposureQuestion& filter) {
  ONWARD_RETURN_IF_ERROR(CheckFilter("verdicts", request.verdicts_size()));
  ONWARD_RETURN_IF_ERROR(CheckFilter("destinations", request.destinations_size()));
  ONWARD_RETURN_IF_ERROR(CheckFilter("data_categories", request.data_categories_size()));
  ONWARD_RETURN_IF_ERROR(CheckFilter("recipients", request.recipients_size()));
  for (int i = 0; i < request.verdicts_size(); ++i) {
    if (request.verdicts(i) == v1::VERDICT_UNSPECIFIED ||
        !v1::Verdict_IsValid(request.verdicts(i))) {
      return commands::InvalidRequest(absl::StrCat("verdicts[", i, "]"), "is not a verdict");
    }
    filter.verdicts.push_back(static_cast<verdict::Verdict>(request.verdicts(i)));
  }
  filter.destinations = {request.destinations().begin(), request.destinations().end()};
  filter.data_categories = {request.data_categories().begin(), request.data_categories().end()};
  filter.recipients = {request.recipients().begin(), request.recipients().end()};
  return absl::OkStatus();
}

absl::StatusOr<commands::ExposureRequest> ExposureOf(const ServiceEnv& env,
                                                     const v1::ExposureRequest& request) {
  commands::ExposureRequest exposure;
  ONWARD_RETURN_IF_ERROR(ReadScope(request, exposure));
  ONWARD_RETURN_IF_ERROR(ReadFilter(request, exposure.filter));
  ONWARD_RETURN_IF_ERROR(ReadListing(env, request, exposure));
  return exposure;
}

void ToProto(const reach::ExposureRow& in, const Snapshot& snapshot, v1::ExposedRecipient* out) {
  out->set_origin(std::string(snapshot.PartyId(in.origin)));
  out->set_recipient(std::string(snapshot.PartyId(in.recipient)));
  out->set_origin_name(query::PartyName(snapshot, out->origin()));
  out->set_recipient_name(query::PartyName(snapshot, out->recipient()));
  out->set_destination(in.destination);
  if (in.categories.all) {
    out->add_categories("ALL");
  }
  for (const std::string& category : in.categories.ids) {
    out->add_categories(category);
  }
  out->set_verdict(static_cast<v1::Verdict>(in.verdict));
  out->set_reason(static_cast<v1::VerdictReason>(in.reason));
  out->set_mechanism(in.mechanism);
  out->set_flow(std::string(snapshot.FlowId(in.flow)));
  out->set_worst_hop(static_cast<v1::Verdict>(in.worst_hop));
  out->set_worst_hop_flow(std::string(snapshot.FlowId(in.worst_hop_flow)));
  out->set_hops(in.hops);
  for (const uint32_t flow : in.witness) {
    out->add_witness(std::string(snapshot.FlowId(flow)));
  }
  out->set_held(in.held);
}

}  // namespace

absl::Status DoExposure(const ServiceEnv& env, const v1::ExposureRequest& request,
                        v1::ExposureResponse* response, const commands::CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const commands::ExposureRequest exposure, ExposureOf(env, request));
  ONWARD_ASSIGN_OR_RETURN(const commands::ExposureResult result,
                          commands::Exposure(*env.engine, exposure, call));
  ToProto(result.basis, response->mutable_stamp());
  for (const reach::ExposureRow& row : result.page.rows) {
    ToProto(row, result.judged->snapshot(), response->add_recipients());
  }
  ToProto(result.page.summary, response->mutable_summary());
  response->set_origins(result.page.origins);
  SetNextPage(request, result, response);
  return absl::OkStatus();
}

}  // namespace onward::rpc
