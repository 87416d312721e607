// Handler of EraseContacts.
#pragma once

#include "onward/v1/erasure.pb.h"
#include "services/rpc/call.h"

namespace onward::rpc {

absl::Status DoEraseContacts(const ServiceEnv& env, const v1::EraseContactsRequest& request,
                             v1::EraseContactsResponse* response,
                             const commands::CallContext& call);

}  // namespace onward::rpc
