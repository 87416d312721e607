#include "services/rpc/simulate.h"

#include "graph/base/status_macros.h"
#include "services/commands/simulate.h"
#include "services/rpc/asked.h"
#include "services/rpc/convert.h"
#include "services/rpc/findings.h"

namespace onward::rpc {
namespace {

void Fill(const reach::TransferDifference& in, v1::TransferDifference* out) {
  ToProto(in.change, out->mutable_change());
  out->set_exporter(in.exporter);
  out->set_importer(in.importer);
  out->set_exporter_name(in.exporter_name);
  out->set_importer_name(in.importer_name);
  out->mutable_origins()->Assign(in.origins.begin(), in.origins.end());
  out->set_explanation(in.explanation);
}

void Fill(const reach::AffectedOrigin& in, v1::AffectedOrigin* out) {
  out->set_origin(in.origin);
  out->set_origin_name(in.origin_name);
  out->mutable_activities()->Assign(in.activities.begin(), in.activities.end());
  out->set_worse(in.worse);
  out->set_better(in.better);
}

void SetCounts(const commands::SimulateResult& in, v1::SimulateResponse* out) {
  ToProto(in.before, out->mutable_before());
  ToProto(in.after, out->mutable_after());
  out->set_gained(in.counts.gained);
  out->set_lost(in.counts.lost);
  out->set_worse(in.counts.worse);
  out->set_better(in.counts.better);
  out->set_reason_only(in.counts.reason_only);
  out->set_findings_opened_count(in.findings_opened);
  out->set_findings_closed_count(in.findings_closed);
  out->set_origins_count(in.origins_count);
  out->set_activities_count(in.activities_count);
}

}  // namespace

absl::Status DoSimulate(const ServiceEnv& env, const v1::SimulateRequest& request,
                        v1::SimulateResponse* response, const commands::CallContext& call) {
  commands::SimulateRequest simulate;
  ONWARD_RETURN_IF_ERROR(ReadListing(env, request, simulate));
  ONWARD_ASSIGN_OR_RETURN(const commands::SimulateResult result,
                          commands::Simulate(*env.engine, simulate, call));
  ToProto(result.basis, response->mutable_stamp());
  SetCounts(result, response);
  for (const reach::TransferDifference& difference : result.transfers) {
    Fill(difference, response->add_transfers());
  }
  for (const query::Finding& finding : result.findings.opened) {
    ToProto(finding, response->add_findings_opened());
  }
  for (const query::Finding& finding : result.findings.closed) {
    ToProto(finding, response->add_findings_closed());
  }
  for (const reach::AffectedOrigin& origin : result.origins) {
    Fill(origin, response->add_origins());
  }
  SetNextPage(request, result, response);
  return absl::OkStatus();
}

}  // namespace onward::rpc
