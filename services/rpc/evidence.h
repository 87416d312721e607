// What a call brings along to prove who makes it, read from its connection and its metadata.
#pragma once

#include <grpcpp/server_context.h>

#include "services/identity/authenticator.h"

namespace onward::rpc {

// Its texts are the context's.
identity::Evidence EvidenceOf(const grpc::ServerContextBase& context);

}  // namespace onward::rpc
