// What a program needs to know about an error, beside its code and text: a stable reason and named
// values.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace onward {

// One field of a request that is wrong.
struct FieldError {
  // Path in proto names: mutations[3].upsert.party.id.
  std::string field;
  std::string message;
  friend bool operator==(const FieldError&, const FieldError&) = default;
};

struct ErrorDetail {
  // A name of onward.v1.ErrorReason without its prefix: REVISION_IN_FUTURE.
  std::string reason;
  // Keys as listed there for the reason.
  std::map<std::string, std::string> metadata;
  // In the order in which they were found; empty where no field is to blame.
  std::vector<FieldError> violations = {};
  friend bool operator==(const ErrorDetail&, const ErrorDetail&) = default;
};

// The status with a detail; one that it carried before is replaced. An OK status stays as it is.
absl::Status WithDetail(absl::Status status, const ErrorDetail& detail);

// The detail that a status carries; nullopt if there is none.
std::optional<ErrorDetail> DetailOf(const absl::Status& status);

// Whether the status carries a detail with this reason.
bool HasReason(const absl::Status& status, const std::string& reason);

}  // namespace onward
