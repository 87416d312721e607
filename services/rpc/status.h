// Errors on the wire: absl::Status to grpc::Status with the google.rpc details that standard clients
// decode (grpc-status-details-bin).
#pragma once

#include <grpcpp/support/status.h>

#include <cstddef>

#include "absl/status/status.h"

namespace onward::rpc {

// Clients accept 8 KiB of metadata by default; in base64 this leaves room for the rest.
inline constexpr size_t kErrorDetailsBytesMax = 4'800;

// ErrorInfo where the error has a reason, BadRequest for its field violations, PreconditionFailure and
// RetryInfo as the reason asks. Field violations beyond `details_bytes_max` are counted (metadata
// not_listed), not sent.
grpc::Status ToGrpcStatus(const absl::Status& status,
                          size_t details_bytes_max = kErrorDetailsBytesMax);

}  // namespace onward::rpc
