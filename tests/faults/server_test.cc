// P1, P9: what clients see while the store takes no writes, and after it does again.
#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <thread>

#include "google/rpc/error_details.pb.h"
#include "onward/v1/admin_service.grpc.pb.h"
#include "onward/v1/inventory_service.grpc.pb.h"
#include "services/server.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "tests/faults/fault_files.h"
#include "tests/support/fake_clock.h"
#include "tests/support/grpc_error.h"
#include "tests/support/law.h"
#include "tests/support/temp_folder.h"

namespace onward::services {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kWrites = "onward.v1.Inventory/writes";
constexpr char kServing = 1;
constexpr char kNotServing = 2;

std::string ReasonOf(const grpc::Status& status) {
  return testing::DetailOf<google::rpc::ErrorInfo>(status).reason();
}

class ServerStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    storage::RocksDbOptions options;
    options.free_bytes_min = 1;
    options.upkeep_every_ms = 1;
    options.env = env_.get();
    files_->SetDecide([this](const std::string& operation) {
      return failing_ && !operation.ends_with(".read") ? faults::Outcome::kFails
                                                       : faults::Outcome::kDone;
    });
    auto store = storage::OpenRocksDb(folder_.path(), options);
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
    Options server;
    server.listen = "127.0.0.1:0";
    server.workers = 4;
    ServerDeps deps;
    deps.store = store_.get();
    deps.clock = &clock_;
    deps.law = testing::TheLoadedRegister();
    auto started = Server::Start(server, std::move(deps));
    ASSERT_TRUE(started.ok()) << started.status();
    server_ = *std::move(started);
    channel_ = grpc::CreateChannel(server_->address(), grpc::InsecureChannelCredentials());
  }

  grpc::Status Apply(const std::string& request_id, uint64_t* revision = nullptr) {
    v1::ApplyRequest request;
    request.set_inventory("default");
    request.set_request_id(request_id);
    request.add_mutations()->mutable_upsert()->mutable_party()->set_id(request_id);
    v1::ApplyResponse response;
    grpc::ClientContext context;
    grpc::Status status = v1::Inventory::NewStub(channel_)->Apply(&context, request, &response);
    if (revision != nullptr) {
      *revision = response.stamp().revision();
    }
    return status;
  }
  v1::StatsResponse Stats() {
    v1::StatsResponse response;
    grpc::ClientContext context;
    EXPECT_TRUE(v1::Admin::NewStub(channel_)->Stats(&context, {}, &response).ok());
    return response;
  }
  uint64_t HeadRevision() { return Stats().inventories(0).head_revision(); }
  // Field 1 of grpc.health.v1.HealthCheckResponse.
  char Health(const std::string& service) {
    grpc::GenericStub stub(channel_);
    grpc::ClientContext context;
    grpc::CompletionQueue queue;
    const std::string ask = std::string("\x0a") + static_cast<char>(service.size()) + service;
    const grpc::Slice slice(ask);
    const grpc::ByteBuffer request(&slice, 1);
    const auto call =
        stub.PrepareUnaryCall(&context, "/grpc.health.v1.Health/Check", request, &queue);
    call->StartCall();
    grpc::ByteBuffer response;
    grpc::Status status;
    call->Finish(&response, &status, this);
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
    grpc::Slice whole;
    if (status.ok()) {
      (void)response.DumpToSingleSlice(&whole);
    }
    return whole.size() == 2 ? static_cast<char>(whole.begin()[1]) : '\0';
  }
  void WaitForHealth(const std::string& service, char expected) {
    while (Health(service) != expected) {
      std::this_thread::yield();
    }
  }

  const testing::TempFolder folder_;
  const testing::TempFolder trash_;
  const std::shared_ptr<faults::FaultFiles> files_ =
      std::make_shared<faults::FaultFiles>(trash_.path());
  const std::unique_ptr<rocksdb::Env> env_ = faults::NewFaultEnv(files_);
  std::atomic<bool> failing_{false};
  const testing::FakeClock clock_{Date::Of(2026, 11, 22)};
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

TEST_F(ServerStoreTest, AStoreThatTakesWritesSaysSo) {
  const v1::StatsResponse stats = Stats();
  EXPECT_TRUE(stats.writable());
  EXPECT_THAT(stats.sealed_because(), IsEmpty());
  EXPECT_GT(stats.store_free_bytes(), 0U);
  EXPECT_EQ(stats.store_free_bytes_min(), 1U);
  EXPECT_GT(stats.store_bytes(), 8'000U);
  WaitForHealth(kWrites, kServing);
}

TEST_F(ServerStoreTest, AnErrorIsSeenEverywhereAndIsOverWhenItIsOver) {
  uint64_t one = 0;
  ASSERT_TRUE(Apply("one", &one).ok());
  failing_ = true;
  EXPECT_EQ(ReasonOf(Apply("two")), "STORE_SEALED");
  WaitForHealth(kWrites, kNotServing);
  EXPECT_EQ(Health("onward.v1.Inventory"), kServing);
  EXPECT_FALSE(Stats().writable());
  EXPECT_THAT(Stats().sealed_because(), HasSubstr("made to fail"));
  EXPECT_EQ(HeadRevision(), one);
  failing_ = false;
  WaitForHealth(kWrites, kServing);
  uint64_t again = 0;
  ASSERT_TRUE(Apply("two", &again).ok());
  EXPECT_EQ(again, one + 1);
  EXPECT_EQ(HeadRevision(), again);
  EXPECT_TRUE(Stats().writable());
  EXPECT_EQ(Health(""), kServing);
}

}  // namespace
}  // namespace onward::services
