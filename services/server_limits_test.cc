// Limits of one inventory, and a small memory, as a client sees them.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <spdlog/sinks/ostream_sink.h>

#include <array>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "onward/v1/admin_service.grpc.pb.h"
#include "onward/v1/inventory_service.grpc.pb.h"
#include "onward/v1/transfers_service.grpc.pb.h"
#include "services/logging.h"
#include "services/server.h"
#include "storage/memory/memory_store.h"
#include "tests/support/fake_clock.h"
#include "tests/support/grpc_error.h"
#include "tests/support/law.h"
#include "tests/support/status_matchers.h"

namespace onward::services {
namespace {

class ServerLimitsTest : public ::testing::Test {
 protected:
  void Start(const std::function<void(Options&)>& set) {
    server_.reset();
    Options options;
    options.store = "memory";
    options.listen = "";
    options.workers = 2;
    set(options);
    ServerDeps deps;
    deps.store = store_.get();
    deps.clock = &clock_;
    deps.law = testing::TheLoadedRegister();
    deps.log = &log_;
    auto server = Server::Start(options, deps);
    ONWARD_ASSERT_OK(server);
    server_ = *std::move(server);
    const auto channel = server_->InProcessChannel();
    inventory_ = v1::Inventory::NewStub(channel);
    transfers_ = v1::Transfers::NewStub(channel);
    admin_ = v1::Admin::NewStub(channel);
  }
  void Write(const std::string& inventory) {
    ONWARD_ASSERT_OK(store_->CreateInventory(inventory, "", {}));
    model::Party party;
    party.id = "acme";
    party.establishment = "FI";
    ONWARD_ASSERT_OK(store_->Commit(
        inventory, 0, {{{model::RecordKind::kParty, "acme"}, model::Record(party)}}, {}));
  }
  // Empty: it went well.
  std::string List(const std::string& inventory) {
    v1::ListRequest request;
    request.set_inventory(inventory);
    request.set_kind(v1::RECORD_KIND_PARTY);
    v1::ListResponse response;
    grpc::ClientContext context;
    return LimitIn(inventory_->List(&context, request, &response));
  }
  std::string Check(const std::string& inventory) {
    v1::CheckRequest request;
    request.set_inventory(inventory);
    request.mutable_question()->set_from("acme");
    request.mutable_question()->set_to("acme");
    v1::CheckResponse response;
    grpc::ClientContext context;
    const grpc::Status status = transfers_->Check(&context, request, &response);
    return status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED ? LimitIn(status) : "";
  }
  // So many parties, the first with so many flows to the second.
  std::string Apply(int parties, int flows) {
    v1::ApplyRequest request;
    request.set_inventory("default");
    request.set_request_id(absl::StrCat("apply-", parties, "-", flows));
    for (int i = 0; i < parties; ++i) {
      v1::Party* party = request.add_mutations()->mutable_upsert()->mutable_party();
      party->set_id(absl::StrCat("p-", i));
      party->set_establishment("FI");
    }
    for (int i = 0; i < flows; ++i) {
      v1::Flow* flow = request.add_mutations()->mutable_upsert()->mutable_flow();
      flow->set_id(absl::StrCat("f-", i));
      flow->set_exporter("p-0");
      flow->set_importer("p-1");
      flow->add_data_categories("contact.email");
    }
    v1::ApplyResponse response;
    grpc::ClientContext context;
    return LimitIn(inventory_->Apply(&context, request, &response));
  }
  v1::StatsResponse Stats() {
    v1::StatsResponse response;
    grpc::ClientContext context;
    EXPECT_TRUE(admin_->Stats(&context, {}, &response).ok());
    return response;
  }
  static std::string LimitIn(const grpc::Status& status) {
    if (status.ok()) {
      return "";
    }
    EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED) << status.error_message();
    return testing::DetailOf<google::rpc::ErrorInfo>(status).metadata().at("limit");
  }

  testing::FakeClock clock_{Date::Of(2026, 11, 22)};
  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  std::ostringstream logged_;
  const Log log_{"json", "info", std::make_shared<spdlog::sinks::ostream_sink_mt>(logged_)};
  std::unique_ptr<Server> server_;
  std::unique_ptr<v1::Inventory::Stub> inventory_;
  std::unique_ptr<v1::Transfers::Stub> transfers_;
  std::unique_ptr<v1::Admin::Stub> admin_;
};

// Questions answered at once and on workers count alike; another inventory is not touched.
TEST_F(ServerLimitsTest, CallsASecond) {
  Write("loud");
  Write("quiet");
  Start([](Options& options) { options.inventory_calls_per_second_max = 4; });
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(List("loud"), "");
    EXPECT_EQ(Check("loud"), "");
  }
  EXPECT_EQ(List("loud"), "inventory_calls_per_second_max");
  EXPECT_EQ(Check("loud"), "inventory_calls_per_second_max");
  EXPECT_EQ(List("quiet"), "");
  clock_.Advance(std::chrono::milliseconds(250));
  EXPECT_EQ(List("loud"), "");
  const v1::StatsResponse stats = Stats();
  EXPECT_EQ(stats.inventory_limits().calls_per_second(), 4U);
  for (const v1::InventoryStats& inventory : stats.inventories()) {
    EXPECT_EQ(inventory.refused_calls(), inventory.id() == "loud" ? 2U : 0U);
  }
}

// Who asks for too much does not fill the log too.
TEST_F(ServerLimitsTest, RefusalsAreLoggedOnceAMinute) {
  Write("loud");
  Start([](Options& options) { options.inventory_calls_per_second_max = 1; });
  EXPECT_EQ(List("loud"), "");
  const auto ask = [&] {
    for (int i = 0; i < 20; ++i) {
      EXPECT_EQ(List("loud"), "inventory_calls_per_second_max");
      EXPECT_EQ(Check("loud"), "inventory_calls_per_second_max");
    }
    log_.Flush();
    const std::string text = logged_.str();
    logged_.str("");
    size_t lines = 0;
    for (size_t at = text.find("RESOURCE_EXHAUSTED"); at != std::string::npos;
         at = text.find("RESOURCE_EXHAUSTED", at + 1)) {
      ++lines;
    }
    return lines;
  };
  EXPECT_EQ(ask(), 1U);
  clock_.Advance(std::chrono::seconds(60));
  EXPECT_EQ(List("loud"), "");
  EXPECT_EQ(ask(), 1U);
}

TEST_F(ServerLimitsTest, BytesOfAnswers) {
  Write("loud");
  Start([](Options& options) { options.inventory_answer_bytes_per_second_max = 1; });
  EXPECT_EQ(List("loud"), "");
  EXPECT_EQ(List("loud"), "inventory_answer_bytes_per_second_max");
  clock_.Advance(std::chrono::seconds(3'600));
  EXPECT_EQ(List("loud"), "");
}

// The clock stands still: sooner or later the second's worth of work is done.
TEST_F(ServerLimitsTest, WorkASecond) {
  Write("loud");
  Write("quiet");
  Start([](Options& options) { options.inventory_work_ms_per_second_max = 1; });
  std::string limit;
  for (int i = 0; i < 100'000 && limit.empty(); ++i) {
    limit = List("loud");
  }
  EXPECT_EQ(limit, "inventory_work_ms_per_second_max");
  EXPECT_EQ(Check("loud"), "inventory_work_ms_per_second_max");
  EXPECT_EQ(List("quiet"), "");
  clock_.Advance(std::chrono::seconds(3'600));
  EXPECT_EQ(List("loud"), "");
}

TEST_F(ServerLimitsTest, RecordsAndFlows) {
  Start([](Options& options) {
    options.inventory_records_max = 4;
    options.inventory_flows_max = 1;
  });
  EXPECT_EQ(Apply(2, 1), "");
  EXPECT_EQ(Apply(2, 2), "inventory_flows_max");
  EXPECT_EQ(Apply(4, 1), "inventory_records_max");
  EXPECT_EQ(Apply(3, 1), "");
}

TEST_F(ServerLimitsTest, Watches) {
  Write("loud");
  Write("quiet");
  Start([](Options& options) { options.inventory_watches_max = 1; });
  const auto watch = [&](grpc::ClientContext& context, const char* inventory) {
    v1::WatchRequest request;
    request.set_inventory(inventory);
    return inventory_->Watch(&context, request);
  };
  std::array<grpc::ClientContext, 3> contexts;
  v1::WatchResponse told;
  const auto first = watch(contexts[0], "loud");
  EXPECT_TRUE(first->Read(&told));
  const auto second = watch(contexts[1], "loud");
  EXPECT_FALSE(second->Read(&told));
  EXPECT_EQ(LimitIn(second->Finish()), "inventory_watches_max");
  const auto other = watch(contexts[2], "quiet");
  EXPECT_TRUE(other->Read(&told));
  for (grpc::ClientContext& context : contexts) {
    context.TryCancel();
  }
  (void)first->Finish();
  (void)other->Finish();
}

// Nothing stays in memory; everything is answered, watches too.
TEST_F(ServerLimitsTest, WithoutMemoryForAnInventory) {
  for (const char* name : {"a", "b", "c"}) {
    Write(name);
  }
  Start([](Options& options) { options.memory_budget_bytes = 1; });
  EXPECT_EQ(Stats().loaded_inventories(), 0U);
  for (int round = 0; round < 3; ++round) {
    for (const char* name : {"a", "b", "c"}) {
      EXPECT_EQ(Check(name), "");
      EXPECT_EQ(List(name), "");
    }
  }
  EXPECT_GE(Stats().memory_reloads(), 3U);
  v1::WatchRequest request;
  request.set_inventory("b");
  request.set_records(true);
  request.set_from_revision(1);
  grpc::ClientContext context;
  const auto reader = inventory_->Watch(&context, request);
  v1::WatchResponse told;
  bool event = false;
  while (!event && reader->Read(&told)) {
    event = told.has_event();
  }
  EXPECT_TRUE(event);
  EXPECT_EQ(told.event().revision(), 1U);
  context.TryCancel();
  (void)reader->Finish();
}

}  // namespace
}  // namespace onward::services
