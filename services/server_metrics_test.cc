// What a server exports over HTTP, and what its log says of slow questions.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <netinet/in.h>
#include <spdlog/sinks/ostream_sink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <map>
#include <set>
#include <sstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "onward/v1/admin_service.grpc.pb.h"
#include "onward/v1/inventory_service.grpc.pb.h"
#include "onward/v1/transfers_service.grpc.pb.h"
#include "services/commands/token_key.h"
#include "services/logging.h"
#include "services/metrics/catalogue.h"
#include "services/metrics/exporter.h"
#include "services/rpc/consistency.h"
#include "services/server.h"
#include "storage/memory/memory_store.h"
#include "tests/support/fake_clock.h"
#include "tests/support/law.h"
#include "tests/support/status_matchers.h"

namespace onward::services {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// In ids, names, addresses and places of what is written: it must not come out.
constexpr char kCanary[] = "canary";

// The whole answer to one request on a connection of its own.
std::string Asked(const std::string& address, const std::string& request) {
  const std::vector<std::string> parts = absl::StrSplit(address, ':');
  int port = 0;
  EXPECT_TRUE(absl::SimpleAtoi(parts.back(), &port));
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(port));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof(to)), 0);
  const std::string text =
      absl::StrCat(request, " HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(send(fd, text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  std::string answer;
  std::array<char, 4'096> part{};
  ssize_t got = 0;
  while ((got = recv(fd, part.data(), part.size(), 0)) > 0) {
    answer.append(part.data(), static_cast<size_t>(got));
  }
  close(fd);
  return answer;
}

class ServerMetricsTest : public ::testing::Test {
 protected:
  void Start(Options options) {
    options.store = "memory";
    options.listen = "";
    options.workers = 4;
    options.metrics_listen = "127.0.0.1:0";
    ServerDeps deps;
    deps.store = store_.get();
    deps.clock = &clock_;
    deps.law = testing::TheLoadedRegister();
    deps.log = &log_;
    deps.token_key = key_;
    auto server = Server::Start(options, deps);
    ONWARD_ASSERT_OK(server);
    server_ = *std::move(server);
    auto exporter =
        metrics::Exporter::Listen("127.0.0.1", 0, [this] { return server_->Metrics(); });
    ONWARD_ASSERT_OK(exporter);
    exporter_ = *std::move(exporter);
    channel_ = server_->InProcessChannel();
  }
  void TearDown() override {
    exporter_.reset();
    channel_.reset();
    server_.reset();
  }

  // A transfer that lacks a mechanism, and one within the EEA.
  void WriteRecords() {
    v1::ApplyRequest request;
    request.set_inventory("default");
    request.set_request_id(absl::StrCat(kCanary, "-request"));
    request.set_author(absl::StrCat(kCanary, " author"));
    AddParty("FI", "giver", request);
    AddParty("US", "taker", request);
    AddParty("SE", "near", request);
    AddFlow("taker", request);
    AddFlow("near", request);
    grpc::ClientContext context;
    v1::ApplyResponse response;
    const grpc::Status status =
        v1::Inventory::NewStub(channel_)->Apply(&context, request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
  grpc::Status Check(const std::string& inventory, uint64_t at_least = 0) {
    v1::CheckRequest request;
    request.set_inventory(inventory);
    request.mutable_question()->set_from(Named("giver"));
    request.mutable_question()->set_to(Named("taker"));
    grpc::ClientContext context;
    if (at_least > 0) {
      request.mutable_consistency()->set_at_least_as_fresh(
          rpc::RevisionToken({inventory, store_->incarnation(), key_}, at_least));
      context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(1'500));
    }
    v1::CheckResponse response;
    return v1::Transfers::NewStub(channel_)->Check(&context, request, &response);
  }
  std::string Scrape() { return Asked(exporter_->address(), "GET /metrics"); }
  Server& server() { return *server_; }
  metrics::Exporter& exporter() { return *exporter_; }
  std::string Logged() {
    log_.Flush();
    return logged_.str();
  }

 private:
  static std::string Named(const std::string& id) { return absl::StrCat(kCanary, "-", id); }
  static void AddParty(const std::string& place, const std::string& id, v1::ApplyRequest& request) {
    v1::Party* party = request.add_mutations()->mutable_upsert()->mutable_party();
    party->set_id(Named(id));
    party->set_display_name(absl::StrCat(kCanary, " ", id));
    party->set_establishment(place);
    v1::Contact* contact = party->add_contacts();
    contact->set_name(absl::StrCat(kCanary, " person"));
    contact->set_email(absl::StrCat(kCanary, "@acme.example"));
  }
  static void AddFlow(const std::string& importer, v1::ApplyRequest& request) {
    v1::Flow* flow = request.add_mutations()->mutable_upsert()->mutable_flow();
    flow->set_id(absl::StrCat(kCanary, "-to-", importer));
    flow->set_exporter(Named("giver"));
    flow->set_importer(Named(importer));
    flow->set_exporter_role(v1::ROLE_CONTROLLER);
    flow->set_importer_role(v1::ROLE_PROCESSOR);
    flow->add_data_categories("contact.email");
  }

  std::ostringstream logged_;
  const Log log_{"text", "info", std::make_shared<spdlog::sinks::ostream_sink_mt>(logged_)};
  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  commands::TokenKeyPtr key_ = commands::TokenKey::Random().value();
  testing::FakeClock clock_{Date::Of(2026, 11, 22)};
  std::unique_ptr<Server> server_;
  std::unique_ptr<metrics::Exporter> exporter_;
  std::shared_ptr<grpc::Channel> channel_;
};

// Names of metrics, as the exposition declares them.
std::set<std::string> DeclaredIn(const std::string& text) {
  std::set<std::string> names;
  for (const std::string& line : std::vector<std::string>(absl::StrSplit(text, '\n'))) {
    const std::vector<std::string> words = absl::StrSplit(line, ' ');
    if (words.size() == 4 && words[0] == "#" && words[1] == "TYPE") {
      names.insert(words[2]);
    }
  }
  return names;
}

TEST_F(ServerMetricsTest, ExportsWhatTheTableHasAndNothingElse) {
  Start({});
  Scrape();  // of the exporter's own ones, some are there from the second on
  std::set<std::string> table;
  for (const metrics::Metric& metric : metrics::Catalogue()) {
    table.emplace(metric.name);
  }
  EXPECT_EQ(DeclaredIn(Scrape()), table);
}

TEST_F(ServerMetricsTest, TellsCallsVerdictsAndTheStore) {
  Start({});
  WriteRecords();
  EXPECT_TRUE(Check("default").ok());
  EXPECT_EQ(Check("absent").error_code(), grpc::StatusCode::NOT_FOUND);
  server().CountVerdicts();
  const std::string text = Scrape();
  for (const char* line : {
           "onward_rpc_calls_total{method=\"Transfers.Check\",code=\"OK\"} 1\n",
           "onward_rpc_calls_total{method=\"Transfers.Check\",code=\"NOT_FOUND\"} 1\n",
           "onward_rpc_calls_total{method=\"Transfers.Exposure\",code=\"OK\"} 0\n",
           "onward_rpc_duration_seconds_count{method=\"Transfers.Check\"} 2\n",
           "onward_rpc_in_flight{method=\"Transfers.Check\"} 0\n",
           "onward_rpc_refused_total{reason=\"INVENTORY_NOT_FOUND\"} 1\n",
           "onward_rpc_refused_total{reason=\"LIMIT_EXCEEDED\"} 0\n",
           "onward_inventory_verdicts{inventory=\"(other)\",verdict=\"LACKING\"} 1\n",
           "onward_inventory_verdicts{inventory=\"(other)\",verdict=\"NOT_A_TRANSFER\"} 1\n",
           "onward_inventory_head_revision{inventory=\"(other)\"} 1\n",
           "onward_store_writable 1\n",
           "onward_store_refuses_writes{reason=\"STORE_FULL\"} 0\n",
           "onward_workers 4\n",
           "onward_inventories 1\n",
       }) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

TEST_F(ServerMetricsTest, NothingOfARecordComesOut) {
  Start({});
  WriteRecords();
  EXPECT_TRUE(Check("default").ok());
  EXPECT_FALSE(Check(absl::StrCat(kCanary, "-inventory")).ok());
  server().CountVerdicts();
  const std::string text = Scrape();
  EXPECT_THAT(text, HasSubstr("verdict=\"LACKING\"} 1"));
  EXPECT_THAT(text, Not(HasSubstr(kCanary)));
  EXPECT_THAT(text, Not(HasSubstr("default"))) << "names of inventories need an option";
}

TEST_F(ServerMetricsTest, NamesAsManyInventoriesAsAllowed) {
  Options options;
  options.metrics_inventories_max = 1;
  Start(options);
  const auto stub = v1::Admin::NewStub(server().InProcessChannel());
  for (const char* id : {"red", "zinc"}) {
    v1::CreateInventoryRequest request;
    request.set_id(id);
    v1::CreateInventoryResponse response;
    grpc::ClientContext context;
    ASSERT_TRUE(stub->CreateInventory(&context, request, &response).ok());
  }
  WriteRecords();
  const std::string text = Scrape();
  EXPECT_THAT(text, HasSubstr("onward_inventory_head_revision{inventory=\"default\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("onward_inventory_head_revision{inventory=\"(other)\"} 0\n"));
  EXPECT_THAT(text, Not(HasSubstr("zinc")));
  EXPECT_THAT(text, HasSubstr("onward_inventories 3\n"));
}

TEST_F(ServerMetricsTest, ServesOnePageForOneMethod) {
  Start({});
  EXPECT_THAT(Scrape(), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(Asked(exporter().address(), "GET /"), StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(Asked(exporter().address(), "GET /metrics/../etc/passwd"),
              Not(StartsWith("HTTP/1.1 200")));
  EXPECT_THAT(Asked(exporter().address(), "DELETE /metrics"), StartsWith("HTTP/1.1 405"));
}

TEST_F(ServerMetricsTest, APortInUseIsAnError) {
  Start({});
  const std::vector<std::string> parts = absl::StrSplit(exporter().address(), ':');
  int port = 0;
  ASSERT_TRUE(absl::SimpleAtoi(parts.back(), &port));
  EXPECT_EQ(
      metrics::Exporter::Listen("127.0.0.1", port, [] { return std::vector<metrics::Family>(); })
          .status()
          .code(),
      absl::StatusCode::kUnavailable);
}

TEST_F(ServerMetricsTest, ASlowQuestionIsLoggedWithItsReason) {
  Options options;
  options.slow_question_ms = 50;
  Start(options);
  WriteRecords();
  ASSERT_EQ(Check("default", 9).error_code(), grpc::StatusCode::UNAVAILABLE);
  const std::string text = Logged();
  for (const char* part : {"slow question", "method=Transfers.Check", "inventory=default",
                           "code=UNAVAILABLE", "slow_because=revision"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_THAT(text, Not(HasSubstr(kCanary)));
  EXPECT_THAT(Scrape(), HasSubstr("onward_slow_questions_total{because=\"revision\"} 1\n"));
}

TEST_F(ServerMetricsTest, WithoutTheLimitNoQuestionIsSlow) {
  Options options;
  options.slow_question_ms = 0;
  Start(options);
  WriteRecords();
  ASSERT_TRUE(Check("default").ok());
  EXPECT_THAT(Logged(), Not(HasSubstr("slow question")));
}

}  // namespace
}  // namespace onward::services
