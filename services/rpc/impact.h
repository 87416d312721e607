// The question of onward.v1.Transfers for what depends on something.
#pragma once

#include "onward/v1/impact.pb.h"
#include "services/rpc/call.h"

namespace onward::rpc {

absl::Status DoImpact(const ServiceEnv& env, const v1::ImpactRequest& request,
                      v1::ImpactResponse* response, const commands::CallContext& call);

}  // namespace onward::rpc
