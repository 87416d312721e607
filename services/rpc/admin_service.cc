#include "services/rpc/admin_service.h"

#include "graph/base/status_macros.h"
#include "services/commands/inventories.h"
#include "services/commands/stats.h"
#include "services/rpc/audit.h"
#include "services/rpc/backups.h"
#include "services/rpc/consistency.h"
#include "services/rpc/convert.h"
#include "services/rpc/erasure.h"
#include "services/rpc/inventory_file.h"
#include "services/rpc/revisions.h"
#include "services/rpc/validate.h"

namespace onward::rpc {
namespace {

using commands::CallContext;

absl::Status DoCreateInventory(const ServiceEnv& env, const v1::CreateInventoryRequest& request,
                               v1::CreateInventoryResponse* response, const CallContext& /*call*/) {
  ONWARD_ASSIGN_OR_RETURN(
      const storage::InventoryHead head,
      commands::CreateInventory(*env.engine, request.id(), request.display_name()));
  ToProto(head, response->mutable_inventory());
  return absl::OkStatus();
}

// The list of inventories has no inventory of its own: its tokens name the store alone.
commands::InventoryIdentity StoreIdentity(const ServiceEnv& env) {
  return env.engine->IdentityOf("");
}

absl::Status DoListInventories(const ServiceEnv& env, const v1::ListInventoriesRequest& request,
                               v1::ListInventoriesResponse* response, const CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const size_t size, PageSize(request.page_size()));
  std::string after;
  if (!request.page_token().empty()) {
    ONWARD_ASSIGN_OR_RETURN(
        const PageToken token,
        DecodePageToken(request.page_token(), StoreIdentity(env), QuestionOf(request)));
    after = token.position.after;
  }
  ONWARD_ASSIGN_OR_RETURN(const commands::InventoryPage page,
                          commands::ListInventories(*env.engine, after, size, call));
  for (const storage::InventoryHead& head : page.inventories) {
    ToProto(head, response->add_inventories());
  }
  if (!page.next_after.empty()) {
    response->set_next_page_token(
        EncodePageToken(StoreIdentity(env), QuestionOf(request), {{0, page.next_after}, 0}));
  }
  return absl::OkStatus();
}

void LimitsToProto(const commands::EngineOptions& options, size_t queue_max,
                   v1::InventoryLimits* out) {
  out->set_records(options.inventory_records_max);
  out->set_flows(options.inventory_flows_max);
  out->set_watches(options.inventory_watches_max);
  out->set_calls_per_second(options.inventory_quota.calls);
  out->set_work_ms_per_second(options.inventory_quota.work_ms);
  out->set_answer_bytes_per_second(options.inventory_quota.answer_bytes);
  out->set_queue(queue_max);
}

absl::Status DoStats(const ServiceEnv& env, const v1::StatsRequest& /*request*/,
                     v1::StatsResponse* response, const CallContext& call) {
  const commands::StatsResult stats = commands::Stats(*env.engine, call);
  response->set_server_version(env.server_version);
  response->set_law_version(stats.law_version);
  response->set_law_knowledge_cutoff(stats.law_knowledge_cutoff.ToString());
  response->set_store_backend(stats.store_backend);
  response->set_writable(stats.writable);
  response->set_sealed_because(stats.sealed_because);
  response->set_store_free_bytes(stats.space.free);
  response->set_store_free_bytes_min(stats.space.free_min);
  response->set_store_bytes(stats.space.used);
  ToProto(std::chrono::system_clock::time_point(stats.started_at), response->mutable_started_at());
  ToProto(env.auditor->stats(), response->mutable_audit());
  LimitsToProto(env.engine->options(), env.workers->options().inventory_queue_max,
                response->mutable_inventory_limits());
  response->set_loaded_inventories(stats.residents.loaded);
  response->set_loaded_bytes(stats.residents.bytes);
  response->set_memory_budget_bytes(env.engine->residents().budget_bytes());
  response->set_memory_drops(stats.residents.drops);
  response->set_memory_reloads(stats.residents.reloads);
  for (const commands::InventoryNumbers& numbers : stats.inventories) {
    v1::InventoryStats* out = response->add_inventories();
    out->set_id(numbers.id);
    out->set_head_revision(numbers.head_revision);
    out->set_oldest_revision(numbers.oldest_revision);
    out->set_parties(numbers.parties);
    out->set_flows(numbers.flows);
    out->set_agreements(numbers.agreements);
    out->set_activities(numbers.activities);
    out->set_unfolded_records(numbers.unfolded);
    out->set_folds(numbers.folds);
    out->set_kept_verdicts(numbers.kept_verdicts);
    out->set_watches(numbers.watches);
    out->set_loaded(numbers.loaded);
    out->set_refused_calls(numbers.refused_calls);
    v1::MemoryUse* const memory = out->mutable_memory();
    memory->set_records(numbers.memory.records);
    memory->set_flows(numbers.memory.flows);
    memory->set_terms(numbers.memory.terms);
    memory->set_names(numbers.memory.names);
    memory->set_index(numbers.memory.index);
    memory->set_graph(numbers.memory.graph);
    memory->set_categories(numbers.memory.categories);
    memory->set_overlay(numbers.memory.overlay);
  }
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* AdminService::CreateInventory(grpc::CallbackServerContext* context,
                                                        const v1::CreateInventoryRequest* request,
                                                        v1::CreateInventoryResponse* response) {
  return OnWorker(env_, context, "Admin.CreateInventory", request, response, &DoCreateInventory);
}

grpc::ServerUnaryReactor* AdminService::ListInventories(grpc::CallbackServerContext* context,
                                                        const v1::ListInventoriesRequest* request,
                                                        v1::ListInventoriesResponse* response) {
  return OnWorker(env_, context, "Admin.ListInventories", request, response, &DoListInventories);
}

grpc::ServerUnaryReactor* AdminService::Stats(grpc::CallbackServerContext* context,
                                              const v1::StatsRequest* request,
                                              v1::StatsResponse* response) {
  return AtOnce(env_, context, "Admin.Stats", request, response, &DoStats);
}

grpc::ServerUnaryReactor* AdminService::CompactHistory(grpc::CallbackServerContext* context,
                                                       const v1::CompactHistoryRequest* request,
                                                       v1::CompactHistoryResponse* response) {
  return OnWorker(env_, context, "Admin.CompactHistory", request, response, &DoCompactHistory);
}

grpc::ServerUnaryReactor* AdminService::EraseContacts(grpc::CallbackServerContext* context,
                                                      const v1::EraseContactsRequest* request,
                                                      v1::EraseContactsResponse* response) {
  return OnWorker(env_, context, "Admin.EraseContacts", request, response, &DoEraseContacts);
}

grpc::ServerUnaryReactor* AdminService::CreateBackup(grpc::CallbackServerContext* context,
                                                     const v1::CreateBackupRequest* request,
                                                     v1::CreateBackupResponse* response) {
  return OnWorker(env_, context, "Admin.CreateBackup", request, response, &DoCreateBackup);
}

grpc::ServerUnaryReactor* AdminService::ListBackups(grpc::CallbackServerContext* context,
                                                    const v1::ListBackupsRequest* request,
                                                    v1::ListBackupsResponse* response) {
  return OnWorker(env_, context, "Admin.ListBackups", request, response, &DoListBackups);
}

grpc::ServerUnaryReactor* AdminService::VerifyBackup(grpc::CallbackServerContext* context,
                                                     const v1::VerifyBackupRequest* request,
                                                     v1::VerifyBackupResponse* response) {
  return OnWorker(env_, context, "Admin.VerifyBackup", request, response, &DoVerifyBackup);
}

grpc::ServerWriteReactor<v1::ExportInventoryResponse>* AdminService::ExportInventory(
    grpc::CallbackServerContext* context, const v1::ExportInventoryRequest* request) {
  return OnWorker(env_, context, "Admin.ExportInventory", request, &DoExportInventory);
}

grpc::ServerReadReactor<v1::ImportInventoryRequest>* AdminService::ImportInventory(
    grpc::CallbackServerContext* context, v1::ImportInventoryResponse* response) {
  return OnWorker(env_, context, "Admin.ImportInventory", response, &DoImportInventory);
}

grpc::ServerUnaryReactor* AdminService::VerifyAudit(grpc::CallbackServerContext* context,
                                                    const v1::VerifyAuditRequest* request,
                                                    v1::VerifyAuditResponse* response) {
  return OnWorker(env_, context, "Admin.VerifyAudit", request, response, &DoVerifyAudit);
}

grpc::ServerUnaryReactor* AdminService::ListAuditEntries(grpc::CallbackServerContext* context,
                                                         const v1::ListAuditEntriesRequest* request,
                                                         v1::ListAuditEntriesResponse* response) {
  return OnWorker(env_, context, "Admin.ListAuditEntries", request, response, &DoListAuditEntries);
}

grpc::ServerUnaryReactor* AdminService::GetCheckpoint(grpc::CallbackServerContext* context,
                                                      const v1::GetCheckpointRequest* request,
                                                      v1::GetCheckpointResponse* response) {
  return OnWorker(env_, context, "Admin.GetCheckpoint", request, response, &DoGetCheckpoint);
}

grpc::ServerUnaryReactor* AdminService::ProveEntry(grpc::CallbackServerContext* context,
                                                   const v1::ProveEntryRequest* request,
                                                   v1::ProveEntryResponse* response) {
  return OnWorker(env_, context, "Admin.ProveEntry", request, response, &DoProveEntry);
}

}  // namespace onward::rpc
