// How a call runs: on the transport's thread where it can be answered at once, else on the worker pool;
// whether its caller may make it, its deadline, its cancellation, its one end, its line in the log.
#pragma once

#include <google/protobuf/message.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "graph/base/parallel.h"
#include "graph/base/status_macros.h"
#include "services/commands/context.h"
#include "services/commands/engine.h"
#include "services/commands/errors.h"
#include "services/commands/worker_pool.h"
#include "services/metrics/call_meter.h"
#include "services/rpc/status.h"

namespace onward::access {
class Caller;
class Gate;
}  // namespace onward::access

namespace onward::audit {
class Auditor;
}  // namespace onward::audit

namespace onward::commands {
class WatchHub;
}  // namespace onward::commands

namespace onward::storage {
class Backups;
}  // namespace onward::storage

namespace onward::rpc {

// What there is to say about a call that has ended.
struct CallRecord {
  const char* method = "";
  std::string inventory;
  // As the client named it (metadata x-request-id), or made here; also sent back with errors.
  std::string call_id;
  absl::Status status;
  std::chrono::microseconds duration{0};
  // Who called, as logs name him; empty: not known, or not asked.
  std::string caller;
  // Why it is not known who called; empty: it is, or was not asked.
  std::string not_known_because;
  // It took longer than ServiceEnv::slow_after, mostly because of one of metrics::kSlowCauses; empty: it did not.
  std::string_view slow_because;
  commands::CallTrace trace;
  // Until a worker was free.
  std::chrono::microseconds worker_wait{0};
  // Of the answer's longest list at the top, and of all of it; of slow calls alone.
  uint64_t rows = 0;
  uint64_t bytes = 0;
};

// What every service stands on. Must outlive the server.
struct ServiceEnv {
  commands::Engine* engine = nullptr;
  // Null: everybody may do everything.
  const access::Gate* gate = nullptr;
  commands::WorkerPool* workers = nullptr;
  // Threads that streams are answered and taken on, with a turn of `workers` where there is work to do. Null: there are no streams.
  commands::WorkerPool* streams = nullptr;
  // So long a stream may stand still because its client neither reads nor sends; zero: up to its deadline.
  std::chrono::milliseconds stream_stall{0};
  // Null: the server has no folder for them.
  storage::Backups* backups = nullptr;
  // Told how far a backup is; may be empty.
  std::function<void(const std::string& step, uint64_t done, uint64_t total)> backup_progress;
  commands::WatchHub* watches = nullptr;
  audit::Auditor* auditor = nullptr;
  // For calls without a deadline; zero: none.
  std::chrono::milliseconds default_deadline{0};
  std::string server_version;
  // Of the details that go with an error; see ToGrpcStatus.
  size_t error_details_bytes_max = kErrorDetailsBytesMax;
  // Null: calls are not counted.
  metrics::CallMeter* meter = nullptr;
  // From then on a call is slow; zero: none is.
  std::chrono::milliseconds slow_after{0};
  // Whether `observe` wants calls that went well; asked first, so that nothing is made up in vain.
  std::function<bool()> observe_successes;
  std::function<void(const CallRecord&)> observe;
};

// One call, from its start.
class Call {
 public:
  Call(const ServiceEnv& env, grpc::CallbackServerContext* context, const char* method);

  const ServiceEnv& env() const { return env_; }
  std::chrono::system_clock::time_point deadline() const { return deadline_; }
  // Runs the work if the caller may have it, and tells it who that is; an exception (out of memory) becomes INTERNAL. Every
  // handler is called in here, or in RunUpload: there is no other way to what a server holds.
  template <class Work>
  absl::Status Run(const google::protobuf::Message& request, commands::CallContext& context,
                   const Work& work);
  // The same where the request is a stream: `work` calls Admit with its first message.
  template <class Work>
  absl::Status RunUpload(commands::CallContext& context, const Work& work);
  // Whether the caller may make this request, and its inventory has not asked for more than its share. INVENTORY_NOT_FOUND,
  // PERMISSION_DENIED, UNAUTHENTICATED, LIMIT_EXCEEDED.
  absl::Status Admit(const google::protobuf::Message& request);
  // The same before any work, for what has to wait: so that nobody waits in an inventory's queue who may not ask about it.
  absl::Status AdmitEarly(const google::protobuf::Message& request);
  // Whether the call could begin again by what callers are granted now; its quota is not asked. Errors as those of Admit. Not after
  // the transport is done with the call.
  absl::Status StillAdmits(const google::protobuf::Message& request) const;
  // Until when the caller is known by what he showed; max: as long as the call lasts.
  std::chrono::system_clock::time_point known_until() const;
  // Counts an answer of so many bytes, where that is limited.
  void SpendBytes(uint64_t bytes) const;
  bool CountsBytes() const { return quota_ != nullptr && limits_.answer_bytes > 0; }
  // The end: tells the log, and makes what the client gets. `answer`: null where it is none, or a stream.
  grpc::Status End(const absl::Status& status, const std::string& inventory,
                   const google::protobuf::Message* answer = nullptr);
  // Its length is its caller's choice: never slow.
  void LastsAsLongAsItLikes() { may_be_slow_ = false; }

 private:
  // Who calls, for Admit and for the work. UNAUTHENTICATED.
  absl::Status Identify(commands::CallContext& context);
  // Work begins now.
  void Trace(commands::CallContext& context);
  bool IsSlow(std::chrono::microseconds duration) const;
  std::chrono::microseconds SinceStart() const;
  void Observe(CallRecord record, const std::string& inventory) const;
  absl::Status AdmitSome() const;
  std::shared_ptr<commands::Quota> QuotaFor(const google::protobuf::Message& request);
  absl::Status TakeQuota(const google::protobuf::Message& request);
  // Runs the work and counts what it took.
  template <class Work>
  absl::Status Measured(const Work& work);

  const ServiceEnv& env_;
  grpc::CallbackServerContext* context_;
  const char* method_;
  // Null: not asked yet, or there is no gate.
  std::shared_ptr<const access::Caller> caller_;
  std::string not_known_because_;
  // Null: it is not counted.
  metrics::CallMeter::Method* metered_ = nullptr;
  bool may_be_slow_ = true;
  // Many calls of the kind are refused, and it was said already.
  bool no_news_ = false;
  commands::CallTrace trace_;
  std::chrono::microseconds worker_wait_{0};
  commands::QuotaLimits limits_;
  // Of the inventory that is asked about, once the call was paid for; null: nothing is limited, or no inventory is.
  std::shared_ptr<commands::Quota> quota_;
  std::chrono::steady_clock::time_point started_;
  std::chrono::system_clock::time_point deadline_;
};

// What a service does with a request: a pure function but for the engine.
template <class Request, class Response>
using Handler = absl::Status (*)(const ServiceEnv& env, const Request& request, Response* response,
                                 const commands::CallContext& call);

template <class Request>
const std::string& InventoryIn(const Request& request) {
  static const std::string kNone;
  if constexpr (requires { request.inventory(); }) {
    return request.inventory();
  } else {
    return kNone;
  }
}

absl::Status InternalError(const char* what);

// Runs a handler; an exception (out of memory) becomes INTERNAL.
template <class Work>
absl::Status Guarded(const Work& work) {
  try {
    return work();
  } catch (const std::exception& error) {
    return InternalError(error.what());
  }
}

template <class Work>
absl::Status Call::Run(const google::protobuf::Message& request, commands::CallContext& context,
                       const Work& work) {
  return Guarded([&]() -> absl::Status {
    Trace(context);
    absl::Status status = Identify(context);
    status = status.ok() ? Admit(request) : status;
    return status.ok() ? Measured(work) : status;
  });
}

template <class Work>
absl::Status Call::Measured(const Work& work) {
  if (quota_ == nullptr || limits_.work_ms == 0) {
    return work();
  }
  const std::chrono::microseconds before = WorkTime();
  absl::Status status = work();
  quota_->Spend(env_.engine->clock().Now(), WorkTime() - before, 0);
  return status;
}

template <class Work>
absl::Status Call::RunUpload(commands::CallContext& context, const Work& work) {
  return Guarded([&]() -> absl::Status {
    Trace(context);
    absl::Status status = Identify(context);
    status = status.ok() ? AdmitSome() : status;
    return status.ok() ? Measured(work) : status;
  });
}

// LIMIT_EXCEEDED where it was not pushed: too much waits for the pool.
absl::Status PushedStatus(const commands::WorkerPool& pool, commands::FairQueue::Pushed pushed);
// Hands work over; where that cannot be, says why.
absl::Status Submit(const ServiceEnv& env, const std::string& inventory,
                    std::function<void()> work);

// A call on the worker pool. Deletes itself when the transport is done with it.
template <class Request, class Response>
class WorkerCall final : public grpc::ServerUnaryReactor {
 public:
  WorkerCall(Call call, const Request* request, Response* response,
             Handler<Request, Response> handler)
      : call_(std::move(call)), request_(request), response_(response), handler_(handler) {}

  // Hands the work over, or ends the call.
  void Start() {
    absl::Status status = call_.AdmitEarly(*request_);
    if (status.ok()) {
      status = Submit(call_.env(), InventoryIn(*request_), [this] { Work(); });
    }
    if (!status.ok()) {
      Finish(call_.End(status, InventoryIn(*request_)));
    }
  }

  void OnCancel() override { cancelled_ = true; }
  void OnDone() override { delete this; }

 private:
  // The only place that ends a call whose work was handed over.
  void Work() {
    commands::CallContext context;
    context.deadline = call_.deadline();
    context.cancelled = [this] { return cancelled_.load(); };
    absl::Status status = context.Check();
    if (status.ok()) {
      status = call_.Run(*request_, context,
                         [&] { return handler_(call_.env(), *request_, response_, context); });
    }
    if (status.ok() && call_.CountsBytes()) {
      call_.SpendBytes(response_->ByteSizeLong());
    }
    Finish(call_.End(status, InventoryIn(*request_), response_));
  }

  Call call_;
  const Request* request_;
  Response* response_;
  Handler<Request, Response> handler_;
  std::atomic<bool> cancelled_{false};
};

// Goes on on a worker with a call that has begun.
template <class Request, class Response>
grpc::ServerUnaryReactor* OnWorker(Call call, const Request* request, Response* response,
                                   Handler<Request, Response> handler) {
  auto* reactor = new WorkerCall<Request, Response>(std::move(call), request, response, handler);
  reactor->Start();
  return reactor;
}

// For work that may take long.
template <class Request, class Response>
grpc::ServerUnaryReactor* OnWorker(const ServiceEnv& env, grpc::CallbackServerContext* context,
                                   const char* method, const Request* request, Response* response,
                                   Handler<Request, Response> handler) {
  return OnWorker(Call(env, context, method), request, response, handler);
}

// For questions that are mostly answered from memory: at once where nothing has to be waited for or
// computed, else on a worker.
template <class Request, class Response>
grpc::ServerUnaryReactor* AtOnce(const ServiceEnv& env, grpc::CallbackServerContext* context,
                                 const char* method, const Request* request, Response* response,
                                 Handler<Request, Response> handler) {
  Call call(env, context, method);
  commands::CallContext at_once;
  at_once.deadline = call.deadline();
  at_once.may_block = false;
  const absl::Status status = call.Run(*request, at_once, [&]() -> absl::Status {
    if (const std::string& inventory = InventoryIn(*request); !inventory.empty()) {
      ONWARD_ASSIGN_OR_RETURN(at_once.held, env.engine->Find(inventory, at_once));
    }
    return handler(env, *request, response, at_once);
  });
  if (commands::IsWouldBlock(status)) {
    response->Clear();
    return OnWorker(std::move(call), request, response, handler);
  }
  if (status.ok() && call.CountsBytes()) {
    call.SpendBytes(response->ByteSizeLong());
  }
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(call.End(status, InventoryIn(*request), response));
  return reactor;
}

}  // namespace onward::rpc
