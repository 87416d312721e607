// What a server's error says beyond its code and message.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace grpc {
class Status;
}  // namespace grpc

namespace onward::client {

struct FieldViolation {
  // Path in proto names from the request down: mutations[3].upsert.party.establishment.
  std::string field;
  std::string description;
};

struct ErrorDetails {
  // Stable reason, a name of onward.v1.ErrorReason without prefix. Empty: the server gave none.
  std::string reason;
  std::map<std::string, std::string> metadata;
  std::vector<FieldViolation> violations;
  // How long the server asks to wait before a repeat; 0: it does not say.
  int64_t retry_after_ms = 0;
};

// Code and message of a call's status, with its google.rpc details as payloads.
absl::Status ToAbslStatus(const grpc::Status& status);

// The details that a status of this client carries; all empty for any other status.
ErrorDetails DetailsOf(const absl::Status& status);

}  // namespace onward::client
