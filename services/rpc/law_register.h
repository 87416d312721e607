// Law.GetRegister, PutRegister and ListRegisterVersions: whole registers.
#pragma once

#include "absl/status/status.h"
#include "onward/v1/law_service.pb.h"
#include "services/rpc/call.h"

namespace onward::rpc {

absl::Status DoGetRegister(const ServiceEnv& env, const v1::GetRegisterRequest& request,
                           v1::GetRegisterResponse* response, const commands::CallContext& call);
absl::Status DoPutRegister(const ServiceEnv& env, const v1::PutRegisterRequest& request,
                           v1::PutRegisterResponse* response, const commands::CallContext& call);
absl::Status DoListRegisterVersions(const ServiceEnv& env,
                                    const v1::ListRegisterVersionsRequest& request,
                                    v1::ListRegisterVersionsResponse* response,
                                    const commands::CallContext& call);

}  // namespace onward::rpc
