// How a call runs that takes a stream and answers once: its work waits for one message at a time, and no worker does (stream_work.h).
#pragma once

#include <optional>
#include <utility>

#include "graph/base/mutex.h"
#include "graph/base/status_macros.h"
#include "services/rpc/call.h"
#include "services/rpc/stream_work.h"

namespace onward::rpc {

// Gives the messages of a request in their order.
template <class Request>
class UploadReader {
 public:
  UploadReader(const UploadReader&) = delete;
  UploadReader& operator=(const UploadReader&) = delete;

  // Waits for the next message; null: the client has sent the last one. It lives until the next call. Errors are those of
  // StreamWork::WaitFor.
  virtual absl::StatusOr<const Request*> Read() = 0;

 protected:
  UploadReader() = default;
  ~UploadReader() = default;
};

// What a service does with the messages. An error may come before the last one was read.
template <class Request, class Response>
using UploadHandler = absl::Status (*)(const ServiceEnv& env, UploadReader<Request>& reader,
                                       Response* response, const commands::CallContext& call);

// Deletes itself when the transport is done with it.
template <class Request, class Response>
class UploadCall final : public grpc::ServerReadReactor<Request>, public UploadReader<Request> {
 public:
  UploadCall(Call call, Response* response, UploadHandler<Request, Response> handler)
      : call_(call), response_(response), handler_(handler), work_(call_) {}

  // Hands the work over, or ends the call. Whose it is says its first message only.
  void Start() {
    const absl::Status status = work_.Begin("", [this](const absl::Status& begun) { Work(begun); });
    if (!status.ok()) {
      this->Finish(call_.End(status, ""));
    }
  }

  absl::StatusOr<const Request*> Read() override {
    {
      const MutexLock lock(work_.mutex());
      arrived_.reset();
    }
    this->StartRead(&message_);
    std::unique_lock<std::mutex> lock(work_.mutex().native());
    ONWARD_RETURN_IF_ERROR(work_.WaitFor(lock, [this] { return arrived_.has_value(); }));
    if (!*arrived_) {
      return nullptr;
    }
    if (!admitted_) {
      inventory_ = InventoryIn(message_);
      ONWARD_RETURN_IF_ERROR(call_.Admit(message_));
      admitted_ = true;
    }
    return &message_;
  }

  void OnReadDone(bool ok) override {
    const MutexLock lock(work_.mutex());
    arrived_ = ok;
    work_.Moved(true);
  }

  void OnCancel() override { work_.Cancel(); }
  void OnDone() override { delete this; }

 private:
  void Work(const absl::Status& begun) {
    absl::Status status = begun.ok() ? work_.context().Check() : begun;
    if (status.ok()) {
      status = call_.RunUpload(work_.context(), [&] {
        return handler_(call_.env(), *this, response_, work_.context());
      });
    }
    work_.End();
    this->Finish(call_.End(status, inventory_));
  }

  Call call_;
  Response* response_;
  UploadHandler<Request, Response> handler_;
  StreamWork work_;
  // Belongs to the transport between StartRead and OnReadDone.
  Request message_;
  // Whether the read that was started last brought a message; not set: it has not ended. Guarded by the work's mutex.
  std::optional<bool> arrived_;
  // For the log: of the first message. The work's alone.
  std::string inventory_;
  // Whether the caller may send what the first message begins. The work's alone.
  bool admitted_ = false;
};

template <class Request, class Response>
grpc::ServerReadReactor<Request>* OnWorker(const ServiceEnv& env,
                                           grpc::CallbackServerContext* context, const char* method,
                                           Response* response,
                                           UploadHandler<Request, Response> handler) {
  auto* reactor = new UploadCall<Request, Response>(Call(env, context, method), response, handler);
  reactor->Start();
  return reactor;
}

}  // namespace onward::rpc
