// onward.v1.Inventory on the commands: check, delegate, finish.
#pragma once

#include "onward/v1/inventory_service.grpc.pb.h"
#include "services/rpc/call.h"

namespace onward::rpc {

// Thread-safe. `env` must outlive it.
class InventoryService final : public v1::Inventory::CallbackService {
 public:
  explicit InventoryService(const ServiceEnv& env) : env_(env) {}

  grpc::ServerUnaryReactor* Apply(grpc::CallbackServerContext* context,
                                  const v1::ApplyRequest* request,
                                  v1::ApplyResponse* response) override;
  grpc::ServerUnaryReactor* Get(grpc::CallbackServerContext* context, const v1::GetRequest* request,
                                v1::GetResponse* response) override;
  grpc::ServerUnaryReactor* List(grpc::CallbackServerContext* context,
                                 const v1::ListRequest* request,
                                 v1::ListResponse* response) override;
  grpc::ServerUnaryReactor* History(grpc::CallbackServerContext* context,
                                    const v1::HistoryRequest* request,
                                    v1::HistoryResponse* response) override;
  grpc::ServerUnaryReactor* Diff(grpc::CallbackServerContext* context,
                                 const v1::DiffRequest* request,
                                 v1::DiffResponse* response) override;
  grpc::ServerUnaryReactor* Revert(grpc::CallbackServerContext* context,
                                   const v1::RevertRequest* request,
                                   v1::RevertResponse* response) override;
  grpc::ServerWriteReactor<v1::WatchResponse>* Watch(grpc::CallbackServerContext* context,
                                                     const v1::WatchRequest* request) override;

 private:
  const ServiceEnv& env_;
};

}  // namespace onward::rpc
