#include "services/rpc/call.h"

#include <algorithm>
#include <random>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/access/gate.h"
#include "services/rpc/evidence.h"

namespace onward::rpc {
namespace {

constexpr char kCallIdKey[] = "x-request-id";
constexpr size_t kCallIdMax = 64;

// The client's own id where it is short and printable.
std::string ClientCallId(const grpc::CallbackServerContext& context) {
  const auto& metadata = context.client_metadata();
  const auto it = metadata.find(kCallIdKey);
  if (it == metadata.end() || it->second.empty() || it->second.size() > kCallIdMax) {
    return "";
  }
  std::string id(it->second.data(), it->second.size());
  const bool printable = std::all_of(id.begin(), id.end(), [](unsigned char c) {
    return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.';
  });
  return printable ? id : "";
}

// Unique in this process, and most likely beyond.
std::string NewCallId() {
  static const uint64_t kProcess = std::random_device{}();
  static std::atomic<uint64_t> next{1};
  return absl::StrCat(absl::Hex(kProcess, absl::kZeroPad8), "-", next.fetch_add(1));
}

std::chrono::system_clock::time_point DeadlineOf(const grpc::CallbackServerContext& context,
                                                 std::chrono::milliseconds fallback) {
  const std::chrono::system_clock::time_point asked = context.deadline();
  const bool none = asked == std::chrono::system_clock::time_point::max();
  return none && fallback.count() > 0 ? std::chrono::system_clock::now() + fallback : asked;
}

}  // namespace

Call::Call(const ServiceEnv& env, grpc::CallbackServerContext* context, const char* method)
    : env_(env),
      context_(context),
      method_(method),
      started_(std::chrono::steady_clock::now()),
      deadline_(DeadlineOf(*context, env.default_deadline)) {}

absl::Status Call::Identify(commands::CallContext& context) {
  if (env_.gate == nullptr) {
    return absl::OkStatus();
  }
  if (caller_ == nullptr) {
    access::Identified identified = env_.gate->Identify(EvidenceOf(*context_));
    caller_ = std::move(identified.caller);
    not_known_because_ = std::move(identified.why);
    if (caller_ == nullptr) {
      return identified.status;
    }
  }
  context.scope = caller_.get();
  context.actor = caller_->principal().name;
  return absl::OkStatus();
}

absl::Status Call::Admit(const google::protobuf::Message& request) const {
  if (env_.gate == nullptr) {
    return absl::OkStatus();
  }
  return caller_ == nullptr ? access::Unauthenticated()
                            : env_.gate->Check(*caller_, method_, request);
}

absl::Status Call::AdmitSome() const {
  if (env_.gate == nullptr) {
    return absl::OkStatus();
  }
  return caller_ == nullptr ? access::Unauthenticated() : env_.gate->CheckBefore(*caller_, method_);
}

grpc::Status Call::End(const absl::Status& status, const std::string& inventory) {
  const bool observed = env_.observe && (!status.ok() || env_.observe_successes());
  if (status.ok() && !observed) {
    return grpc::Status::OK;
  }
  CallRecord record;
  record.method = method_;
  record.inventory = inventory;
  record.call_id = ClientCallId(*context_);
  if (record.call_id.empty()) {
    record.call_id = NewCallId();
  }
  record.status = status;
  if (caller_ != nullptr) {
    record.caller = identity::LogName(caller_->principal());
  }
  record.not_known_because = not_known_because_;
  record.duration = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - started_);
  if (!status.ok()) {
    context_->AddTrailingMetadata(kCallIdKey, record.call_id);
  }
  if (observed) {
    env_.observe(record);
  }
  return ToGrpcStatus(status, env_.error_details_bytes_max);
}

absl::Status InternalError(const char* what) {
  return absl::InternalError(absl::StrCat("internal error: ", what));
}

absl::Status QueueFull(const WorkerPool& workers) {
  return commands::LimitExceeded("worker_queue_max", workers.queue_max(), workers.queue_max() + 1);
}

}  // namespace onward::rpc
