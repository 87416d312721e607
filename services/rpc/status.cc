#include "services/rpc/status.h"

#include <array>
#include <optional>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "graph/base/error_detail.h"

namespace onward::rpc {
namespace {

constexpr char kDomain[] = "onward.v1";
constexpr size_t kMessageBytesMax = 600;
constexpr size_t kViolationBytesMax = 1'000;

// What a reason adds beside ErrorInfo.
struct Extra {
  std::string_view reason;
  // Type of the PreconditionFailure; empty: none.
  std::string_view precondition;
  // Delay of the RetryInfo; 0: none.
  int retry_ms = 0;
};
constexpr std::array<Extra, 8> kExtras = {{
    {"PRECONDITION_FAILED", "RECORD_STATE", 0},
    {"DUPLICATE_IDENTIFIER", "IDENTIFIER", 0},
    {"HEAD_MOVED", "HEAD_REVISION", 0},
    {"REGISTER_MOVED", "LAW_REGISTER", 0},
    {"NOT_FRESH_ENOUGH", "", 100},
    {"STORE_SEALED", "", 5'000},
    {"STORE_FULL", "", 5'000},
    {"IMPORT_UNDER_WAY", "", 5'000},
}};

std::string Clipped(const std::string& text, size_t max) {
  if (text.size() <= max) {
    return text;
  }
  size_t end = max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
    --end;  // not inside a character
  }
  return absl::StrCat(text.substr(0, end), " ...");
}

std::string SubjectOf(const ErrorDetail& detail) {
  const auto value = [&](const char* key) {
    const auto it = detail.metadata.find(key);
    return it == detail.metadata.end() ? std::string() : it->second;
  };
  const std::string kind = value("kind");
  return kind.empty() ? value("party") : absl::StrCat(kind, "/", value("id"));
}

void AddExtras(const ErrorDetail& detail, const std::string& message, google::rpc::Status& out) {
  for (const Extra& extra : kExtras) {
    if (extra.reason != detail.reason) {
      continue;
    }
    if (!extra.precondition.empty()) {
      google::rpc::PreconditionFailure failure;
      auto* violation = failure.add_violations();
      violation->set_type(std::string(extra.precondition));
      violation->set_subject(SubjectOf(detail));
      violation->set_description(Clipped(message, kMessageBytesMax));
      out.add_details()->PackFrom(failure);
    }
    if (extra.retry_ms > 0) {
      google::rpc::RetryInfo retry;
      retry.mutable_retry_delay()->set_seconds(extra.retry_ms / 1'000);
      retry.mutable_retry_delay()->set_nanos(extra.retry_ms % 1'000 * 1'000'000);
      out.add_details()->PackFrom(retry);
    }
  }
}

// As many violations as fit; returns how many do not.
size_t FillBadRequest(const ErrorDetail& detail, size_t bytes_max, google::rpc::BadRequest& bad) {
  size_t bytes = 0;
  for (const FieldError& violation : detail.violations) {
    const std::string field = Clipped(violation.field, kViolationBytesMax / 2);
    const std::string message = Clipped(violation.message, kViolationBytesMax / 2);
    bytes += field.size() + message.size() + 8;
    if (bytes + kViolationBytesMax > bytes_max) {
      break;
    }
    auto* out = bad.add_field_violations();
    out->set_field(field);
    out->set_description(message);
  }
  return detail.violations.size() - static_cast<size_t>(bad.field_violations_size());
}

google::rpc::ErrorInfo InfoOf(const ErrorDetail& detail, size_t not_listed) {
  google::rpc::ErrorInfo info;
  info.set_reason(detail.reason);
  info.set_domain(kDomain);
  for (const auto& [key, value] : detail.metadata) {
    (*info.mutable_metadata())[key] = Clipped(value, kViolationBytesMax / 4);
  }
  if (not_listed > 0) {
    size_t before = 0;
    const auto it = detail.metadata.find("not_listed");
    if (it != detail.metadata.end() && !absl::SimpleAtoi(it->second, &before)) {
      before = 0;
    }
    (*info.mutable_metadata())["not_listed"] = absl::StrCat(before + not_listed);
  }
  return info;
}

std::string DetailsOf(const ErrorDetail& detail, const std::string& message, int code,
                      size_t bytes_max) {
  google::rpc::Status out;
  out.set_code(code);
  out.set_message(message);
  google::rpc::BadRequest bad;
  const size_t not_listed = FillBadRequest(detail, bytes_max, bad);
  out.add_details()->PackFrom(InfoOf(detail, not_listed));
  if (bad.field_violations_size() > 0) {
    out.add_details()->PackFrom(bad);
  }
  AddExtras(detail, message, out);
  return out.SerializeAsString();
}

}  // namespace

grpc::Status ToGrpcStatus(const absl::Status& status, size_t details_bytes_max) {
  if (status.ok()) {
    return grpc::Status::OK;
  }
  // The canonical codes of both have the same numbers.
  const auto code = static_cast<grpc::StatusCode>(status.raw_code());
  const std::string message = Clipped(std::string(status.message()), kMessageBytesMax);
  const std::optional<ErrorDetail> detail = DetailOf(status);
  if (!detail) {
    return {code, message};
  }
  return {code, message, DetailsOf(*detail, message, status.raw_code(), details_bytes_max)};
}

}  // namespace onward::rpc
