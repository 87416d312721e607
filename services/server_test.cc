// The server as its clients see it: over a channel inside the process, and over sockets.
#include "services/server.h"

#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <thread>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "onward/v1/admin_service.grpc.pb.h"
#include "onward/v1/inventory_service.grpc.pb.h"
#include "onward/v1/law_service.grpc.pb.h"
#include "onward/v1/transfers_service.grpc.pb.h"
#include "services/offline.h"
#include "services/rpc/consistency.h"
#include "storage/memory/memory_store.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "tests/support/fake_clock.h"
#include "tests/support/grpc_error.h"
#include "tests/support/law.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_folder.h"

namespace onward::services {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

Options TestOptions() {
  Options options;
  options.store = "memory";
  options.listen = "";
  options.workers = 4;
  return options;
}

void AddParty(const std::string& id, const std::string& establishment, v1::ApplyRequest& request) {
  v1::Party* party = request.add_mutations()->mutable_upsert()->mutable_party();
  party->set_id(id);
  party->set_establishment(establishment);
}

void AddFlow(const std::string& id, const std::string& exporter, const std::string& importer,
             v1::ApplyRequest& request) {
  v1::Flow* flow = request.add_mutations()->mutable_upsert()->mutable_flow();
  flow->set_id(id);
  flow->set_exporter(exporter);
  flow->set_importer(importer);
  flow->set_exporter_role(v1::ROLE_CONTROLLER);
  flow->set_importer_role(v1::ROLE_PROCESSOR);
  flow->add_data_categories("contact.email");
}

v1::ApplyRequest ApplyOf(const std::string& request_id) {
  v1::ApplyRequest request;
  request.set_inventory("default");
  request.set_request_id(request_id);
  return request;
}

v1::ApplyRequest SmallInventory() {
  v1::ApplyRequest request = ApplyOf("small");
  AddParty("acme", "FI", request);
  AddParty("vendor", "US", request);
  AddFlow("acme-to-vendor", "acme", "vendor", request);
  return request;
}

google::rpc::ErrorInfo InfoOf(const grpc::Status& status) {
  return testing::DetailOf<google::rpc::ErrorInfo>(status);
}

// What a client holds.
struct Stubs {
  explicit Stubs(const std::shared_ptr<grpc::Channel>& channel)
      : inventory(v1::Inventory::NewStub(channel)),
        transfers(v1::Transfers::NewStub(channel)),
        law(v1::Law::NewStub(channel)),
        admin(v1::Admin::NewStub(channel)) {}

  grpc::Status Apply(const v1::ApplyRequest& request, v1::ApplyResponse* response) const {
    grpc::ClientContext context;
    return inventory->Apply(&context, request, response);
  }

  std::unique_ptr<v1::Inventory::Stub> inventory;
  std::unique_ptr<v1::Transfers::Stub> transfers;
  std::unique_ptr<v1::Law::Stub> law;
  std::unique_ptr<v1::Admin::Stub> admin;
};

class ServerTest : public ::testing::Test {
 protected:
  std::unique_ptr<Server> StartOn(storage::Store& store, const Options& options) {
    ServerDeps deps;
    deps.store = &store;
    deps.clock = &clock_;
    deps.law = testing::TheLoadedRegister();
    deps.token_key = key_;
    auto server = Server::Start(options, deps);
    EXPECT_TRUE(server.ok()) << server.status();
    return server.ok() ? *std::move(server) : nullptr;
  }
  std::unique_ptr<Server> Start(const Options& options = TestOptions()) {
    return StartOn(*store_, options);
  }
  absl::Status StartError(const Options& options) {
    ServerDeps deps;
    deps.store = store_.get();
    deps.clock = &clock_;
    deps.law = testing::TheLoadedRegister();
    return Server::Start(options, deps).status();
  }
  storage::Store& store() { return *store_; }
  const Clock& clock() { return clock_; }
  std::string TokenOf(uint64_t revision) {
    return rpc::RevisionToken({"default", store_->incarnation(), key_}, revision);
  }

 private:
  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  testing::FakeClock clock_{Date::Of(2026, 11, 22)};
  commands::TokenKeyPtr key_ = commands::TokenKey::Random().value();
};

v1::CheckRequest CheckOf(const std::string& to) {
  v1::CheckRequest request;
  request.set_inventory("default");
  request.mutable_question()->set_from("acme");
  request.mutable_question()->set_to(to);
  return request;
}

TEST_F(ServerTest, WriteThenAsk) {
  const auto server = Start();
  const Stubs stubs(server->InProcessChannel());
  v1::ApplyResponse applied;
  ASSERT_TRUE(stubs.Apply(SmallInventory(), &applied).ok());
  EXPECT_EQ(applied.stamp().revision(), 1);
  EXPECT_EQ(applied.created(), 3);
  EXPECT_EQ(applied.verdict_changes_size(), 0);

  v1::CheckResponse checked;
  grpc::ClientContext context;
  ASSERT_TRUE(stubs.transfers->Check(&context, CheckOf("vendor"), &checked).ok());
  EXPECT_EQ(checked.answer().verdict(), v1::VERDICT_LACKING);
  EXPECT_EQ(checked.answer().flow(), "acme-to-vendor");
  EXPECT_EQ(checked.stamp().as_of(), "2026-11-22");
  EXPECT_EQ(checked.stamp().revision(), 1);
  EXPECT_EQ(checked.stamp().token(), applied.stamp().token());
  EXPECT_THAT(checked.stamp().law_version(), Not(IsEmpty()));
}

TEST_F(ServerTest, ErrorsDecodeWithTheirDetails) {
  const auto server = Start();
  const Stubs stubs(server->InProcessChannel());
  v1::ApplyRequest request = ApplyOf("bad");
  AddParty("acme", "XX", request);
  request.mutable_mutations(0)->mutable_upsert()->mutable_party()->add_certifications()->set_from(
      "2021-02-30");
  request.add_mutations();
  v1::ApplyResponse applied;
  const grpc::Status status = stubs.Apply(request, &applied);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(InfoOf(status).reason(), "INVALID_RECORD");
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(status.error_details()));
  google::rpc::BadRequest bad;
  ASSERT_TRUE(details.details(1).UnpackTo(&bad));
  std::vector<std::string> fields;
  for (const auto& violation : bad.field_violations()) {
    fields.push_back(violation.field());
  }
  EXPECT_THAT(fields,
              ::testing::IsSupersetOf({"mutations[0].upsert.party.certifications[0].from",
                                       "mutations[0].upsert.party.establishment", "mutations[1]"}));
}

TEST_F(ServerTest, EveryServiceRefusesAnUnknownInventory) {
  const auto server = Start();
  const Stubs stubs(server->InProcessChannel());
  v1::CheckRequest check = CheckOf("vendor");
  check.set_inventory("nowhere");
  v1::CheckResponse answer;
  grpc::ClientContext context;
  const grpc::Status status = stubs.transfers->Check(&context, check, &answer);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(InfoOf(status).reason(), "INVENTORY_NOT_FOUND");
  EXPECT_EQ(context.GetServerTrailingMetadata().count("x-request-id"), 1);
}

TEST_F(ServerTest, FreshnessOverTheWire) {
  const auto server = Start();
  const Stubs stubs(server->InProcessChannel());
  v1::ApplyResponse applied;
  ASSERT_TRUE(stubs.Apply(SmallInventory(), &applied).ok());
  const auto ask = [&](const std::function<void(v1::Consistency*)>& set) {
    v1::CheckRequest request = CheckOf("vendor");
    set(request.mutable_consistency());
    v1::CheckResponse response;
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(500));
    const grpc::Status status = stubs.transfers->Check(&context, request, &response);
    return status.ok() ? std::to_string(response.stamp().revision()) : InfoOf(status).reason();
  };
  EXPECT_EQ(ask([&](auto* c) { c->set_at_least_as_fresh(applied.stamp().token()); }), "1");
  EXPECT_EQ(ask([&](auto* c) { c->set_fully_consistent(true); }), "1");
  EXPECT_EQ(ask([&](auto* c) { c->set_at_revision(1); }), "1");
  EXPECT_EQ(ask([&](auto* c) { c->set_at_revision(2); }), "REVISION_IN_FUTURE");
  EXPECT_EQ(ask([&](auto* c) { c->set_at_least_as_fresh(TokenOf(2)); }), "NOT_FRESH_ENOUGH");
  EXPECT_EQ(ask([&](auto* c) { c->set_at_least_as_fresh("AAAA"); }), "INVALID_REQUEST");
  EXPECT_EQ(ask([&](auto* c) {
              c->set_at_least_as_fresh(rpc::RevisionToken({"default", "elsewhere"}, 1));
            }),
            "FOREIGN_TOKEN");
}

// A server that comes back with its key knows its tokens; one with another key does not, on the same store.
TEST_F(ServerTest, TokensOutliveARestartAsTheirKeyDoes) {
  std::string token;
  {
    const auto server = Start();
    v1::ApplyResponse applied;
    ASSERT_TRUE(Stubs(server->InProcessChannel()).Apply(SmallInventory(), &applied).ok());
    token = applied.stamp().token();
  }
  const auto ask = [&](Server& server) {
    v1::CheckRequest request = CheckOf("vendor");
    request.mutable_consistency()->set_at_least_as_fresh(token);
    v1::CheckResponse response;
    grpc::ClientContext context;
    const grpc::Status status =
        Stubs(server.InProcessChannel()).transfers->Check(&context, request, &response);
    return status.ok() ? "ok" : InfoOf(status).reason();
  };
  EXPECT_EQ(ask(*Start()), "ok");
  ServerDeps deps;
  deps.store = &store();
  deps.clock = &clock();
  deps.law = testing::TheLoadedRegister();
  const auto other = Server::Start(TestOptions(), deps);
  ONWARD_ASSERT_OK(other);
  EXPECT_EQ(ask(**other), "INVALID_REQUEST");
}

TEST_F(ServerTest, PagesNeverMixRevisions) {
  const auto server = Start();
  const Stubs stubs(server->InProcessChannel());
  v1::ApplyRequest request = SmallInventory();
  AddFlow("b", "acme", "vendor", request);
  AddFlow("c", "acme", "vendor", request);
  v1::ApplyResponse applied;
  ASSERT_TRUE(stubs.Apply(request, &applied).ok());
  v1::ListTransfersRequest list;
  list.set_inventory("default");
  list.set_page_size(1);
  std::vector<std::string> flows;
  do {
    v1::ListTransfersResponse page;
    grpc::ClientContext context;
    ASSERT_TRUE(stubs.transfers->ListTransfers(&context, list, &page).ok());
    EXPECT_EQ(page.stamp().revision(), 1);
    EXPECT_EQ(page.summary().lacking(), 3);
    for (const v1::Transfer& transfer : page.transfers()) {
      flows.push_back(transfer.flow());
    }
    list.set_page_token(page.next_page_token());
    v1::ApplyRequest more = ApplyOf("more-" + std::to_string(flows.size()));
    AddFlow("bb" + std::to_string(flows.size()), "acme", "vendor", more);
    ASSERT_TRUE(stubs.Apply(more, &applied).ok());
  } while (!list.page_token().empty());
  EXPECT_THAT(flows, ElementsAre("acme-to-vendor", "b", "c"));
}

TEST_F(ServerTest, APageTokenIsForItsOwnQuestion) {
  const auto server = Start();
  const Stubs stubs(server->InProcessChannel());
  v1::ApplyResponse applied;
  ASSERT_TRUE(stubs.Apply(SmallInventory(), &applied).ok());
  v1::ListRequest list;
  list.set_inventory("default");
  list.set_kind(v1::RECORD_KIND_PARTY);
  list.set_page_size(1);
  v1::ListResponse page;
  grpc::ClientContext first;
  ASSERT_TRUE(stubs.inventory->List(&first, list, &page).ok());
  ASSERT_EQ(page.records_size(), 1);
  list.set_page_token(page.next_page_token());
  list.set_kind(v1::RECORD_KIND_FLOW);
  grpc::ClientContext second;
  EXPECT_EQ(InfoOf(stubs.inventory->List(&second, list, &page)).reason(), "INVALID_REQUEST");
  list.set_page_size(1'001);
  grpc::ClientContext third;
  EXPECT_EQ(InfoOf(stubs.inventory->List(&third, list, &page)).reason(), "INVALID_REQUEST");
}

TEST_F(ServerTest, TimelineInPagesOverTheWire) {
  Options options = TestOptions();
  options.timeline_changes_max = 2;
  const auto server = Start(options);
  const Stubs stubs(server->InProcessChannel());
  v1::ApplyRequest request = SmallInventory();
  request.mutable_mutations(2)->mutable_upsert()->mutable_flow()->set_from("2026-12-01");
  request.mutable_mutations(2)->mutable_upsert()->mutable_flow()->set_until("2027-06-01");
  v1::ApplyResponse applied;
  ASSERT_TRUE(stubs.Apply(request, &applied).ok());
  const auto ask = [&](const v1::TimelineRequest& question, v1::TimelineResponse* page) {
    grpc::ClientContext context;
    return stubs.transfers->Timeline(&context, question, page);
  };
  v1::TimelineRequest question;
  question.set_inventory("default");
  question.set_page_size(1);
  std::vector<std::string> changes;
  do {
    v1::TimelineResponse page;
    ASSERT_TRUE(ask(question, &page).ok());
    EXPECT_EQ(page.stamp().as_of(), "2026-11-22");
    EXPECT_EQ(page.from() + " " + page.until(), "2026-11-22 2027-11-22");
    for (const v1::TimelineEntry& entry : page.entries()) {
      changes.push_back(entry.date() + " " + v1::Verdict_Name(entry.after()) + " " +
                        entry.causes(0).text());
    }
    question.set_page_token(page.next_page_token());
  } while (!question.page_token().empty());
  EXPECT_THAT(changes, ElementsAre("2026-12-01 VERDICT_LACKING flow/acme-to-vendor begins",
                                   "2027-06-01 VERDICT_NOT_A_TRANSFER flow/acme-to-vendor ends"));

  v1::TimelineResponse page;
  ASSERT_TRUE(ask(question, &page).ok());
  v1::TimelineRequest other = question;
  other.set_page_token(page.next_page_token());
  other.set_origin("acme");
  EXPECT_EQ(InfoOf(ask(other, &page)).reason(), "INVALID_REQUEST");
  other.set_page_token("");
  other.set_flow("no-such-flow");
  EXPECT_EQ(InfoOf(ask(other, &page)).reason(), "RECORD_NOT_FOUND");
  other.clear_scope();
  other.set_months(1'201);
  EXPECT_EQ(InfoOf(ask(other, &page)).reason(), "INVALID_REQUEST");
  other.set_months(0);
  AddFlow("more", "acme", "vendor", request = ApplyOf("more"));
  request.mutable_mutations(0)->mutable_upsert()->mutable_flow()->set_from("2026-12-01");
  ASSERT_TRUE(stubs.Apply(request, &applied).ok());
  const google::rpc::ErrorInfo limit = InfoOf(ask(other, &page));
  EXPECT_EQ(limit.reason(), "LIMIT_EXCEEDED");
  EXPECT_EQ(limit.metadata().at("limit"), "timeline_changes_max");
}

TEST_F(ServerTest, AWaitEndsWhenTheClientGoes) {
  const auto server = Start();
  const Stubs stubs(server->InProcessChannel());
  v1::CheckRequest request = CheckOf("vendor");
  request.mutable_consistency()->set_at_least_as_fresh(TokenOf(99));
  v1::CheckResponse response;
  grpc::ClientContext context;
  std::thread client([&] {
    EXPECT_EQ(stubs.transfers->Check(&context, request, &response).error_code(),
              grpc::StatusCode::CANCELLED);
  });
  context.TryCancel();
  client.join();
  server->Shutdown(std::chrono::seconds(60));  // returns at once: nothing is left under way
}

TEST_F(ServerTest, APassedDeadlineIsExceeded) {
  const auto server = Start();
  const Stubs stubs(server->InProcessChannel());
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() - std::chrono::seconds(1));
  v1::ApplyResponse applied;
  EXPECT_EQ(stubs.inventory->Apply(&context, SmallInventory(), &applied).error_code(),
            grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_EQ(store().GetHead("default")->revision, 0);
}

TEST_F(ServerTest, TooMuchAtOnceIsRefused) {
  Options options = TestOptions();
  options.listen = "127.0.0.1:0";
  options.request_bytes_max = 4'096;
  options.mutations_max = 2;
  const auto server = Start(options);
  const Stubs stubs(grpc::CreateChannel(server->address(), grpc::InsecureChannelCredentials()));
  v1::ApplyRequest request = ApplyOf("big");
  request.set_comment(std::string(8'192, 'x'));
  v1::ApplyResponse applied;
  EXPECT_EQ(stubs.Apply(request, &applied).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  const grpc::Status many = stubs.Apply(SmallInventory(), &applied);
  EXPECT_EQ(many.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(InfoOf(many).metadata().at("limit"), "mutations_max");
}

TEST_F(ServerTest, InventoriesStatsAndLaw) {
  const auto server = Start();
  const Stubs stubs(server->InProcessChannel());
  v1::CreateInventoryRequest create;
  create.set_id("other");
  v1::CreateInventoryResponse created;
  grpc::ClientContext create_context;
  ASSERT_TRUE(stubs.admin->CreateInventory(&create_context, create, &created).ok());
  v1::ListInventoriesRequest list;
  list.set_page_size(1);
  v1::ListInventoriesResponse page;
  grpc::ClientContext list_context;
  ASSERT_TRUE(stubs.admin->ListInventories(&list_context, list, &page).ok());
  EXPECT_EQ(page.inventories(0).id(), "default");
  list.set_page_token(page.next_page_token());
  grpc::ClientContext next_context;
  ASSERT_TRUE(stubs.admin->ListInventories(&next_context, list, &page).ok());
  v1::StatsResponse stats;
  grpc::ClientContext stats_context;
  ASSERT_TRUE(stubs.admin->Stats(&stats_context, {}, &stats).ok());
  EXPECT_EQ(stats.inventories_size(), 2);
  EXPECT_TRUE(stats.writable());

  v1::ListDecisionsRequest decisions;
  decisions.set_as_of("2020-07-15");
  decisions.add_codes("US");
  v1::ListDecisionsResponse law;
  grpc::ClientContext law_context;
  ASSERT_TRUE(stubs.law->ListDecisions(&law_context, decisions, &law).ok());
  ASSERT_GE(law.decisions_size(), 1);
  EXPECT_GE(law.schemes_size(), 1);
  EXPECT_GE(law.cases_size(), 1);
  decisions.set_as_of("2020-02-30");
  grpc::ClientContext bad_context;
  EXPECT_EQ(InfoOf(stubs.law->ListDecisions(&bad_context, decisions, &law)).reason(),
            "INVALID_REQUEST");
}

// Calls a method of a service that is no part of ours; its code and answer.
std::pair<grpc::StatusCode, std::string> CallRaw(const std::string& address,
                                                 const std::string& method,
                                                 const std::string& request) {
  grpc::GenericStub stub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  const grpc::Slice slice(request);
  const grpc::ByteBuffer in(&slice, 1);
  grpc::CompletionQueue queue;
  grpc::ByteBuffer out;
  grpc::Status status;
  auto call = stub.PrepareUnaryCall(&context, method, in, &queue);
  call->StartCall();
  call->Finish(&out, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  grpc::Slice answer;
  if (status.ok()) {
    out.DumpToSingleSlice(&answer);
  }
  return {status.error_code(),
          std::string(reinterpret_cast<const char*>(answer.begin()), answer.size())};
}

constexpr char kReflection[] = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";

TEST_F(ServerTest, HealthAndReflectionOnLoopback) {
  Options options = TestOptions();
  options.listen = "127.0.0.1:0";
  const auto server = Start(options);
  EXPECT_THAT(server->address(), StartsWith("127.0.0.1:"));
  EXPECT_THAT(server->address(), Not(::testing::EndsWith(":0")));
  const std::string service = "onward.v1.Transfers";
  const std::string ask = "\x0a" + std::string(1, static_cast<char>(service.size())) + service;
  const auto [code, answer] = CallRaw(server->address(), "/grpc.health.v1.Health/Check", ask);
  EXPECT_EQ(code, grpc::StatusCode::OK);
  EXPECT_EQ(answer, "\x08\x01");  // status: SERVING
  EXPECT_EQ(CallRaw(server->address(), kReflection, "").first, grpc::StatusCode::OK);
}

TEST_F(ServerTest, ReflectionCanBeTurnedOff) {
  Options options = TestOptions();
  options.listen = "127.0.0.1:0";
  options.reflection = "off";
  const auto server = Start(options);
  EXPECT_EQ(CallRaw(server->address(), kReflection, "").first, grpc::StatusCode::UNIMPLEMENTED);
}

TEST_F(ServerTest, AnAddressInUseIsAnError) {
  Options options = TestOptions();
  options.listen = "127.0.0.1:0";
  const auto server = Start(options);
  options.listen = server->address();
  EXPECT_EQ(StartError(options).code(), absl::StatusCode::kUnavailable);
}

TEST_F(ServerTest, RemoteAddressesNeedToBeAskedFor) {
  for (const char* listen : {"0.0.0.0:0", "[::]:0", "192.0.2.1:0", "example.org:0", ":0", "7430",
                             "127.0.0.1:99999", "unix:"}) {
    Options options = TestOptions();
    options.listen = listen;
    EXPECT_EQ(StartError(options).code(), absl::StatusCode::kInvalidArgument) << listen;
  }
  Options options = TestOptions();
  options.listen = "0.0.0.0:0";
  options.insecure_allow_remote = true;
  EXPECT_NE(Start(options), nullptr);
}

TEST_F(ServerTest, AUnixSocketIsForItsOwnerAndALeftOverOneIsReplaced) {
  const testing::TempFolder folder;
  const std::string path = folder.path() + "/onward.sock";
  // What a server that was killed leaves behind.
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  ASSERT_EQ(bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  close(fd);

  Options options = TestOptions();
  options.listen = "unix:" + path;
  const auto server = Start(options);
  ASSERT_NE(server, nullptr);
  struct stat info {};
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  const Stubs stubs(grpc::CreateChannel(server->address(), grpc::InsecureChannelCredentials()));
  v1::ApplyResponse applied;
  EXPECT_TRUE(stubs.Apply(SmallInventory(), &applied).ok());

  EXPECT_EQ(StartError(options).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(stubs.Apply(SmallInventory(), &applied).ok());  // the first one goes on
  server->Shutdown(std::chrono::seconds(10));
  EXPECT_NE(stat(path.c_str(), &info), 0);
}

TEST_F(ServerTest, AFileIsNeverTakenForASocket) {
  const testing::TempFolder folder;
  const std::string path = folder.path() + "/precious";
  std::FILE* file = std::fopen(path.c_str(), "w");
  ASSERT_NE(file, nullptr);
  std::fclose(file);
  Options options = TestOptions();
  options.listen = "unix:" + path;
  EXPECT_EQ(StartError(options).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(access(path.c_str(), F_OK), 0);
}

std::string Bytes(const google::protobuf::Message& message) { return message.SerializeAsString(); }

TEST_F(ServerTest, ARestartGivesTheSameBytes) {
  const testing::TempFolder folder;
  std::vector<std::string> answers;
  for (int run = 0; run < 2; ++run) {
    auto rocksdb = storage::OpenRocksDb(folder.path() + "/data", storage::RocksDbOptions());
    ONWARD_ASSERT_OK(rocksdb);
    const auto server = StartOn(**rocksdb, TestOptions());
    const Stubs stubs(server->InProcessChannel());
    v1::ApplyResponse applied;
    ASSERT_TRUE(stubs.Apply(SmallInventory(), &applied).ok());  // the second one is a replay
    EXPECT_EQ(applied.stamp().revision(), 1);
    v1::ListTransfersRequest list;
    list.set_inventory("default");
    v1::ListTransfersResponse transfers;
    grpc::ClientContext list_context;
    ASSERT_TRUE(stubs.transfers->ListTransfers(&list_context, list, &transfers).ok());
    v1::ExplainRequest explain;
    explain.set_inventory("default");
    explain.set_flow("acme-to-vendor");
    v1::ExplainResponse explained;
    grpc::ClientContext explain_context;
    ASSERT_TRUE(stubs.transfers->Explain(&explain_context, explain, &explained).ok());
    answers.push_back(Bytes(applied) + Bytes(transfers) + Bytes(explained));
  }
  EXPECT_EQ(answers[0], answers[1]);
}

TEST(OfflineTest, TheSameServiceWithoutAPort) {
  testing::FakeClock clock(Date::Of(2020, 7, 15));
  auto service = StartOffline(&clock);
  ONWARD_ASSERT_OK(service);
  const Stubs stubs((*service)->channel());
  v1::ApplyResponse applied;
  ASSERT_TRUE(stubs.Apply(SmallInventory(), &applied).ok());
  v1::CheckResponse checked;
  grpc::ClientContext context;
  ASSERT_TRUE(stubs.transfers->Check(&context, CheckOf("vendor"), &checked).ok());
  EXPECT_EQ(checked.stamp().as_of(), "2020-07-15");
  EXPECT_EQ(checked.answer().verdict(), v1::VERDICT_LACKING);
}

}  // namespace
}  // namespace onward::services
