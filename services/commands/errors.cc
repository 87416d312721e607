#include "services/commands/errors.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/base/error_detail.h"

namespace onward::commands {
namespace {

using Metadata = std::map<std::string, std::string>;

constexpr char kWouldBlock[] = "WOULD_BLOCK";

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

absl::Status Error(absl::StatusCode code, std::string reason, const std::string& message,
                   Metadata metadata) {
  ErrorDetail detail;
  detail.reason = std::move(reason);
  detail.metadata = std::move(metadata);
  return WithDetail(absl::Status(code, message), detail);
}

// The first violation in words, and how many there are.
std::string Summary(const model::Violations& violations) {
  if (violations.empty()) {
    return "invalid";
  }
  const model::Violation& first = violations.list().front();
  const size_t others = violations.list().size() - 1 + violations.not_listed();
  std::string text =
      first.field.empty() ? first.message : absl::StrCat(first.field, ": ", first.message);
  if (others > 0) {
    absl::StrAppend(&text, " (and ", others, " more)");
  }
  return text;
}

absl::Status Violated(std::string reason, const model::Violations& violations) {
  ErrorDetail detail;
  detail.reason = std::move(reason);
  for (const model::Violation& violation : violations.list()) {
    detail.violations.push_back({violation.field, violation.message});
  }
  if (violations.not_listed() > 0) {
    detail.metadata["not_listed"] = absl::StrCat(violations.not_listed());
  }
  return WithDetail(absl::InvalidArgumentError(Summary(violations)), detail);
}

}  // namespace

absl::Status InvalidRecord(const model::Violations& violations) {
  return Violated("INVALID_RECORD", violations);
}

absl::Status InvalidRegister(const model::Violations& violations) {
  return Violated("INVALID_REGISTER", violations);
}

absl::Status RegisterMoved(std::string_view expected, std::string_view actual) {
  return Error(absl::StatusCode::kFailedPrecondition, "REGISTER_MOVED",
               absl::StrCat("law register ", View(expected),
                            " was expected to be in effect; it is ", View(actual)),
               {{"expected", std::string(expected)}, {"actual", std::string(actual)}});
}

absl::Status DanglingReference(const model::Violations& violations) {
  return Violated("DANGLING_REFERENCE", violations);
}

absl::Status InvalidRequest(std::string_view field, std::string_view message) {
  model::Violations violations;
  violations.Add(std::string(field), std::string(message));
  return InvalidRequest(violations);
}

absl::Status InvalidRequest(const model::Violations& violations) {
  return Violated("INVALID_REQUEST", violations);
}

absl::Status DuplicateIdentifier(const std::string& party, const std::string& other_party,
                                 const model::Identifier& identifier, std::string_view field) {
  return Error(absl::StatusCode::kFailedPrecondition, "DUPLICATE_IDENTIFIER",
               absl::StrCat(View(field), ": parties ", party, " and ", other_party,
                            " both hold the identifier ", identifier.scheme, " ", identifier.value,
                            "; the same legal entity is one party"),
               {{"party", party},
                {"other_party", other_party},
                {"scheme", identifier.scheme},
                {"value", identifier.value},
                {"field", std::string(field)}});
}

absl::Status RecordNotFound(const model::RecordRef& ref) {
  return Error(absl::StatusCode::kNotFound, "RECORD_NOT_FOUND",
               absl::StrCat("there is no ", model::ToString(ref)),
               {{"kind", std::string(model::KindName(ref.kind))}, {"id", ref.id}});
}

absl::Status PreconditionFailed(const model::RecordRef& ref, std::string_view expected,
                                std::string_view actual) {
  return Error(
      absl::StatusCode::kAborted, "PRECONDITION_FAILED",
      absl::StrCat(model::ToString(ref), ": expected ", View(expected), ", found ", View(actual)),
      {{"kind", std::string(model::KindName(ref.kind))},
       {"id", ref.id},
       {"expected", std::string(expected)},
       {"actual", std::string(actual)}});
}

absl::Status LimitExceeded(std::string_view limit, uint64_t max, uint64_t actual) {
  return Error(absl::StatusCode::kResourceExhausted, "LIMIT_EXCEEDED",
               absl::StrCat(View(limit), ": ", actual, " is more than the limit of ", max),
               {{"limit", std::string(limit)},
                {"max", absl::StrCat(max)},
                {"actual", absl::StrCat(actual)}});
}

absl::Status NotFreshEnough(uint64_t revision, uint64_t head) {
  return Error(absl::StatusCode::kUnavailable, "NOT_FRESH_ENOUGH",
               absl::StrCat("revision ", revision, " is not here yet; the head is ", head),
               {{"revision", absl::StrCat(revision)}, {"head", absl::StrCat(head)}});
}

absl::Status ForeignToken(const std::string& inventory) {
  return Error(absl::StatusCode::kAborted, "FOREIGN_TOKEN",
               absl::StrCat("the token belongs to another inventory, or to a store that was "
                            "replaced; it does not count for ",
                            inventory),
               {{"inventory", inventory}});
}

absl::Status SlowConsumer(uint64_t revision) {
  return Error(absl::StatusCode::kResourceExhausted, "SLOW_CONSUMER",
               absl::StrCat("the watcher did not keep up; it may go on from revision ", revision),
               {{"revision", absl::StrCat(revision)}});
}

absl::Status TokenExpired() {
  return Error(absl::StatusCode::kUnauthenticated, "TOKEN_EXPIRED",
               "the token that the watch was opened with has expired: ask again with a fresh one, "
               "after the token of the last mark or event",
               {});
}

absl::Status StreamStalled(std::chrono::milliseconds stood_still) {
  return Error(absl::StatusCode::kResourceExhausted, "STREAM_STALLED",
               absl::StrCat("the client neither read nor sent for ", stood_still.count(),
                            " ms; ask again and keep up"),
               {{"milliseconds", absl::StrCat(stood_still.count())}});
}

absl::Status DeadlineExceeded() {
  return absl::DeadlineExceededError("the deadline passed before the answer was complete");
}

absl::Status Cancelled() { return absl::CancelledError("the caller cancelled"); }

absl::Status WouldBlock() {
  return Error(absl::StatusCode::kUnavailable, kWouldBlock, "would block", {});
}

bool IsWouldBlock(const absl::Status& status) {
  return absl::IsUnavailable(status) && HasReason(status, kWouldBlock);
}

}  // namespace onward::commands
