// Certificates are replaced while calls go on, on connections that are open and on new ones: no call fails. What does not fit, or
// is half written, is not taken up.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <mutex>
#include <thread>

#include "absl/strings/str_cat.h"
#include "onward/v1/admin_service.grpc.pb.h"
#include "onward/v1/inventory_service.grpc.pb.h"
#include "services/identity/test_certificates.h"
#include "services/server.h"
#include "storage/memory/memory_store.h"
#include "tests/support/env.h"
#include "tests/support/fake_clock.h"
#include "tests/support/law.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_folder.h"

namespace onward::services {
namespace {

using identity::TestAuthority;
using identity::TestPair;

constexpr char kRotationPolicy[] = R"(kind: AccessPolicy
callers:
- {spiffe: "spiffe://acme.example/ci", grants: [{role: INVENTORY_ADMIN, inventories: ["*"]}]}
)";
constexpr int kOldCallers = 2;
constexpr int kNewCallers = 2;

// So often; ONWARD_ROTATIONS for another number.
uint64_t Rotations() { return testing::NumberFromEnv("ONWARD_ROTATIONS", 8); }

// With certificates of clients, or without.
class RotationTest : public ::testing::TestWithParam<bool> {
 protected:
  bool mutual() const { return GetParam(); }

  void SetUp() override {
    servers_ = std::make_unique<TestAuthority>("servers 0");
    clients_ = std::make_unique<TestAuthority>("clients 0");
    trusted_ = servers_->pem();
    WritePair(IssueServer());
    Replace("clients.crt", clients_->pem());
    Replace("access.yaml", kRotationPolicy);
    Options options;
    options.store = "memory";
    options.listen = "127.0.0.1:0";
    options.tls_cert = PathOf("tls.crt");
    options.tls_key = PathOf("tls.key");
    if (mutual()) {
      options.tls_client_ca = PathOf("clients.crt");
      options.access_policy = PathOf("access.yaml");
    }
    ServerDeps deps;
    deps.store = store_.get();
    deps.clock = &clock_;
    deps.law = testing::TheLoadedRegister();
    auto server = Server::Start(options, std::move(deps));
    ONWARD_ASSERT_OK(server);
    server_ = *std::move(server);
    UseNewClientPair();
  }
  void TearDown() override {
    over_ = true;
    for (std::thread& caller : callers_) {
      caller.join();
    }
  }

  std::string PathOf(const std::string& name) const { return folder_.path() + "/" + name; }
  // As a whole, as mounts of secrets do it.
  void Replace(const std::string& name, const std::string& text) const {
    std::ofstream(PathOf(name + ".new")) << text;
    std::filesystem::rename(PathOf(name + ".new"), PathOf(name));
  }
  void WritePair(const TestPair& pair) const {
    Replace("tls.crt", pair.chain);
    Replace("tls.key", pair.key);
  }
  TestPair IssueServer() { return servers_->Issue({"server", {"IP:127.0.0.1"}}); }

  struct Client {
    TestPair pair;
    std::string trusted;
  };
  std::shared_ptr<const Client> client() {
    const std::lock_guard<std::mutex> lock(client_mutex_);
    return client_;
  }
  // New connections show a certificate of the newest authority and trust all authorities of servers so far. Returns once no
  // connection is begun with an earlier one.
  void UseNewClientPair() {
    auto next = std::make_shared<const Client>(
        Client{clients_->Issue({"ci", {"URI:spiffe://acme.example/ci"}}), trusted_});
    {
      const std::lock_guard<std::mutex> lock(client_mutex_);
      client_.swap(next);
    }
    while (next != nullptr && next.use_count() > 1) {
      std::this_thread::yield();
    }
  }
  // Trusting `servers` alone.
  std::shared_ptr<grpc::Channel> Dial(const TestPair& pair, const std::string& servers) const {
    grpc::SslCredentialsOptions tls;
    tls.pem_root_certs = servers;
    if (mutual()) {
      tls.pem_cert_chain = pair.chain;
      tls.pem_private_key = pair.key;
    }
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return grpc::CreateCustomChannel(server_->address(), grpc::SslCredentials(tls), arguments);
  }
  static grpc::Status Call(const std::shared_ptr<grpc::Channel>& channel) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    v1::ListInventoriesResponse response;
    return v1::Admin::NewStub(channel)->ListInventories(&context, {}, &response);
  }
  void Count(const grpc::Status& status, std::atomic<uint64_t>& calls) {
    ++calls;
    if (!status.ok() && failed_++ == 0) {
      ADD_FAILURE() << status.error_code() << " " << status.error_message();
    }
  }

  void StartLoad() {
    for (int i = 0; i < kOldCallers; ++i) {
      callers_.emplace_back([this, channel = Dial(client()->pair, trusted_)] {
        while (!over_) {
          Count(Call(channel), old_calls_);
        }
      });
    }
    for (int i = 0; i < kNewCallers; ++i) {
      callers_.emplace_back([this] {
        while (!over_) {
          const std::shared_ptr<const Client> now = client();
          Count(Call(Dial(now->pair, now->trusted)), new_calls_);
        }
      });
    }
  }
  // What is served is of this authority, and nobody is turned away.
  void ExpectServed(const std::string& servers) {
    const grpc::Status status = Call(Dial(client()->pair, servers));
    EXPECT_TRUE(status.ok()) << status.error_message();
  }
  // Files that must not be taken up.
  void ExpectRefused(const char* what) {
    const uint64_t before = server_->certificate_failures();
    server_->Reload();
    EXPECT_GT(server_->certificate_failures(), before) << what;
    ExpectServed(servers_->pem());
  }

  void OfferBadFiles() {
    const std::string chain = Read("tls.crt");
    const std::string key = Read("tls.key");
    const std::string authorities = Read("clients.crt");
    const TestPair other = IssueServer();
    Replace("tls.key", other.key);
    ExpectRefused("a key of another certificate");
    Replace("tls.key", key.substr(0, key.size() / 2));
    ExpectRefused("half of the key");
    Replace("tls.key", key);
    Replace("tls.crt", chain.substr(0, chain.size() / 2));
    ExpectRefused("half of the certificate");
    Replace("tls.crt", "");
    ExpectRefused("no certificate");
    Replace("tls.crt", chain);
    if (mutual()) {
      Replace("clients.crt", authorities + authorities.substr(0, authorities.size() / 2));
      ExpectRefused("half of the second authority");
      Replace("clients.crt", "");
      ExpectRefused("no authorities");
      Replace("clients.crt", authorities);
    }
  }
  void RotateServer(uint64_t round) {
    auto next = std::make_unique<TestAuthority>(absl::StrCat("servers ", round));
    trusted_ = servers_->pem() + next->pem();
    UseNewClientPair();
    servers_ = std::move(next);
    WritePair(IssueServer());
    server_->Reload();
    ExpectServed(servers_->pem());
  }
  // As it is done without an outage: both authorities, then new certificates for all, then the new one alone.
  void RotateClients(uint64_t round) {
    const TestPair gone = client()->pair;
    auto next = std::make_unique<TestAuthority>(absl::StrCat("clients ", round));
    Replace("clients.crt", clients_->pem() + next->pem());
    server_->Reload();
    clients_ = std::move(next);
    UseNewClientPair();
    Replace("clients.crt", clients_->pem());
    server_->Reload();
    EXPECT_EQ(Call(Dial(gone, servers_->pem())).error_code(), grpc::StatusCode::UNAVAILABLE)
        << "a certificate of the authority that went is still good";
  }
  std::string Read(const std::string& name) const {
    std::ifstream in(PathOf(name));
    return {std::istreambuf_iterator<char>(in), {}};
  }
  // As many again as there were, so that each round has some.
  void AwaitCalls() {
    const uint64_t old_calls = old_calls_;
    const uint64_t new_calls = new_calls_;
    while ((old_calls_ == old_calls || new_calls_ == new_calls) && failed_ == 0) {
      std::this_thread::yield();
    }
  }

  const testing::TempFolder folder_;
  std::unique_ptr<TestAuthority> servers_;
  std::unique_ptr<TestAuthority> clients_;
  // Authorities of servers that clients trust.
  std::string trusted_;
  const std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  const testing::FakeClock clock_{Date::Of(2026, 11, 22)};
  std::unique_ptr<Server> server_;
  std::mutex client_mutex_;
  std::shared_ptr<const Client> client_;
  std::atomic<bool> over_{false};
  std::atomic<uint64_t> old_calls_{0};
  std::atomic<uint64_t> new_calls_{0};
  std::atomic<uint64_t> failed_{0};
  std::vector<std::thread> callers_;
};

TEST_P(RotationTest, NoCallFails) {
  const auto channel = Dial(client()->pair, trusted_);
  grpc::ClientContext context;
  v1::WatchRequest watch;
  watch.set_inventory("default");
  watch.set_from_revision(1);
  const auto stub = v1::Inventory::NewStub(channel);
  const auto events = stub->Watch(&context, watch);
  StartLoad();
  for (uint64_t round = 1; round <= Rotations(); ++round) {
    AwaitCalls();
    OfferBadFiles();
    RotateServer(round);
    if (mutual()) {
      RotateClients(round);
    }
  }
  AwaitCalls();
  // The watch that was open all the time still tells.
  v1::ApplyRequest write;
  write.set_inventory("default");
  write.set_request_id("last");
  write.add_mutations()->mutable_upsert()->mutable_party()->set_id("acme");
  grpc::ClientContext write_context;
  v1::ApplyResponse written;
  EXPECT_TRUE(stub->Apply(&write_context, write, &written).ok());
  v1::WatchResponse told;
  while (events->Read(&told) && !told.has_event()) {
  }
  EXPECT_EQ(told.event().revision(), written.stamp().revision());
  context.TryCancel();
  (void)events->Finish();
  EXPECT_EQ(failed_, 0U);
  std::cout << "rotations " << Rotations() << (mutual() ? ", with" : ", without")
            << " certificates of clients: " << old_calls_ << " calls on open connections, "
            << new_calls_ << " on new ones, " << failed_ << " failed" << std::endl;
}

INSTANTIATE_TEST_SUITE_P(Tls, RotationTest, ::testing::Bool(),
                         [](const auto& test) { return test.param ? "Mutual" : "ServerAlone"; });

}  // namespace
}  // namespace onward::services
