#include "clients/cpp/error_details.h"

#include <grpcpp/support/status.h>

#include <optional>

#include "absl/strings/cord.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace onward::client {
namespace {

constexpr char kUrlPrefix[] = "type.googleapis.com/";

// The payload of type T, if the status has one that can be read.
template <typename T>
std::optional<T> Payload(const absl::Status& status) {
  const auto bytes = status.GetPayload(kUrlPrefix + T::descriptor()->full_name());
  T message;
  if (!bytes.has_value() || !message.ParseFromString(std::string(*bytes))) {
    return std::nullopt;
  }
  return message;
}

}  // namespace

absl::Status ToAbslStatus(const grpc::Status& status) {
  absl::Status result(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
  google::rpc::Status details;
  if (result.ok() || !details.ParseFromString(status.error_details())) {
    return result;
  }
  for (const google::protobuf::Any& detail : details.details()) {
    result.SetPayload(detail.type_url(), absl::Cord(detail.value()));
  }
  return result;
}

ErrorDetails DetailsOf(const absl::Status& status) {
  ErrorDetails details;
  if (const auto info = Payload<google::rpc::ErrorInfo>(status)) {
    details.reason = info->reason();
    details.metadata.insert(info->metadata().begin(), info->metadata().end());
  }
  if (const auto bad = Payload<google::rpc::BadRequest>(status)) {
    for (const auto& violation : bad->field_violations()) {
      details.violations.push_back({violation.field(), violation.description()});
    }
  }
  if (const auto retry = Payload<google::rpc::RetryInfo>(status)) {
    details.retry_after_ms =
        retry->retry_delay().seconds() * 1000 + retry->retry_delay().nanos() / 1'000'000;
  }
  return details;
}

}  // namespace onward::client
