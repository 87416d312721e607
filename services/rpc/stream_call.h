// How a call runs that answers with a stream: one message under way at a time, a bounded buffer before it. While the buffer is full the
// work waits, and no worker does (stream_work.h).
#pragma once

#include <deque>
#include <optional>
#include <utility>

#include "graph/base/mutex.h"
#include "services/rpc/call.h"
#include "services/rpc/stream_work.h"

namespace onward::rpc {

// Takes the messages of an answer in their order.
template <class Response>
class StreamWriter {
 public:
  StreamWriter(const StreamWriter&) = delete;
  StreamWriter& operator=(const StreamWriter&) = delete;

  // Waits while too much is buffered that the reader has not taken. Errors are those of StreamWork::WaitFor, once nobody waits for the
  // message any more; then the work should end with that.
  virtual absl::Status Write(Response message) = 0;

 protected:
  StreamWriter() = default;
  ~StreamWriter() = default;
};

// What a service does with a request: writes the answer, then returns how it ended. Messages that were written before an error
// reach the client before it.
template <class Request, class Response>
using StreamHandler = absl::Status (*)(const ServiceEnv& env, const Request& request,
                                       StreamWriter<Response>& writer,
                                       const commands::CallContext& call);

// Bytes that wait for a slow reader before the work waits too.
inline constexpr size_t kStreamBufferBytes = size_t{1} << 20;

// Deletes itself when the transport is done with it.
template <class Request, class Response>
class StreamCall final : public grpc::ServerWriteReactor<Response>, public StreamWriter<Response> {
 public:
  StreamCall(Call call, const Request* request, StreamHandler<Request, Response> handler)
      : call_(call), request_(request), handler_(handler), work_(call_) {}

  // Hands the work over, or ends the call.
  void Start() {
    absl::Status status = call_.AdmitEarly(*request_);
    if (status.ok()) {
      status =
          work_.Begin(InventoryIn(*request_), [this](const absl::Status& begun) { Work(begun); });
    }
    if (!status.ok()) {
      this->Finish(call_.End(status, InventoryIn(*request_)));
    }
  }

  absl::Status Write(Response message) override {
    const size_t bytes = message.ByteSizeLong();
    call_.SpendBytes(bytes);
    {
      std::unique_lock<std::mutex> lock(work_.mutex().native());
      absl::Status status = WaitForRoom(lock);
      if (!status.ok()) {
        return status;
      }
      buffered_ += bytes;
      waiting_.push_back({std::move(message), bytes});
      if (writing_) {
        return absl::OkStatus();
      }
      Next();
    }
    this->StartWrite(&current_.message);
    return absl::OkStatus();
  }

  void OnWriteDone(bool ok) override {
    {
      const MutexLock lock(work_.mutex());
      buffered_ -= current_.bytes;
      writing_ = false;
      if (!ok) {
        // The client is gone; what waits for it goes too.
        DropWaiting();
      }
      work_.Moved(ok);
      if (!waiting_.empty()) {
        Next();
      } else if (!ended_.has_value()) {
        return;
      }
    }
    if (writing_) {
      this->StartWrite(&current_.message);
    } else {
      this->Finish(call_.End(*ended_, InventoryIn(*request_)));
    }
  }

  void OnCancel() override { work_.Cancel(); }
  void OnDone() override { delete this; }

 private:
  struct Waiting {
    Response message;
    size_t bytes = 0;
  };

  // Under the mutex. Where there was none, half of the buffer: workers do not come and go with each message.
  absl::Status WaitForRoom(std::unique_lock<std::mutex>& lock) {
    const size_t most = buffered_ > kStreamBufferBytes ? kStreamBufferBytes / 2 : buffered_;
    absl::Status status = work_.WaitFor(lock, [&] { return buffered_ <= most; });
    if (!status.ok()) {
      DropWaiting();
    }
    return status;
  }

  // Under the mutex: nobody takes it any more.
  void DropWaiting() {
    waiting_.clear();
    buffered_ = writing_ ? current_.bytes : 0;
  }

  // Under the mutex: the next message is under way. Whoever called starts the write, without the mutex, for its end may be told
  // on the same thread.
  void Next() {
    writing_ = true;
    current_ = std::move(waiting_.front());
    waiting_.pop_front();
  }

  // Ends the call once everything was written.
  void Work(const absl::Status& begun) {
    absl::Status status = begun.ok() ? work_.context().Check() : begun;
    if (status.ok()) {
      status = call_.Run(*request_, work_.context(),
                         [&] { return handler_(call_.env(), *request_, *this, work_.context()); });
    }
    work_.End();
    {
      const MutexLock lock(work_.mutex());
      ended_ = status;
      if (writing_) {
        return;
      }
    }
    this->Finish(call_.End(status, InventoryIn(*request_)));
  }

  Call call_;
  const Request* request_;
  StreamHandler<Request, Response> handler_;
  StreamWork work_;
  // Guarded by the work's mutex, but that current_ belongs to the write while writing_ is set, and that nothing is changed any more once
  // the work has ended and no write is under way.
  std::deque<Waiting> waiting_;
  size_t buffered_ = 0;
  bool writing_ = false;
  Waiting current_;
  std::optional<absl::Status> ended_;
};

template <class Request, class Response>
grpc::ServerWriteReactor<Response>* OnWorker(const ServiceEnv& env,
                                             grpc::CallbackServerContext* context,
                                             const char* method, const Request* request,
                                             StreamHandler<Request, Response> handler) {
  auto* reactor = new StreamCall<Request, Response>(Call(env, context, method), request, handler);
  reactor->Start();
  return reactor;
}

}  // namespace onward::rpc
