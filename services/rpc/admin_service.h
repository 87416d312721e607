// onward.v1.Admin on the commands: check, delegate, finish.
#pragma once

#include "onward/v1/admin_service.grpc.pb.h"
#include "services/rpc/call.h"

namespace onward::rpc {

// Thread-safe. `env` must outlive it.
class AdminService final : public v1::Admin::CallbackService {
 public:
  explicit AdminService(const ServiceEnv& env) : env_(env) {}

  grpc::ServerUnaryReactor* CreateInventory(grpc::CallbackServerContext* context,
                                            const v1::CreateInventoryRequest* request,
                                            v1::CreateInventoryResponse* response) override;
  grpc::ServerUnaryReactor* ListInventories(grpc::CallbackServerContext* context,
                                            const v1::ListInventoriesRequest* request,
                                            v1::ListInventoriesResponse* response) override;
  grpc::ServerUnaryReactor* Stats(grpc::CallbackServerContext* context,
                                  const v1::StatsRequest* request,
                                  v1::StatsResponse* response) override;
  grpc::ServerUnaryReactor* CompactHistory(grpc::CallbackServerContext* context,
                                           const v1::CompactHistoryRequest* request,
                                           v1::CompactHistoryResponse* response) override;
  grpc::ServerUnaryReactor* EraseContacts(grpc::CallbackServerContext* context,
                                          const v1::EraseContactsRequest* request,
                                          v1::EraseContactsResponse* response) override;
  grpc::ServerUnaryReactor* CreateBackup(grpc::CallbackServerContext* context,
                                         const v1::CreateBackupRequest* request,
                                         v1::CreateBackupResponse* response) override;
  grpc::ServerUnaryReactor* ListBackups(grpc::CallbackServerContext* context,
                                        const v1::ListBackupsRequest* request,
                                        v1::ListBackupsResponse* response) override;
  grpc::ServerUnaryReactor* VerifyBackup(grpc::CallbackServerContext* context,
                                         const v1::VerifyBackupRequest* request,
                                         v1::VerifyBackupResponse* response) override;
  grpc::ServerWriteReactor<v1::ExportInventoryResponse>* ExportInventory(
      grpc::CallbackServerContext* context, const v1::ExportInventoryRequest* request) override;
  grpc::ServerReadReactor<v1::ImportInventoryRequest>* ImportInventory(
      grpc::CallbackServerContext* context, v1::ImportInventoryResponse* response) override;
  grpc::ServerUnaryReactor* VerifyAudit(grpc::CallbackServerContext* context,
                                        const v1::VerifyAuditRequest* request,
                                        v1::VerifyAuditResponse* response) override;
  grpc::ServerUnaryReactor* ListAuditEntries(grpc::CallbackServerContext* context,
                                             const v1::ListAuditEntriesRequest* request,
                                             v1::ListAuditEntriesResponse* response) override;
  grpc::ServerUnaryReactor* GetCheckpoint(grpc::CallbackServerContext* context,
                                          const v1::GetCheckpointRequest* request,
                                          v1::GetCheckpointResponse* response) override;
  grpc::ServerUnaryReactor* ProveEntry(grpc::CallbackServerContext* context,
                                       const v1::ProveEntryRequest* request,
                                       v1::ProveEntryResponse* response) override;

 private:
  const ServiceEnv& env_;
};

}  // namespace onward::rpc
