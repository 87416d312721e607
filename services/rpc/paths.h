// The question of onward.v1.Transfers for paths.
#pragma once

#include "onward/v1/paths.pb.h"
#include "services/rpc/stream_call.h"

namespace onward::rpc {

absl::Status DoFindPaths(const ServiceEnv& env, const v1::FindPathsRequest& request,
                         StreamWriter<v1::FindPathsResponse>& writer,
                         const commands::CallContext& call);

}  // namespace onward::rpc
