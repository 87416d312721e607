#include "clients/cpp/watch.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <utility>

#include "clients/cpp/error_details.h"
#include "onward/v1/inventory_service.grpc.pb.h"

namespace onward::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::system_clock;

// A call that the watcher did not cancel itself was cancelled by a server that stops.
bool MayGoOn(const absl::Status& status) {
  return status.code() == absl::StatusCode::kUnavailable ||
         status.code() == absl::StatusCode::kCancelled ||
         DetailsOf(status).reason == "SLOW_CONSUMER" || DetailsOf(status).reason == "TOKEN_EXPIRED";
}

bool IsWrite(const v1::WatchResponse& response) {
  return response.event().cause() == v1::WATCH_CAUSE_WRITE;
}

}  // namespace

struct Watcher::Stream {
  Stream(const std::shared_ptr<grpc::ChannelInterface>& channel, const v1::WatchRequest& request)
      : stub(v1::Inventory::NewStub(channel)), reader(stub->Watch(&context, request)) {}

  grpc::ClientContext context;
  std::unique_ptr<v1::Inventory::Stub> stub;
  std::unique_ptr<grpc::ClientReader<v1::WatchResponse>> reader;
};

Watcher::Watcher(std::shared_ptr<grpc::ChannelInterface> channel, v1::WatchRequest request,
                 WatchOptions options)
    : channel_(std::move(channel)),
      request_(std::move(request)),
      options_(std::move(options)),
      started_(system_clock::now()) {}

Watcher::~Watcher() {
  Cancel();
  if (stream_ != nullptr) {
    stream_->reader->Finish();
  }
}

void Watcher::Cancel() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    cancelled_ = true;
    if (stream_ != nullptr) {
      stream_->context.TryCancel();
    }
  }
  changed_.notify_all();
}

absl::Status Watcher::Open() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (cancelled_) {
    return absl::CancelledError("the watch was cancelled");
  }
  if (stream_ == nullptr) {
    if (!token_.empty()) {
      request_.clear_from_revision();
      request_.set_after_token(token_);
    }
    parts_.reset();
    stream_ = std::make_unique<Stream>(channel_, request_);
  }
  return absl::OkStatus();
}

std::optional<v1::WatchResponse> Watcher::Add(v1::WatchResponse part) {
  if (part.has_event() && parts_.has_value()) {
    v1::WatchEvent& whole = *parts_->mutable_event();
    whole.mutable_records()->MergeFrom(part.event().records());
    whole.mutable_verdict_changes()->MergeFrom(part.event().verdict_changes());
    whole.mutable_findings()->MergeFrom(part.event().findings());
    whole.set_more(part.event().more());
    *parts_->mutable_stamp() = std::move(*part.mutable_stamp());
  } else {
    parts_ = std::move(part);
  }
  if (parts_->event().more()) {
    return std::nullopt;
  }
  v1::WatchResponse whole = *std::move(parts_);
  parts_.reset();
  const uint64_t revision = whole.stamp().revision();
  const bool again = whole.has_event() && IsWrite(whole) && revision <= revision_;
  if (again || whole.stamp().token().empty()) {
    return std::nullopt;
  }
  revision_ = std::max(revision_, revision);
  token_ = whole.stamp().token();
  return whole;
}

bool Watcher::Pause(milliseconds pause) {
  std::unique_lock<std::mutex> lock(mutex_);
  // system_clock: ThreadSanitizer of GCC 12 does not know the wait on a steady clock.
  changed_.wait_until(lock, system_clock::now() + pause, [this] { return cancelled_; });
  return !cancelled_;
}

absl::Status Watcher::Lost(const absl::Status& why) {
  if (!MayGoOn(why)) {
    return why;
  }
  milliseconds pause = options_.first_pause;
  for (int i = 0; i < failed_ && pause < options_.longest_pause; ++i) {
    pause *= 2;
  }
  pause = std::min(pause, options_.longest_pause);
  if (token_.empty() && system_clock::now() + pause > started_ + options_.first_wait) {
    return why;
  }
  ++failed_;
  if (options_.on_reconnect) {
    options_.on_reconnect({why, pause, failed_, revision_});
  }
  return Pause(pause) ? absl::OkStatus() : absl::CancelledError("the watch was cancelled");
}

absl::StatusOr<v1::WatchResponse> Watcher::Next() {
  while (true) {
    if (absl::Status status = Open(); !status.ok()) {
      return status;
    }
    v1::WatchResponse part;
    if (stream_->reader->Read(&part)) {
      if (std::exchange(failed_, 0) > 0 && options_.on_resumed) {
        options_.on_resumed(revision_);
      }
      if (auto whole = Add(std::move(part))) {
        return *std::move(whole);
      }
      continue;
    }
    absl::Status why = ToAbslStatus(stream_->reader->Finish());
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      stream_.reset();
    }
    if (why.ok()) {
      why = absl::UnavailableError("the server ended the watch");
    }
    if (absl::Status status = Lost(why); !status.ok()) {
      return status;
    }
  }
}

}  // namespace onward::client
