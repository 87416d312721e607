#include "services/rpc/inventory_service.h"

#include "graph/base/status_macros.h"
#include "graph/model/wire.h"
#include "services/commands/apply.h"
#include "services/commands/get.h"
#include "services/commands/history.h"
#include "services/commands/list.h"
#include "services/rpc/consistency.h"
#include "services/rpc/convert.h"
#include "services/rpc/revisions.h"
#include "services/rpc/validate.h"
#include "services/rpc/watch.h"
#include "storage/commitment.h"

namespace onward::rpc {
namespace {

using commands::CallContext;

// Where the page starts, and the identity that tokens of this inventory are made with.
template <class Request>
absl::StatusOr<commands::PageRequest> PageOf(const Request& request,
                                             const commands::InventoryIdentity& inventory) {
  commands::PageRequest page;
  ONWARD_ASSIGN_OR_RETURN(page.size, PageSize(request.page_size()));
  if (!request.page_token().empty()) {
    ONWARD_ASSIGN_OR_RETURN(const PageToken token,
                            DecodePageToken(request.page_token(), inventory, QuestionOf(request)));
    page.from = token.position;
  }
  return page;
}

template <class Request>
std::string NextToken(const commands::Basis& basis, const Request& request,
                      const std::optional<commands::PagePosition>& next) {
  return next ? EncodePageToken(basis.inventory, QuestionOf(request), {*next, 0}) : "";
}

absl::Status DoApply(const ServiceEnv& env, const v1::ApplyRequest& request,
                     v1::ApplyResponse* response, const CallContext& call) {
  // Too many mutations are refused before any of them is read.
  const auto max = env.engine->options().mutations_max;
  if (static_cast<size_t>(request.mutations_size()) > max) {
    return commands::LimitExceeded("mutations_max", max,
                                   static_cast<uint64_t>(request.mutations_size()));
  }
  commands::ApplyRequest apply;
  apply.inventory = request.inventory();
  apply.mutations = MutationsOf(request.mutations(), commands::kMutations, apply.read_violations);
  apply.request_id = request.request_id();
  apply.comment = request.comment();
  apply.author = AuthorOf(call, request.author());
  apply.dry_run = request.dry_run();
  ONWARD_ASSIGN_OR_RETURN(apply.as_of, OptionalDate(request.as_of(), "as_of"));
  ONWARD_ASSIGN_OR_RETURN(const commands::ApplyResult result,
                          commands::Apply(*env.engine, apply, call));
  ToProto(result.basis, response->mutable_stamp());
  response->set_created(result.counts.created);
  response->set_updated(result.counts.updated);
  response->set_unchanged(result.counts.unchanged);
  response->set_deleted(result.counts.deleted);
  for (const query::VerdictChange& change : result.changes) {
    ToProto(change, response->add_verdict_changes());
  }
  response->set_dry_run(request.dry_run());
  return absl::OkStatus();
}

absl::Status DoGet(const ServiceEnv& env, const v1::GetRequest& request, v1::GetResponse* response,
                   const CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const auto inventory, env.engine->Find(request.inventory(), call));
  commands::GetRequest get;
  get.inventory = request.inventory();
  ONWARD_ASSIGN_OR_RETURN(get.ref, RefOf(request.ref(), "ref"));
  ONWARD_ASSIGN_OR_RETURN(get.freshness, FreshnessOf(request.consistency(), inventory->identity()));
  ONWARD_ASSIGN_OR_RETURN(const commands::GetResult result, commands::Get(*env.engine, get, call));
  ToProto(result.basis, response->mutable_stamp());
  model::RecordToWire(result.stored.record, *response->mutable_record());
  response->set_last_changed_at(result.stored.last_changed_at);
  return absl::OkStatus();
}

absl::Status DoList(const ServiceEnv& env, const v1::ListRequest& request,
                    v1::ListResponse* response, const CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const auto inventory, env.engine->Find(request.inventory()));
  commands::ListRequest list;
  list.inventory = request.inventory();
  ONWARD_ASSIGN_OR_RETURN(list.kind, KindOf(request.kind(), "kind"));
  list.id_prefix = request.id_prefix();
  ONWARD_ASSIGN_OR_RETURN(list.freshness,
                          FreshnessOf(request.consistency(), inventory->identity()));
  ONWARD_ASSIGN_OR_RETURN(list.page, PageOf(request, inventory->identity()));
  ONWARD_ASSIGN_OR_RETURN(const commands::ListResult result,
                          commands::List(*env.engine, list, call));
  ToProto(result.basis, response->mutable_stamp());
  for (const RecordPtr& record : result.records) {
    if (request.contacts_as_commitments()) {
      model::RecordToWire(storage::WithCommitments(*record), *response->add_records());
    } else {
      model::RecordToWire(*record, *response->add_records());
    }
  }
  response->set_next_page_token(NextToken(result.basis, request, result.next));
  return absl::OkStatus();
}

absl::Status DoHistory(const ServiceEnv& env, const v1::HistoryRequest& request,
                       v1::HistoryResponse* response, const CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const auto inventory, env.engine->Find(request.inventory()));
  commands::HistoryRequest history;
  history.inventory = request.inventory();
  if (request.has_ref()) {
    ONWARD_ASSIGN_OR_RETURN(history.ref, RefOf(request.ref(), "ref"));
  }
  ONWARD_ASSIGN_OR_RETURN(history.page, PageOf(request, inventory->identity()));
  ONWARD_ASSIGN_OR_RETURN(const commands::HistoryResult result,
                          commands::History(*env.engine, history, call));
  ToProto(result.basis, response->mutable_stamp());
  for (const storage::RevisionInfo& revision : result.revisions) {
    ToProto(revision, response->add_revisions());
  }
  response->set_next_page_token(NextToken(result.basis, request, result.next));
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* InventoryService::Apply(grpc::CallbackServerContext* context,
                                                  const v1::ApplyRequest* request,
                                                  v1::ApplyResponse* response) {
  return OnWorker(env_, context, "Inventory.Apply", request, response, &DoApply);
}

grpc::ServerUnaryReactor* InventoryService::Get(grpc::CallbackServerContext* context,
                                                const v1::GetRequest* request,
                                                v1::GetResponse* response) {
  return AtOnce(env_, context, "Inventory.Get", request, response, &DoGet);
}

grpc::ServerUnaryReactor* InventoryService::List(grpc::CallbackServerContext* context,
                                                 const v1::ListRequest* request,
                                                 v1::ListResponse* response) {
  return OnWorker(env_, context, "Inventory.List", request, response, &DoList);
}

grpc::ServerUnaryReactor* InventoryService::History(grpc::CallbackServerContext* context,
                                                    const v1::HistoryRequest* request,
                                                    v1::HistoryResponse* response) {
  return OnWorker(env_, context, "Inventory.History", request, response, &DoHistory);
}

grpc::ServerUnaryReactor* InventoryService::Diff(grpc::CallbackServerContext* context,
                                                 const v1::DiffRequest* request,
                                                 v1::DiffResponse* response) {
  return OnWorker(env_, context, "Inventory.Diff", request, response, &DoDiff);
}

grpc::ServerUnaryReactor* InventoryService::Revert(grpc::CallbackServerContext* context,
                                                   const v1::RevertRequest* request,
                                                   v1::RevertResponse* response) {
  return OnWorker(env_, context, "Inventory.Revert", request, response, &DoRevert);
}

grpc::ServerWriteReactor<v1::WatchResponse>* InventoryService::Watch(
    grpc::CallbackServerContext* context, const v1::WatchRequest* request) {
  return StartWatch(env_, context, request);
}

}  // namespace onward::rpc
