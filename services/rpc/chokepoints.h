// The questions of onward.v1.Transfers about what all data take and what hangs on single vendors.
#pragma once

#include "onward/v1/chokepoints.pb.h"
#include "services/rpc/call.h"

namespace onward::rpc {

absl::Status DoChokepoints(const ServiceEnv& env, const v1::ChokepointsRequest& request,
                           v1::ChokepointsResponse* response, const commands::CallContext& call);
absl::Status DoConcentration(const ServiceEnv& env, const v1::ConcentrationRequest& request,
                             v1::ConcentrationResponse* response,
                             const commands::CallContext& call);

}  // namespace onward::rpc
