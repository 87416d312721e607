#include "services/rpc/call.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <array>
#include <random>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "graph/base/error_detail.h"
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

std::string ReasonIn(const absl::Status& status) {
  const std::optional<ErrorDetail> detail = status.ok() ? std::nullopt : DetailOf(status);
  return detail ? detail->reason : "";
}

// What took at least half of the time; else the work on the answer itself. One of metrics::kSlowCauses.
std::string_view SlowBecause(const CallRecord& call) {
  const std::array<std::pair<std::string_view, std::chrono::microseconds>, 4> parts = {{
      {"worker", call.worker_wait},
      {"revision", call.trace.revision_wait},
      {"records", call.trace.records},
      {"judging", call.trace.judging},
  }};
  const auto* const longest = std::max_element(
      parts.begin(), parts.end(),
      [](const auto& left, const auto& right) { return left.second < right.second; });
  return 2 * longest->second >= call.duration ? longest->first : "answering";
}

// Of the longest list at the top of a message.
uint64_t RowsOf(const google::protobuf::Message& answer) {
  const google::protobuf::Descriptor& type = *answer.GetDescriptor();
  int rows = 0;
  for (int i = 0; i < type.field_count(); ++i) {
    if (type.field(i)->is_repeated()) {
      rows = std::max(rows, answer.GetReflection()->FieldSize(answer, type.field(i)));
    }
  }
  return static_cast<uint64_t>(rows);
}

}  // namespace

Call::Call(const ServiceEnv& env, grpc::CallbackServerContext* context, const char* method)
    : env_(env),
      context_(context),
      method_(method),
      started_(std::chrono::steady_clock::now()),
      deadline_(DeadlineOf(*context, env.default_deadline)) {
  if (env.meter != nullptr) {
    metered_ = env.meter->Begin(method);
  }
}

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

absl::Status Call::Admit(const google::protobuf::Message& request) {
  if (env_.gate != nullptr) {
    absl::Status status = caller_ == nullptr ? access::Unauthenticated()
                                             : env_.gate->Check(*caller_, method_, request);
    if (!status.ok()) {
      return status;
    }
  }
  return TakeQuota(request);
}

absl::Status Call::AdmitEarly(const google::protobuf::Message& request) {
  return Guarded([&]() -> absl::Status {
    commands::CallContext context;
    absl::Status status = Identify(context);
    return status.ok() ? Admit(request) : status;
  });
}

absl::Status Call::StillAdmits(const google::protobuf::Message& request) const {
  return Guarded([&]() -> absl::Status {
    if (env_.gate == nullptr) {
      return absl::OkStatus();
    }
    const access::Identified now = env_.gate->Identify(EvidenceOf(*context_));
    return now.caller == nullptr ? now.status : env_.gate->Check(*now.caller, method_, request);
  });
}

std::chrono::system_clock::time_point Call::known_until() const {
  return caller_ == nullptr ? std::chrono::system_clock::time_point::max()
                            : caller_->principal().until;
}

// Null: nothing is limited, or the request is not about an inventory that there is.
std::shared_ptr<commands::Quota> Call::QuotaFor(const google::protobuf::Message& request) {
  limits_ = env_.engine->options().inventory_quota;
  const google::protobuf::FieldDescriptor* const field =
      limits_.Any() ? request.GetDescriptor()->FindFieldByName("inventory") : nullptr;
  if (field == nullptr || field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_STRING) {
    return nullptr;
  }
  return env_.engine->residents().QuotaOf(request.GetReflection()->GetString(request, field));
}

// Once a call, however often it is admitted; afterwards only whether there is no debt meanwhile.
absl::Status Call::TakeQuota(const google::protobuf::Message& request) {
  const bool taken = quota_ != nullptr;
  auto quota = taken || env_.engine == nullptr ? quota_ : QuotaFor(request);
  if (quota == nullptr) {
    return absl::OkStatus();
  }
  const auto now = env_.engine->clock().Now();
  absl::Status status = taken ? quota->CheckDebt(now) : quota->Take(now);
  if (status.ok()) {
    quota_ = std::move(quota);
  } else {
    no_news_ = !quota->IsNews(now);
  }
  return status;
}

void Call::SpendBytes(uint64_t bytes) const {
  if (CountsBytes()) {
    quota_->Spend(env_.engine->clock().Now(), std::chrono::microseconds(0), bytes);
  }
}

absl::Status Call::AdmitSome() const {
  if (env_.gate == nullptr) {
    return absl::OkStatus();
  }
  return caller_ == nullptr ? access::Unauthenticated() : env_.gate->CheckBefore(*caller_, method_);
}

void Call::Trace(commands::CallContext& context) {
  context.trace = &trace_;
  if (context.may_block) {
    worker_wait_ = SinceStart();
  }
}

std::chrono::microseconds Call::SinceStart() const {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() -
                                                               started_);
}

bool Call::IsSlow(std::chrono::microseconds duration) const {
  return may_be_slow_ && env_.slow_after.count() > 0 && duration >= env_.slow_after;
}

grpc::Status Call::End(const absl::Status& status, const std::string& inventory,
                       const google::protobuf::Message* answer) {
  const std::chrono::microseconds duration = SinceStart();
  if (metered_ != nullptr) {
    env_.meter->End(metered_, status.code(), ReasonIn(status), duration);
  }
  const bool slow = IsSlow(duration);
  const bool news = slow || (!status.ok() && !no_news_);
  const bool observed = env_.observe && (news || env_.observe_successes());
  if (status.ok() && !observed && !slow) {
    return grpc::Status::OK;
  }
  CallRecord record;
  record.call_id = ClientCallId(*context_);
  if (record.call_id.empty()) {
    record.call_id = NewCallId();
  }
  if (!status.ok()) {
    context_->AddTrailingMetadata(kCallIdKey, record.call_id);
  }
  record.status = status;
  record.duration = duration;
  record.trace = trace_;
  record.worker_wait = worker_wait_;
  if (slow) {
    record.slow_because = SlowBecause(record);
    record.rows = answer == nullptr ? 0 : RowsOf(*answer);
    record.bytes = answer == nullptr ? 0 : answer->ByteSizeLong();
    if (env_.meter != nullptr) {
      env_.meter->Slow(record.slow_because);
    }
  }
  if (observed) {
    Observe(std::move(record), inventory);
  }
  return ToGrpcStatus(status, env_.error_details_bytes_max);
}

void Call::Observe(CallRecord record, const std::string& inventory) const {
  record.method = method_;
  record.inventory = inventory;
  if (caller_ != nullptr) {
    record.caller = identity::LogName(caller_->principal());
  }
  record.not_known_because = not_known_because_;
  env_.observe(record);
}

absl::Status InternalError(const char* what) {
  return absl::InternalError(absl::StrCat("internal error: ", what));
}

absl::Status PushedStatus(const commands::WorkerPool& pool, commands::FairQueue::Pushed pushed) {
  if (pushed == commands::FairQueue::Pushed::kYes) {
    return absl::OkStatus();
  }
  const bool all = pushed == commands::FairQueue::Pushed::kFull;
  const size_t max = all ? pool.options().queue_max : pool.options().inventory_queue_max;
  return commands::LimitExceeded(all ? "worker_queue_max" : "inventory_queue_max", max, max + 1);
}

absl::Status Submit(const ServiceEnv& env, const std::string& inventory,
                    std::function<void()> work) {
  return PushedStatus(*env.workers, env.workers->Submit(inventory, std::move(work)));
}

}  // namespace onward::rpc
