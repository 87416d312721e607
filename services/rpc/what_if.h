// What a question assumes, read from its message.
#pragma once

#include "absl/status/statusor.h"
#include "graph/base/date.h"
#include "onward/v1/what_if.pb.h"
#include "services/commands/what_if.h"

namespace onward::rpc {

// Null: nothing is assumed. `day` stands for days of law changes that are not given. LIMIT_EXCEEDED, and
// INVALID_REQUEST for a change of law; mutations that cannot be read are told by commands::Assume.
absl::StatusOr<commands::WhatIfPtr> WhatIfOf(const v1::WhatIf& message, Date day);

}  // namespace onward::rpc
