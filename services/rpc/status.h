// Errors on the wire: absl::Status to grpc::Status with the google.rpc details that standard clients
// decode (grpc-status-details-bin).
#pragma once

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace onward::rpc {

// ErrorInfo where the error has a reason, BadRequest for its field violations, PreconditionFailure and
// RetryInfo as the reason asks. Clients refuse more than 8 KiB of metadata, so details beyond that are
// counted (metadata not_listed), not sent.
grpc::Status ToGrpcStatus(const absl::Status& status);

}  // namespace onward::rpc
