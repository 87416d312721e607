#include "graph/base/error_detail.h"

#include <string_view>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace onward {
namespace {

// The payload is a row of texts, each written as its length, a colon and its bytes: the reason, how
// many values follow, key and value in turn, then field and message of each violation in turn.
constexpr char kTypeUrl[] = "onward.v1/ErrorInfo";

void AppendText(const std::string& text, std::string& out) {
  absl::StrAppend(&out, text.size(), ":", text);
}

// Takes one text from the front of `in`; false where the bytes are none.
bool TakeText(std::string_view& in, std::string& out) {
  const size_t colon = in.find(':');
  size_t length = 0;
  if (colon == std::string_view::npos ||
      !absl::SimpleAtoi(absl::string_view(in.data(), colon), &length) ||
      length > in.size() - colon - 1) {
    return false;
  }
  out = std::string(in.substr(colon + 1, length));
  in.remove_prefix(colon + 1 + length);
  return true;
}

std::optional<ErrorDetail> Decode(std::string_view in) {
  ErrorDetail detail;
  if (!TakeText(in, detail.reason)) {
    return std::nullopt;
  }
  std::string count;
  size_t values = 0;
  if (!TakeText(in, count) || !absl::SimpleAtoi(count, &values)) {
    return std::nullopt;
  }
  while (values > 0 || !in.empty()) {
    std::string first;
    std::string second;
    if (!TakeText(in, first) || !TakeText(in, second)) {
      return std::nullopt;
    }
    if (values > 0) {
      detail.metadata[first] = second;
      --values;
    } else {
      detail.violations.push_back({first, second});
    }
  }
  return detail;
}

}  // namespace

absl::Status WithDetail(absl::Status status, const ErrorDetail& detail) {
  std::string bytes;
  AppendText(detail.reason, bytes);
  AppendText(absl::StrCat(detail.metadata.size()), bytes);
  for (const auto& [key, value] : detail.metadata) {
    AppendText(key, bytes);
    AppendText(value, bytes);
  }
  for (const FieldError& violation : detail.violations) {
    AppendText(violation.field, bytes);
    AppendText(violation.message, bytes);
  }
  status.SetPayload(kTypeUrl, absl::Cord(bytes));
  return status;
}

std::optional<ErrorDetail> DetailOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kTypeUrl);
  if (!payload) {
    return std::nullopt;
  }
  return Decode(std::string(*payload));
}

bool HasReason(const absl::Status& status, const std::string& reason) {
  const std::optional<ErrorDetail> detail = DetailOf(status);
  return detail && detail->reason == reason;
}

}  // namespace onward
