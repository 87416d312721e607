// How a call runs that takes a stream and answers once: the work on the worker pool, which waits for one message at a time. Beside
// call.h, whose Call it uses for deadline, end and log.
#pragma once

#include <condition_variable>
#include <optional>
#include <utility>

#include "graph/base/mutex.h"
#include "graph/base/status_macros.h"
#include "services/rpc/call.h"

namespace onward::rpc {

// Gives the messages of a request in their order.
template <class Request>
class UploadReader {
 public:
  UploadReader(const UploadReader&) = delete;
  UploadReader& operator=(const UploadReader&) = delete;

  // Waits for the next message, up to the deadline; null: the client has sent the last one. It lives until the next call. CANCELLED
  // or DEADLINE_EXCEEDED once nobody waits for the answer any more.
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
      : call_(call), response_(response), handler_(handler) {
    context_.deadline = call_.deadline();
    context_.cancelled = [this] { return cancelled_.load(); };
  }

  // Hands the work over, or ends the call. Whose it is says its first message only.
  void Start() {
    if (const absl::Status status = Submit(call_.env(), "", [this] { Work(); }); !status.ok()) {
      this->Finish(call_.End(status, ""));
    }
  }

  absl::StatusOr<const Request*> Read() override {
    {
      const MutexLock lock(mutex_);
      arrived_.reset();
    }
    this->StartRead(&message_);
    std::unique_lock<std::mutex> lock(mutex_.native());
    while (!arrived_.has_value() && context_.Check().ok()) {
      Wait(lock);
    }
    const absl::Status status = context_.Check();
    if (!status.ok()) {
      return status;
    }
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
    const MutexLock lock(mutex_);
    arrived_ = ok;
    changed_.notify_all();
  }

  void OnCancel() override {
    cancelled_ = true;
    const MutexLock lock(mutex_);
    changed_.notify_all();
  }
  void OnDone() override { delete this; }

 private:
  void Wait(std::unique_lock<std::mutex>& lock) {
    if (context_.deadline == std::chrono::system_clock::time_point::max()) {
      changed_.wait(lock);
    } else {
      changed_.wait_until(lock, context_.deadline);
    }
  }

  void Work() {
    absl::Status status = context_.Check();
    if (status.ok()) {
      status = call_.RunUpload(context_,
                               [&] { return handler_(call_.env(), *this, response_, context_); });
    }
    this->Finish(call_.End(status, inventory_));
  }

  Call call_;
  Response* response_;
  UploadHandler<Request, Response> handler_;
  commands::CallContext context_;
  std::atomic<bool> cancelled_{false};
  // Belongs to the transport between StartRead and OnReadDone.
  Request message_;
  Mutex mutex_;
  std::condition_variable changed_;
  // Whether the read that was started last brought a message; not set: it has not ended. Guarded by mutex_.
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
