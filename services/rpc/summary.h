// The question of onward.v1.Transfers for the numbers of an inventory.
#pragma once

#include "onward/v1/transfers_service.pb.h"
#include "services/rpc/call.h"

namespace onward::rpc {

absl::Status DoSummary(const ServiceEnv& env, const v1::SummaryRequest& request,
                       v1::SummaryResponse* response, const commands::CallContext& call);

}  // namespace onward::rpc
