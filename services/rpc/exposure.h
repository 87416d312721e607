// The questions of onward.v1.Transfers where data of an origin end up, and when that changes.
#pragma once

#include "onward/v1/transfers_service.pb.h"
#include "services/rpc/call.h"

namespace onward::rpc {

absl::Status DoExposure(const ServiceEnv& env, const v1::ExposureRequest& request,
                        v1::ExposureResponse* response, const commands::CallContext& call);

absl::Status DoExposureTimeline(const ServiceEnv& env, const v1::ExposureTimelineRequest& request,
                                v1::ExposureTimelineResponse* response,
                                const commands::CallContext& call);

}  // namespace onward::rpc
