// onward.v1.Transfers on the commands: check, delegate, finish.
#pragma once

#include "onward/v1/transfers_service.grpc.pb.h"
#include "services/rpc/call.h"

namespace onward::rpc {

// Thread-safe. `env` must outlive it.
class TransfersService final : public v1::Transfers::CallbackService {
 public:
  explicit TransfersService(const ServiceEnv& env) : env_(env) {}

  grpc::ServerUnaryReactor* Check(grpc::CallbackServerContext* context,
                                  const v1::CheckRequest* request,
                                  v1::CheckResponse* response) override;
  grpc::ServerUnaryReactor* BatchCheck(grpc::CallbackServerContext* context,
                                       const v1::BatchCheckRequest* request,
                                       v1::BatchCheckResponse* response) override;
  grpc::ServerUnaryReactor* ListTransfers(grpc::CallbackServerContext* context,
                                          const v1::ListTransfersRequest* request,
                                          v1::ListTransfersResponse* response) override;
  grpc::ServerUnaryReactor* Explain(grpc::CallbackServerContext* context,
                                    const v1::ExplainRequest* request,
                                    v1::ExplainResponse* response) override;
  grpc::ServerUnaryReactor* Timeline(grpc::CallbackServerContext* context,
                                     const v1::TimelineRequest* request,
                                     v1::TimelineResponse* response) override;
  grpc::ServerUnaryReactor* ListFindings(grpc::CallbackServerContext* context,
                                         const v1::ListFindingsRequest* request,
                                         v1::ListFindingsResponse* response) override;
  grpc::ServerUnaryReactor* ListFindingKinds(grpc::CallbackServerContext* context,
                                             const v1::ListFindingKindsRequest* request,
                                             v1::ListFindingKindsResponse* response) override;

  grpc::ServerUnaryReactor* Chokepoints(grpc::CallbackServerContext* context,
                                        const v1::ChokepointsRequest* request,
                                        v1::ChokepointsResponse* response) override;
  grpc::ServerUnaryReactor* Concentration(grpc::CallbackServerContext* context,
                                          const v1::ConcentrationRequest* request,
                                          v1::ConcentrationResponse* response) override;

 private:
  const ServiceEnv& env_;
};

}  // namespace onward::rpc
