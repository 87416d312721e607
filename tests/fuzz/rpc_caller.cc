#include "tests/fuzz/rpc_caller.h"

#include <grpcpp/generic/generic_stub.h>

#include <chrono>

#include "graph/base/clock.h"
#include "onward/v1/inventory_service.pb.h"
#include "services/server.h"
#include "storage/memory/memory_store.h"
#include "tests/fuzz/targets.h"
#include "tests/support/contract.h"

namespace onward::fuzz {
namespace {

using ::onward::testing::BufferOf;
using ::onward::testing::BytesOf;

constexpr const char* kApply = "onward.v1.Inventory.Apply";

services::Options InProcess() {
  services::Options options;
  options.store = "memory";
  options.listen = "";
  options.workers = 2;
  return options;
}

void AddParty(const std::string& id, const std::string& establishment, v1::ApplyRequest& request) {
  v1::Party& party = *request.add_mutations()->mutable_upsert()->mutable_party();
  party.set_id(id);
  party.set_establishment(establishment);
}

std::string SmallInventory() {
  v1::ApplyRequest request;
  request.set_inventory("default");
  request.set_request_id("small");
  AddParty("acme", "FI", request);
  AddParty("vendor", "US", request);
  v1::Flow& flow = *request.add_mutations()->mutable_upsert()->mutable_flow();
  flow.set_id("acme-to-vendor");
  flow.set_exporter("acme");
  flow.set_importer("vendor");
  flow.set_exporter_role(v1::ROLE_CONTROLLER);
  flow.set_importer_role(v1::ROLE_PROCESSOR);
  flow.add_data_categories("contact.email");
  return request.SerializeAsString();
}

// A call that does one thing after the other.
class Step {
 public:
  explicit Step(grpc::CompletionQueue& queue) : queue_(queue) {}
  // Waits for what was begun last; false: it could not be done.
  bool Done() {
    void* tag = nullptr;
    bool ok = false;
    Require(queue_.Next(&tag, &ok), "a call goes on");
    return ok;
  }
  void* tag() { return this; }

 private:
  grpc::CompletionQueue& queue_;
};

}  // namespace

struct RpcCaller::Impl {
  SystemClock clock;
  std::unique_ptr<storage::Store> store = storage::NewMemoryStore();
  std::unique_ptr<services::Server> server;
  std::unique_ptr<grpc::GenericStub> stub;
  grpc::CompletionQueue queue;
};

RpcCaller::RpcCaller() : impl_(std::make_unique<Impl>()) {
  services::ServerDeps deps;
  deps.store = impl_->store.get();
  deps.clock = &impl_->clock;
  auto law = services::BuiltInRegister();
  Require(law.ok(), "the built-in register is good");
  deps.law = *std::move(law);
  auto server = services::Server::Start(InProcess(), std::move(deps));
  Require(server.ok(), "the server starts");
  impl_->server = *std::move(server);
  impl_->stub = std::make_unique<grpc::GenericStub>(impl_->server->InProcessChannel());
  const auto* apply = google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(kApply);
  Require(apply != nullptr && Call(*apply, {SmallInventory()}).status.ok(),
          "the small inventory is written");
}

RpcCaller::~RpcCaller() {
  impl_->stub.reset();
  impl_->server.reset();
  impl_->queue.Shutdown();
  void* tag = nullptr;
  bool ok = false;
  while (impl_->queue.Next(&tag, &ok)) {
  }
}

Reply RpcCaller::Call(const google::protobuf::MethodDescriptor& method,
                      const std::vector<std::string>& requests) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(kSecondsMax));
  const std::string path = "/" + method.service()->full_name() + "/" + method.name();
  Step step(impl_->queue);
  const auto call = impl_->stub->PrepareCall(&context, path, &impl_->queue);
  call->StartCall(step.tag());
  bool open = step.Done();
  const size_t sent = method.client_streaming() ? requests.size() : 1;
  for (size_t i = 0; i < sent && open; ++i) {
    call->Write(BufferOf(requests[i]), step.tag());
    open = step.Done();
  }
  call->WritesDone(step.tag());
  step.Done();
  const size_t replies = method.name() == "Watch" ? 1 : kRepliesMax;
  Reply reply;
  while (true) {
    grpc::ByteBuffer buffer;
    call->Read(&buffer, step.tag());
    if (!step.Done()) {
      break;
    }
    reply.messages.push_back(BytesOf(buffer));
    if (method.server_streaming() && reply.messages.size() >= replies && !reply.cancelled) {
      reply.cancelled = true;
      context.TryCancel();
    }
  }
  call->Finish(&reply.status, step.tag());
  step.Done();
  return reply;
}

}  // namespace onward::fuzz
