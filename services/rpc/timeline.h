// The question of onward.v1.Transfers when verdicts change.
#pragma once

#include "onward/v1/transfers_service.pb.h"
#include "services/rpc/call.h"

namespace onward::rpc {

absl::Status DoTimeline(const ServiceEnv& env, const v1::TimelineRequest& request,
                        v1::TimelineResponse* response, const commands::CallContext& call);

}  // namespace onward::rpc
