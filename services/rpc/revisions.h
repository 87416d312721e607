// Handlers that compare, write again and forget revisions.
#pragma once

#include "onward/v1/revisions.pb.h"
#include "services/rpc/call.h"

namespace onward::rpc {

absl::Status DoDiff(const ServiceEnv& env, const v1::DiffRequest& request,
                    v1::DiffResponse* response, const commands::CallContext& call);
absl::Status DoRevert(const ServiceEnv& env, const v1::RevertRequest& request,
                      v1::RevertResponse* response, const commands::CallContext& call);
absl::Status DoCompactHistory(const ServiceEnv& env, const v1::CompactHistoryRequest& request,
                              v1::CompactHistoryResponse* response,
                              const commands::CallContext& call);

}  // namespace onward::rpc
