// Checks on the fields of requests, other than records.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "graph/base/date.h"
#include "graph/model/record.h"
#include "onward/v1/record.pb.h"
#include "services/commands/context.h"

namespace onward::rpc {

inline constexpr size_t kPageSizeDefault = 100;
inline constexpr size_t kPageSizeMax = 1'000;
// Values of one filter of a list.
inline constexpr int kFilterValuesMax = 1'000;

// 0: the default. INVALID_REQUEST beyond the maximum.
absl::StatusOr<size_t> PageSize(uint32_t requested);
// Empty: absent. INVALID_REQUEST names the field.
absl::StatusOr<std::optional<Date>> OptionalDate(const std::string& text, const char* field);
// Both parts are required. INVALID_REQUEST names the field.
absl::StatusOr<model::RecordRef> RefOf(const v1::RecordRef& ref, const char* field);
// A known kind. INVALID_REQUEST names the field.
absl::StatusOr<model::RecordKind> KindOf(v1::RecordKind kind, const char* field);
// The author for the history: who calls, as he was proved to be, with what he says of himself in brackets; that alone where it
// is not known who calls.
std::string AuthorOf(const commands::CallContext& call, const std::string& said);
// LIMIT_EXCEEDED names the field.
absl::Status CheckFilter(const char* field, int values);

}  // namespace onward::rpc
