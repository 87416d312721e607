// The questions about findings of onward.v1.Transfers.
#pragma once

#include "graph/query/findings.h"
#include "onward/v1/finding.pb.h"
#include "services/rpc/call.h"

namespace onward::rpc {

void ToProto(const query::Finding& in, v1::Finding* out);

absl::Status DoListFindings(const ServiceEnv& env, const v1::ListFindingsRequest& request,
                            v1::ListFindingsResponse* response, const commands::CallContext& call);

absl::Status DoListFindingKinds(const ServiceEnv& env, const v1::ListFindingKindsRequest& request,
                                v1::ListFindingKindsResponse* response,
                                const commands::CallContext& call);

}  // namespace onward::rpc
