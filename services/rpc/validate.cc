#include "services/rpc/validate.h"

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "graph/model/validate.h"
#include "services/commands/errors.h"

namespace onward::rpc {

absl::StatusOr<size_t> PageSize(uint32_t requested) {
  if (requested > kPageSizeMax) {
    return commands::InvalidRequest(
        "page_size",
        absl::StrCat(requested, " is not in 1 to ", kPageSizeMax, " (0: ", kPageSizeDefault, ")"));
  }
  return requested == 0 ? kPageSizeDefault : requested;
}

std::string AuthorOf(const commands::CallContext& call, const std::string& said) {
  if (call.actor.empty() || call.actor == said) {
    return said;
  }
  std::string author(call.actor);
  return said.empty() ? author : author + " (" + said + ")";
}

absl::StatusOr<std::optional<Date>> OptionalDate(const std::string& text, const char* field) {
  if (text.empty()) {
    return std::optional<Date>();
  }
  const std::optional<Date> date = Date::Parse(text);
  if (!date) {
    return commands::InvalidRequest(
        field, absl::StrCat(text.substr(0, 40), " is not a calendar date (YYYY-MM-DD)"));
  }
  return date;
}

absl::StatusOr<model::RecordKind> KindOf(v1::RecordKind kind, const char* field) {
  const auto number = static_cast<int32_t>(kind);
  if (number <= 0 || number > static_cast<int32_t>(model::RecordKind::kLast)) {
    return commands::InvalidRequest(field, "is required and must be a known kind");
  }
  return static_cast<model::RecordKind>(number);
}

absl::StatusOr<model::RecordRef> RefOf(const v1::RecordRef& ref, const char* field) {
  model::RecordRef out;
  ONWARD_ASSIGN_OR_RETURN(out.kind, KindOf(ref.kind(), absl::StrCat(field, ".kind").c_str()));
  if (!model::IsValidId(ref.id())) {
    return commands::InvalidRequest(absl::StrCat(field, ".id"),
                                    "must match [a-z0-9]([a-z0-9._-]{0,126}[a-z0-9])?");
  }
  out.id = ref.id();
  return out;
}

absl::Status CheckFilter(const char* field, int values) {
  if (values > kFilterValuesMax) {
    return commands::LimitExceeded(field, kFilterValuesMax, static_cast<uint64_t>(values));
  }
  return absl::OkStatus();
}

}  // namespace onward::rpc
