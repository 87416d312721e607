// The question of onward.v1.Transfers what changes of records and law would make of the verdicts.
#pragma once

#include "onward/v1/transfers_service.pb.h"
#include "services/rpc/call.h"

namespace onward::rpc {

absl::Status DoSimulate(const ServiceEnv& env, const v1::SimulateRequest& request,
                        v1::SimulateResponse* response, const commands::CallContext& call);

}  // namespace onward::rpc
