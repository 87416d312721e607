#include "services/rpc/watch.h"

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "graph/model/wire.h"
#include "services/access/gate.h"
#include "services/commands/watch_hub.h"
#include "services/rpc/consistency.h"
#include "services/rpc/convert.h"
#include "services/rpc/findings.h"
#include "services/rpc/validate.h"

namespace onward::rpc {
namespace {

constexpr uint32_t kProgressDefault = 30;
constexpr uint32_t kProgressMax = 3'600;
constexpr size_t kPrefixMax = 256;

v1::WatchCause CauseOf(commands::WatchCause cause) {
  switch (cause) {
    case commands::WatchCause::kWrite:
      return v1::WATCH_CAUSE_WRITE;
    case commands::WatchCause::kLaw:
      return v1::WATCH_CAUSE_LAW;
    case commands::WatchCause::kDay:
      return v1::WATCH_CAUSE_DAY;
  }
  return v1::WATCH_CAUSE_UNSPECIFIED;
}

v1::WatchedFinding::Change ChangeOf(commands::FindingChange change) {
  switch (change) {
    case commands::FindingChange::kOpened:
      return v1::WatchedFinding::CHANGE_OPENED;
    case commands::FindingChange::kClosed:
      return v1::WatchedFinding::CHANGE_CLOSED;
    case commands::FindingChange::kChanged:
      return v1::WatchedFinding::CHANGE_CHANGED;
  }
  return v1::WatchedFinding::CHANGE_UNSPECIFIED;
}

void Fill(const commands::WatchedRecord& in, v1::WatchedRecord* out) {
  ToProto(in.ref, out->mutable_ref());
  out->set_deleted(in.deleted);
  if (in.record != nullptr) {
    model::RecordToWire(*in.record, *out->mutable_record());
  }
}

// Where verdicts or findings are told, going on from the token also tells what law and day changed since.
void SetToken(const commands::Basis& basis, v1::AnswerStamp* stamp) {
  if (basis.when) {
    stamp->set_token(
        WatchToken(basis.inventory, {basis.revision, basis.law->version(), basis.when->as_of}));
  }
}

absl::Status ReadStart(const v1::WatchRequest& request,
                       const commands::InventoryIdentity& inventory,
                       commands::WatchRequest& watch) {
  watch.from_revision = request.from_revision();
  if (request.after_token().empty()) {
    return absl::OkStatus();
  }
  if (request.from_revision() != 0) {
    return commands::InvalidRequest("after_token", "excludes from_revision");
  }
  ONWARD_ASSIGN_OR_RETURN(watch.after, WatchPositionOf(request.after_token(), inventory));
  return absl::OkStatus();
}

absl::Status ReadFilter(const v1::WatchRequest& request, commands::WatchRequest& watch) {
  ONWARD_RETURN_IF_ERROR(CheckFilter("kinds", request.kinds_size()));
  for (int i = 0; i < request.kinds_size(); ++i) {
    ONWARD_ASSIGN_OR_RETURN(const model::RecordKind kind,
                            KindOf(request.kinds(i), absl::StrCat("kinds[", i, "]").c_str()));
    watch.kinds.push_back(kind);
  }
  if (request.id_prefix().size() > kPrefixMax) {
    return commands::InvalidRequest(
        "id_prefix", absl::StrCat("has ", request.id_prefix().size(), " bytes; at most ",
                                  kPrefixMax, " are allowed"));
  }
  watch.id_prefix = request.id_prefix();
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<commands::WatchRequest> WatchRequestOf(const ServiceEnv& env,
                                                      const v1::WatchRequest& request) {
  commands::WatchRequest watch;
  watch.inventory = request.inventory();
  ONWARD_ASSIGN_OR_RETURN(const auto inventory, env.engine->Find(request.inventory()));
  ONWARD_RETURN_IF_ERROR(ReadStart(request, inventory->identity(), watch));
  ONWARD_RETURN_IF_ERROR(ReadFilter(request, watch));
  watch.records = request.records();
  watch.verdicts = request.verdicts();
  watch.findings = request.findings();
  ONWARD_ASSIGN_OR_RETURN(watch.as_of, OptionalDate(request.as_of(), "as_of"));
  ONWARD_ASSIGN_OR_RETURN(const std::optional<Date> known,
                          OptionalDate(request.law_known_at(), "law_known_at"));
  watch.law_known_at = known.value_or(Date::Max());
  if (request.progress_seconds() > kProgressMax) {
    return commands::InvalidRequest("progress_seconds", "must be 0 (30) to 3600");
  }
  watch.progress = std::chrono::seconds(
      request.progress_seconds() == 0 ? kProgressDefault : request.progress_seconds());
  return watch;
}

size_t WatchParts::AddItem(v1::WatchEvent* event) {
  size_t at = at_++;
  if (at < message_.selected.size()) {
    v1::WatchedRecord* const out = event->add_records();
    Fill(message_.revision->records[message_.selected[at]], out);
    return out->ByteSizeLong();
  }
  at -= message_.selected.size();
  const size_t verdicts = message_.verdicts == nullptr ? 0 : message_.verdicts->size();
  if (at < verdicts) {
    v1::VerdictChange* const out = event->add_verdict_changes();
    ToProto((*message_.verdicts)[at], out);
    return out->ByteSizeLong();
  }
  const commands::WatchedFinding& finding = message_.findings->list[at - verdicts];
  v1::WatchedFinding* const out = event->add_findings();
  out->set_change(ChangeOf(finding.change));
  ToProto(finding.finding, out->mutable_finding());
  return out->ByteSizeLong();
}

void WatchParts::FillEvent(v1::WatchResponse* response) {
  v1::WatchEvent* const event = response->mutable_event();
  event->set_revision(message_.basis.revision);
  event->set_cause(CauseOf(message_.cause));
  if (message_.revision != nullptr) {
    ToProto(std::chrono::system_clock::time_point(message_.revision->committed_at),
            event->mutable_committed_at());
    event->set_author(message_.revision->author);
    event->set_comment(message_.revision->comment);
  }
  const size_t items = message_.items();
  size_t bytes = 0;
  for (size_t i = 0; i < kWatchPartItems && bytes < kWatchPartBytes && at_ < items; ++i) {
    bytes += AddItem(event);
  }
  event->set_more(at_ < items);
}

bool WatchParts::Next(v1::WatchResponse* response) {
  if (done_) {
    return false;
  }
  response->Clear();
  ToProto(message_.basis, response->mutable_stamp());
  SetToken(message_.basis, response->mutable_stamp());
  if (message_.progress) {
    response->mutable_progress()->set_revision(message_.basis.revision);
    done_ = true;
    return true;
  }
  FillEvent(response);
  done_ = !response->event().more();
  if (!done_) {
    response->mutable_stamp()->clear_token();
  }
  return true;
}

namespace {

// Held by itself until the transport is done with it, and meanwhile by whoever wakes it. One write is under
// way at a time; its end, or the watch's wake, starts the next.
class WatchCall final : public grpc::ServerWriteReactor<v1::WatchResponse>,
                        public std::enable_shared_from_this<WatchCall> {
 public:
  WatchCall(Call call, const v1::WatchRequest& request)
      : call_(call), request_(request), inventory_(request.inventory()) {
    call_.LastsAsLongAsItLikes();
  }

  void Start() {
    const ServiceEnv& env = call_.env();
    self_ = shared_from_this();
    // Held meanwhile: it does not leave memory before the watch holds it.
    if (const auto at_hand = env.engine->residents().Peek(inventory_); at_hand != nullptr) {
      Begin();
      return;
    }
    // It is read from the store first, which takes time, if there is one.
    absl::Status status = call_.AdmitEarly(request_);
    if (status.ok()) {
      status = Submit(env, inventory_, [held = self_] { held->Begin(); });
    }
    if (!status.ok()) {
      Finish(call_.End(status, inventory_));
    }
  }

  void OnWriteDone(bool ok) override {
    {
      const MutexLock lock(mutex_);
      writing_ = false;
      cancelled_ = cancelled_ || !ok;
    }
    Pump();
  }
  void OnCancel() override {
    {
      const MutexLock lock(mutex_);
      cancelled_ = true;
    }
    Pump();
  }
  void OnDone() override {
    {
      const MutexLock lock(context_mutex_);
      done_ = true;
    }
    if (watch_ != nullptr) {
      watch_->Close();
    }
    self_.reset();
  }

 private:
  void Begin() {
    // First: what changes while the call is admitted is seen.
    ListenToGate();
    commands::CallContext context;
    const absl::Status status = call_.Run(request_, context, [&] { return Open(); });
    if (status.ok()) {
      Pump();
    } else {
      Finish(call_.End(status, inventory_));
    }
  }

  void ListenToGate() {
    if (call_.env().gate == nullptr) {
      return;
    }
    look_ = std::make_shared<access::Gate::Look>([weak = weak_from_this()] {
      if (const std::shared_ptr<WatchCall> held = weak.lock()) {
        held->LookAgain();
      }
    });
    call_.env().gate->Listen(look_);
  }

  // Who may not begin the watch any more is told nothing more by it.
  void LookAgain() {
    absl::Status status;
    {
      const MutexLock lock(context_mutex_);
      if (done_) {
        return;
      }
      status = call_.StillAdmits(request_);
    }
    if (status.ok()) {
      return;
    }
    commands::WatchPtr watch;
    {
      const MutexLock lock(mutex_);
      refused_ = status;
      watch = watch_;
    }
    if (watch != nullptr) {
      watch->Close();
    }
    Pump();
  }

  absl::Status Open() {
    const ServiceEnv& env = call_.env();
    ONWARD_ASSIGN_OR_RETURN(commands::WatchRequest watch, WatchRequestOf(env, request_));
    watch.known_until = call_.known_until();
    ONWARD_ASSIGN_OR_RETURN(commands::WatchPtr opened,
                            env.watches->Open(watch, [weak = weak_from_this()] {
                              if (const std::shared_ptr<WatchCall> held = weak.lock()) {
                                held->Pump();
                              }
                            }));
    const MutexLock lock(mutex_);
    watch_ = std::move(opened);
    return absl::OkStatus();
  }

  // What is next; false: nothing to do now. Sets writing_ or ended_.
  bool Decide(std::optional<absl::Status>& end) {
    const MutexLock lock(mutex_);
    if (watch_ == nullptr || writing_ || ended_) {
      return false;
    }
    if (cancelled_) {
      end = commands::Cancelled();
    } else if (refused_) {
      end = refused_;
    } else if (!NextPart(end)) {
      return false;
    }
    ended_ = end.has_value();
    writing_ = !ended_;
    return true;
  }

  // True: current_ is to be written, or `end` is set.
  bool NextPart(std::optional<absl::Status>& end) {
    while (!parts_ || !parts_->Next(&current_)) {
      commands::Watch::Taken taken = watch_->Take();
      if (!taken.message) {
        end = std::move(taken.end);
        return end.has_value();
      }
      parts_.emplace(*std::move(taken.message));
    }
    return true;
  }

  // The transport may tell the end of a write on the same thread: no lock is held when it starts.
  void Pump() {
    std::optional<absl::Status> end;
    if (!Decide(end)) {
      return;
    }
    if (end) {
      Finish(call_.End(*end, inventory_));
    } else {
      StartWrite(&current_);
    }
  }

  Call call_;
  // The transport's, until it is done with the call.
  const v1::WatchRequest& request_;
  const std::string inventory_;
  std::shared_ptr<WatchCall> self_;
  // Held while the call's context is read, which is the transport's too.
  Mutex context_mutex_;
  bool done_ ONWARD_GUARDED_BY(context_mutex_) = false;
  // Null: there is no gate, or the call did not begin.
  std::shared_ptr<access::Gate::Look> look_;
  Mutex mutex_;
  commands::WatchPtr watch_;
  std::optional<WatchParts> parts_ ONWARD_GUARDED_BY(mutex_);
  bool writing_ ONWARD_GUARDED_BY(mutex_) = false;
  bool cancelled_ ONWARD_GUARDED_BY(mutex_) = false;
  bool ended_ ONWARD_GUARDED_BY(mutex_) = false;
  // Why the caller may not watch any more.
  std::optional<absl::Status> refused_ ONWARD_GUARDED_BY(mutex_);
  // Of the write while one is under way.
  v1::WatchResponse current_;
};

}  // namespace

grpc::ServerWriteReactor<v1::WatchResponse>* StartWatch(const ServiceEnv& env,
                                                        grpc::CallbackServerContext* context,
                                                        const v1::WatchRequest* request) {
  const auto call = std::make_shared<WatchCall>(Call(env, context, "Inventory.Watch"), *request);
  call->Start();
  return call.get();
}

}  // namespace onward::rpc
