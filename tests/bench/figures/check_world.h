// Check over gRPC and a handler that does nothing, on servers that differ in nothing else.
#pragma once

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "graph/base/clock.h"
#include "onward/v1/transfers_service.grpc.pb.h"
#include "services/commands/engine.h"
#include "services/rpc/call.h"
#include "storage/memory/memory_store.h"
#include "tests/bench/figures/figures.h"
#include "tests/bench/figures/stored.h"
#include "tests/bench/generator/records.h"

namespace onward::bench {

inline absl::Status DoNothing(const rpc::ServiceEnv& /*env*/, const v1::CheckRequest& /*request*/,
                              v1::CheckResponse* /*response*/,
                              const commands::CallContext& /*call*/) {
  return absl::OkStatus();
}

// Takes the same way through the service as Check, and answers with an empty message.
class EmptyService final : public v1::Transfers::CallbackService {
 public:
  explicit EmptyService(const rpc::ServiceEnv& env) : env_(env) {}
  grpc::ServerUnaryReactor* Check(grpc::CallbackServerContext* context,
                                  const v1::CheckRequest* request,
                                  v1::CheckResponse* response) override {
    return rpc::AtOnce(env_, context, "onward.v1.Transfers/Check", request, response, &DoNothing);
  }

 private:
  const rpc::ServiceEnv& env_;
};

// One service on a Unix socket of its own, and a channel to it.
class Served {
 public:
  Served(grpc::Service& service, const std::string& socket) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("unix:" + socket, grpc::InsecureServerCredentials());
    builder.RegisterService(&service);
    server_ = builder.BuildAndStart();
    if (server_ == nullptr) {
      Fail("a server could not be started");
    }
    stub_ = v1::Transfers::NewStub(
        grpc::CreateChannel("unix:" + socket, grpc::InsecureChannelCredentials()));
  }

  v1::Transfers::Stub& stub() { return *stub_; }

 private:
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::Transfers::Stub> stub_;
};

// An inventory in memory, and a question about each of its flows.
class CheckWorld {
 public:
  explicit CheckWorld(const GeneratorOptions& options) {
    Fill(options);
    engine_ = OpenEngine(*store_, clock_);
    env_.engine = engine_.get();
    env_.workers = &workers_;
    env_.default_deadline = std::chrono::seconds(60);
  }

  const rpc::ServiceEnv& env() const { return env_; }
  const std::vector<v1::CheckRequest>& questions() const { return questions_; }

 private:
  void Fill(const GeneratorOptions& options) {
    std::vector<model::Record> records = GenerateRecords(options);
    for (const model::Record& record : records) {
      if (const auto* flow = std::get_if<model::Flow>(&record)) {
        v1::CheckRequest request;
        request.set_inventory(commands::kDefaultInventory);
        request.mutable_question()->set_from(flow->exporter);
        request.mutable_question()->set_to(flow->importer);
        request.mutable_question()->add_data_categories("contact.email");
        questions_.push_back(std::move(request));
      }
    }
    StoreRecords(*store_, commands::kDefaultInventory, std::move(records));
  }

  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  SystemClock clock_;
  std::unique_ptr<commands::Engine> engine_;
  commands::WorkerPool workers_{{4, 1'024, 1'024}};
  rpc::ServiceEnv env_;
  std::vector<v1::CheckRequest> questions_;
};

}  // namespace onward::bench
