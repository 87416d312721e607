// The question of onward.v1.Transfers what to sign or to stop.
#pragma once

#include "onward/v1/repair.pb.h"
#include "services/rpc/call.h"

namespace onward::rpc {

absl::Status DoRepair(const ServiceEnv& env, const v1::RepairRequest& request,
                      v1::RepairResponse* response, const commands::CallContext& call);

}  // namespace onward::rpc
