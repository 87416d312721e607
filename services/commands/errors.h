// The errors of the command layer: code, stable reason, metadata and wording, each in one place. Reasons
// are listed in proto/onward/v1/error_reason.proto. Errors of the store: storage/errors.h.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "graph/model/record.h"
#include "graph/model/violations.h"

namespace onward::commands {

// INVALID_ARGUMENT, INVALID_RECORD: every violation with its field path.
absl::Status InvalidRecord(const model::Violations& violations);
// INVALID_ARGUMENT, INVALID_REGISTER: every violation with record id and field.
absl::Status InvalidRegister(const model::Violations& violations);
// FAILED_PRECONDITION, REGISTER_MOVED: another register is in effect than expected.
absl::Status RegisterMoved(std::string_view expected, std::string_view actual);
// INVALID_ARGUMENT, DANGLING_REFERENCE.
absl::Status DanglingReference(const model::Violations& violations);
// INVALID_ARGUMENT, INVALID_REQUEST: one field of a request.
absl::Status InvalidRequest(std::string_view field, std::string_view message);
// INVALID_ARGUMENT, INVALID_REQUEST: several.
absl::Status InvalidRequest(const model::Violations& violations);
// FAILED_PRECONDITION, DUPLICATE_IDENTIFIER.
absl::Status DuplicateIdentifier(const std::string& party, const std::string& other_party,
                                 const model::Identifier& identifier, std::string_view field);
// NOT_FOUND, RECORD_NOT_FOUND.
absl::Status RecordNotFound(const model::RecordRef& ref);
// ABORTED, PRECONDITION_FAILED.
absl::Status PreconditionFailed(const model::RecordRef& ref, std::string_view expected,
                                std::string_view actual);
// RESOURCE_EXHAUSTED, LIMIT_EXCEEDED.
absl::Status LimitExceeded(std::string_view limit, uint64_t max, uint64_t actual);
// UNAVAILABLE, NOT_FRESH_ENOUGH.
absl::Status NotFreshEnough(uint64_t revision, uint64_t head);
// ABORTED, FOREIGN_TOKEN.
absl::Status ForeignToken(const std::string& inventory);
// RESOURCE_EXHAUSTED, SLOW_CONSUMER: a watcher may go on from this revision.
absl::Status SlowConsumer(uint64_t revision);
// UNAUTHENTICATED, TOKEN_EXPIRED: a watcher may go on with a fresh token.
absl::Status TokenExpired();
// RESOURCE_EXHAUSTED, STREAM_STALLED: the client neither read nor sent for so long.
absl::Status StreamStalled(std::chrono::milliseconds stood_still);
// DEADLINE_EXCEEDED and CANCELLED, without a reason of our own.
absl::Status DeadlineExceeded();
absl::Status Cancelled();
// For CallContext::may_block; never leaves the server.
absl::Status WouldBlock();
bool IsWouldBlock(const absl::Status& status);

}  // namespace onward::commands
