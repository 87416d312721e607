// onward.v1.Law on the register: check, select, finish.
#pragma once

#include "onward/v1/law_service.grpc.pb.h"
#include "services/rpc/call.h"

namespace onward::rpc {

// Thread-safe. `env` must outlive it.
class LawService final : public v1::Law::CallbackService {
 public:
  explicit LawService(const ServiceEnv& env) : env_(env) {}

  grpc::ServerUnaryReactor* ListJurisdictions(grpc::CallbackServerContext* context,
                                              const v1::ListJurisdictionsRequest* request,
                                              v1::ListJurisdictionsResponse* response) override;
  grpc::ServerUnaryReactor* ListDecisions(grpc::CallbackServerContext* context,
                                          const v1::ListDecisionsRequest* request,
                                          v1::ListDecisionsResponse* response) override;
  grpc::ServerUnaryReactor* ListInstruments(grpc::CallbackServerContext* context,
                                            const v1::ListInstrumentsRequest* request,
                                            v1::ListInstrumentsResponse* response) override;
  grpc::ServerUnaryReactor* GetRegister(grpc::CallbackServerContext* context,
                                        const v1::GetRegisterRequest* request,
                                        v1::GetRegisterResponse* response) override;
  grpc::ServerUnaryReactor* PutRegister(grpc::CallbackServerContext* context,
                                        const v1::PutRegisterRequest* request,
                                        v1::PutRegisterResponse* response) override;
  grpc::ServerUnaryReactor* ListRegisterVersions(
      grpc::CallbackServerContext* context, const v1::ListRegisterVersionsRequest* request,
      v1::ListRegisterVersionsResponse* response) override;

 private:
  const ServiceEnv& env_;
};

}  // namespace onward::rpc
