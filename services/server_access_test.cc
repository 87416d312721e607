// Who may call what: each role on each method of the contract, through the server that callers meet.
#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <spdlog/sinks/ostream_sink.h>

#include <fstream>
#include <map>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "google/rpc/error_details.pb.h"
#include "onward/v1/access.pb.h"
#include "onward/v1/admin_service.grpc.pb.h"
#include "onward/v1/inventory_service.grpc.pb.h"
#include "onward/v1/law_service.grpc.pb.h"
#include "onward/v1/transfers_service.grpc.pb.h"
#include "services/access/policy.h"
#include "services/identity/authenticator.h"
#include "services/logging.h"
#include "services/server.h"
#include "storage/memory/memory_store.h"
#include "tests/support/contract.h"
#include "tests/support/fake_clock.h"
#include "tests/support/grpc_error.h"
#include "tests/support/law.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_folder.h"

namespace onward::services {
namespace {

using google::protobuf::MethodDescriptor;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Methods;
using testing::NameOf;

constexpr char kRead[] = "viewer editor auditor admin everywhere";
constexpr char kWrite[] = "editor admin everywhere";
constexpr char kAudit[] = "auditor admin everywhere";
constexpr char kManage[] = "admin everywhere";
constexpr char kAnyRole[] = "viewer editor auditor admin everywhere operator";

// Who may: by hand, and not from the options that the server goes by.
const std::map<std::string, std::string>& WhoMay() {
  static const std::map<std::string, std::string> kWho = {
      {"Inventory.Apply", kWrite},         {"Inventory.Get", kRead},
      {"Inventory.List", kRead},           {"Inventory.History", kRead},
      {"Inventory.Diff", kRead},           {"Inventory.Revert", kWrite},
      {"Inventory.Watch", kRead},          {"Transfers.Check", kRead},
      {"Transfers.BatchCheck", kRead},     {"Transfers.ListTransfers", kRead},
      {"Transfers.Explain", kRead},        {"Transfers.Timeline", kRead},
      {"Transfers.ListFindings", kRead},   {"Transfers.ListFindingKinds", kAnyRole},
      {"Transfers.Exposure", kRead},       {"Transfers.ExposureTimeline", kRead},
      {"Transfers.FindPaths", kRead},      {"Transfers.Impact", kRead},
      {"Transfers.Chokepoints", kRead},    {"Transfers.Concentration", kRead},
      {"Transfers.Repair", kRead},         {"Transfers.Simulate", kRead},
      {"Transfers.Summary", kRead},        {"Law.ListJurisdictions", kAnyRole},
      {"Law.ListDecisions", kAnyRole},     {"Law.ListInstruments", kAnyRole},
      {"Law.GetRegister", kAnyRole},       {"Law.ListRegisterVersions", kAnyRole},
      {"Law.PutRegister", "everywhere"},   {"Admin.CreateInventory", kManage},
      {"Admin.ImportInventory", kManage},  {"Admin.CompactHistory", kManage},
      {"Admin.EraseContacts", kManage},    {"Admin.ExportInventory", kAudit},
      {"Admin.VerifyAudit", kAudit},       {"Admin.ListAuditEntries", kAudit},
      {"Admin.GetCheckpoint", kAudit},     {"Admin.ProveEntry", kAudit},
      {"Admin.ListInventories", kAnyRole}, {"Admin.Stats", kAnyRole},
      {"Admin.CreateBackup", "operator"},  {"Admin.ListBackups", "operator"},
      {"Admin.VerifyBackup", "operator"},
  };
  return kWho;
}

constexpr char kPolicy[] = R"(kind: AccessPolicy
callers:
- {spiffe: "spiffe://test/viewer", grants: [{role: VIEWER, inventories: [alpha]}]}
- {spiffe: "spiffe://test/editor", grants: [{role: EDITOR, inventories: [alpha]}]}
- {spiffe: "spiffe://test/auditor", grants: [{role: AUDITOR, inventories: [alpha]}]}
- {spiffe: "spiffe://test/admin", grants: [{role: INVENTORY_ADMIN, inventories: [alpha]}]}
- {spiffe: "spiffe://test/everywhere", grants: [{role: INVENTORY_ADMIN, inventories: ["*"]}]}
- {spiffe: "spiffe://test/operator", grants: [{role: OPERATOR}]}
- {spiffe: "spiffe://test/beta/*", grants: [{role: VIEWER, inventories: ["beta*"]}]}
)";

const std::vector<std::string>& Roles() {
  static const std::vector<std::string> kRoles = {"viewer", "editor",     "auditor",
                                                  "admin",  "everywhere", "operator"};
  return kRoles;
}

// Says that a call is made by whom its bearer token names.
class TestAuthenticator final : public identity::Authenticator {
 public:
  absl::StatusOr<identity::PrincipalPtr> Authenticate(
      const identity::Evidence& evidence) const override {
    if (evidence.authorization.size() != 1) {
      return absl::UnauthenticatedError("no name");
    }
    const std::string name(evidence.authorization.front());
    return std::make_shared<const identity::Principal>(
        identity::Principal{identity::Proof::kCertificate, "spiffe://test/" + name});
  }
};

google::rpc::ErrorInfo ErrorOf(const grpc::Status& status) {
  return testing::DetailOf<google::rpc::ErrorInfo>(status);
}

grpc::ByteBuffer BytesOf(const google::protobuf::Message& message) {
  const grpc::Slice slice(message.SerializeAsString());
  return {&slice, 1};
}

std::string PathOf(const MethodDescriptor& method) {
  return absl::StrCat("/", method.service()->full_name(), "/", method.name());
}

void SetText(google::protobuf::Message& message, const std::string& field,
             const std::string& value) {
  if (const auto* found = message.GetDescriptor()->FindFieldByName(field); found != nullptr) {
    message.GetReflection()->SetString(&message, found, value);
  }
}

// Asks for a state as fresh as the token, where the message can.
void SetToken(google::protobuf::Message& message, const std::string& token) {
  if (const auto* found = message.GetDescriptor()->FindFieldByName("consistency");
      found != nullptr) {
    SetText(*message.GetReflection()->MutableMessage(&message, found), "at_least_as_fresh", token);
  }
}

// With nothing but the inventory, and what makes the call end by itself.
std::unique_ptr<google::protobuf::Message> RequestOf(const MethodDescriptor& method,
                                                     const std::string& inventory) {
  std::unique_ptr<google::protobuf::Message> request(
      google::protobuf::MessageFactory::generated_factory()
          ->GetPrototype(method.input_type())
          ->New());
  const std::string& field = method.options().GetExtension(v1::access).inventory_field();
  if (!field.empty()) {
    SetText(*request, field, inventory);
  }
  if (method.name() == "Watch") {
    static_cast<v1::WatchRequest&>(*request).set_progress_seconds(1'000'000);
  }
  return request;
}

class ServerAccessTest : public ::testing::Test {
 protected:
  void SetUp() override {
    policy_file_ = folder_.path() + "/access.yaml";
    WritePolicy(kPolicy);
    Options options;
    options.store = "memory";
    options.listen = "";
    options.workers = 4;
    options.access_policy = policy_file_;
    ServerDeps deps;
    deps.store = store_.get();
    deps.clock = &clock_;
    deps.law = testing::TheLoadedRegister();
    deps.authenticator = &authenticator_;
    deps.log = &log_;
    auto server = Server::Start(options, std::move(deps));
    ONWARD_ASSERT_OK(server);
    server_ = *std::move(server);
    channel_ = server_->InProcessChannel();
    for (const char* id : {"alpha", "beta", "beta-two"}) {
      v1::CreateInventoryRequest request;
      request.set_id(id);
      ASSERT_TRUE(Call("/onward.v1.Admin/CreateInventory", request, "everywhere").ok());
    }
  }

  void WritePolicy(const std::string& text) const { std::ofstream(policy_file_) << text; }

  // Any method, whether it streams or not. The last answer goes to `answer`.
  grpc::Status Call(const std::string& path, const google::protobuf::Message& request,
                    const std::string& as, google::protobuf::Message* answer = nullptr,
                    std::string* all_bytes = nullptr) const {
    grpc::GenericStub stub(channel_);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    if (!as.empty()) {
      context.AddMetadata("authorization", as);
    }
    grpc::CompletionQueue queue;
    void* tag = nullptr;
    bool ok = false;
    const auto wait = [&] { return queue.Next(&tag, &ok) && ok; };
    auto call = stub.PrepareCall(&context, path, &queue);
    call->StartCall(nullptr);
    wait();
    call->WriteLast(BytesOf(request), grpc::WriteOptions(), nullptr);
    wait();
    grpc::ByteBuffer buffer;
    call->Read(&buffer, nullptr);
    while (wait()) {
      grpc::Slice slice;
      buffer.DumpToSingleSlice(&slice);
      if (all_bytes != nullptr) {
        all_bytes->append(reinterpret_cast<const char*>(slice.begin()), slice.size());
      }
      if (answer != nullptr) {
        answer->ParseFromArray(slice.begin(), static_cast<int>(slice.size()));
      }
      call->Read(&buffer, nullptr);
    }
    grpc::Status status;
    call->Finish(&status, nullptr);
    wait();
    if (all_bytes != nullptr) {
      *all_bytes += status.error_message() + status.error_details();
      for (const auto& [key, value] : context.GetServerTrailingMetadata()) {
        all_bytes->append(value.data(), value.size());
      }
    }
    return status;
  }

  grpc::Status Call(const MethodDescriptor& method, const std::string& inventory,
                    const std::string& as) const {
    return Call(PathOf(method), *RequestOf(method, inventory), as);
  }

  testing::TempFolder folder_;
  std::string policy_file_;
  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  testing::FakeClock clock_{Date::Of(2026, 11, 22)};
  TestAuthenticator authenticator_;
  std::ostringstream logged_;
  Log log_{"json", "debug", std::make_shared<spdlog::sinks::ostream_sink_mt>(logged_)};
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

TEST(AccessOptionTest, EveryMethodSaysWhatItAsksOfItsCaller) {
  for (const MethodDescriptor* method : Methods()) {
    ASSERT_TRUE(method->options().HasExtension(v1::access)) << NameOf(*method);
    const v1::Access& access = method->options().GetExtension(v1::access);
    EXPECT_NE(access.permission(), v1::PERMISSION_UNSPECIFIED) << NameOf(*method);
    const auto& input = *method->input_type();
    if (!access.inventory_field().empty()) {
      EXPECT_NE(input.FindFieldByName(access.inventory_field()), nullptr) << NameOf(*method);
    } else {
      EXPECT_EQ(input.FindFieldByName("inventory"), nullptr)
          << NameOf(*method) << " names an inventory and does not say so";
    }
    EXPECT_EQ(WhoMay().count(NameOf(*method)), 1U) << NameOf(*method) << " is not in the table";
  }
  EXPECT_EQ(Methods().size(), WhoMay().size());
}

TEST_F(ServerAccessTest, EachRoleMayWhatTheTableSaysAndNothingElse) {
  for (const MethodDescriptor* method : Methods()) {
    const std::string may = WhoMay().at(NameOf(*method));
    for (const std::string& role : Roles()) {
      SCOPED_TRACE(NameOf(*method) + " as " + role);
      const grpc::Status status = Call(*method, "alpha", role);
      const std::string reason = ErrorOf(status).reason();
      EXPECT_NE(status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
      if (absl::StrContains(may, role)) {
        EXPECT_NE(status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
        EXPECT_NE(reason, "INVENTORY_NOT_FOUND");
        continue;
      }
      const v1::Access& access = method->options().GetExtension(v1::access);
      const bool unseen =
          role == "operator" && !access.inventory_field().empty() && !access.creates();
      EXPECT_EQ(status.error_code(),
                unseen ? grpc::StatusCode::NOT_FOUND : grpc::StatusCode::PERMISSION_DENIED);
      EXPECT_EQ(reason, unseen ? "INVENTORY_NOT_FOUND" : "PERMISSION_DENIED");
      if (!unseen) {
        EXPECT_EQ("PERMISSION_" + ErrorOf(status).metadata().at("permission"),
                  v1::Permission_Name(access.permission()));
      }
    }
  }
}

TEST_F(ServerAccessTest, NobodyMayAnythingWithoutSayingWhoHeIs) {
  for (const MethodDescriptor* method : Methods()) {
    const grpc::Status status = Call(*method, "alpha", "");
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED) << NameOf(*method);
    EXPECT_EQ(ErrorOf(status).reason(), "UNAUTHENTICATED") << NameOf(*method);
  }
}

TEST_F(ServerAccessTest, WhomNoRuleMatchesMayNothing) {
  for (const MethodDescriptor* method : Methods()) {
    const grpc::StatusCode code = Call(*method, "alpha", "stranger").error_code();
    EXPECT_TRUE(code == grpc::StatusCode::PERMISSION_DENIED || code == grpc::StatusCode::NOT_FOUND)
        << NameOf(*method) << " " << code;
  }
}

TEST_F(ServerAccessTest, AForeignInventoryCannotBeToldFromOneThatIsNotThere) {
  for (const MethodDescriptor* method : Methods()) {
    const v1::Access& access = method->options().GetExtension(v1::access);
    if (access.inventory_field().empty()) {
      continue;
    }
    for (const std::string role : {"viewer", "editor", "auditor", "admin", "operator"}) {
      SCOPED_TRACE(NameOf(*method) + " as " + role);
      // Names of one length: nothing else may differ.
      const grpc::Status foreign = Call(*method, "beta", role);
      const grpc::Status absent = Call(*method, "zeta", role);
      EXPECT_EQ(foreign.error_code(), access.creates() ? grpc::StatusCode::PERMISSION_DENIED
                                                       : grpc::StatusCode::NOT_FOUND);
      EXPECT_EQ(foreign.error_code(), absent.error_code());
      const auto same_name = [](const std::string& text) {
        return absl::StrReplaceAll(text, {{"beta", "zeta"}});
      };
      EXPECT_EQ(same_name(foreign.error_message()), absent.error_message());
      EXPECT_EQ(same_name(foreign.error_details()), absent.error_details());
    }
  }
  // The words are those of an inventory that is truly absent, for whom may see all.
  v1::ListRequest list;
  list.set_inventory("zeta");
  const grpc::Status denied = Call("/onward.v1.Inventory/List", list, "viewer");
  const grpc::Status absent = Call("/onward.v1.Inventory/List", list, "everywhere");
  EXPECT_EQ(denied.error_message(), absent.error_message());
  EXPECT_EQ(denied.error_details(), absent.error_details());
}

TEST_F(ServerAccessTest, ListsTellEachCallerOfHisOwnInventories) {
  const auto listed = [&](const std::string& as) {
    v1::ListInventoriesResponse response;
    EXPECT_TRUE(
        Call("/onward.v1.Admin/ListInventories", v1::ListInventoriesRequest(), as, &response).ok());
    std::vector<std::string> ids;
    for (const auto& inventory : response.inventories()) {
      ids.push_back(inventory.id());
    }
    v1::StatsResponse stats;
    EXPECT_TRUE(Call("/onward.v1.Admin/Stats", v1::StatsRequest(), as, &stats).ok());
    std::vector<std::string> counted;
    for (const auto& inventory : stats.inventories()) {
      counted.push_back(inventory.id());
    }
    EXPECT_EQ(ids, counted);
    return ids;
  };
  EXPECT_THAT(listed("viewer"), ElementsAre("alpha"));
  EXPECT_THAT(listed("beta/anybody"), ElementsAre("beta", "beta-two"));
  EXPECT_THAT(listed("operator"), IsEmpty());
  EXPECT_THAT(listed("everywhere"), ElementsAre("alpha", "beta", "beta-two", "default"));
}

// A text that is in every record and every comment of another inventory, and in its name.
constexpr char kCanary[] = "canary7f3a";
constexpr char kOther[] = "of-canary7f3a";

v1::ApplyRequest CanaryRecords() {
  v1::ApplyRequest request;
  request.set_inventory(kOther);
  request.set_request_id(absl::StrCat("request-", kCanary));
  request.set_comment(absl::StrCat("comment ", kCanary));
  request.set_author(absl::StrCat("author ", kCanary));
  for (const char* id : {"a", "b", "c"}) {
    v1::Party* party = request.add_mutations()->mutable_upsert()->mutable_party();
    party->set_id(absl::StrCat(kCanary, "-", id));
    party->set_display_name(absl::StrCat("Name ", kCanary));
    party->set_establishment("US");
  }
  v1::Flow* flow = request.add_mutations()->mutable_upsert()->mutable_flow();
  flow->set_id(absl::StrCat(kCanary, "-flow"));
  flow->set_exporter(absl::StrCat(kCanary, "-a"));
  flow->set_importer(absl::StrCat(kCanary, "-b"));
  flow->add_data_categories("contact.email");
  return request;
}

// Without what the caller has said himself.
std::string WithoutOther(const std::string& text) {
  return absl::StrReplaceAll(text, {{kOther, ""}});
}

TEST_F(ServerAccessTest, NoByteOfAnotherInventoryIsInAnyAnswerErrorOrLogLine) {
  v1::CreateInventoryRequest create;
  create.set_id(kOther);
  ASSERT_TRUE(Call("/onward.v1.Admin/CreateInventory", create, "everywhere").ok());
  v1::ApplyResponse applied;
  ASSERT_TRUE(Call("/onward.v1.Inventory/Apply", CanaryRecords(), "everywhere", &applied).ok());
  v1::ListRequest list;
  list.set_inventory(kOther);
  list.set_kind(v1::RECORD_KIND_PARTY);
  list.set_page_size(1);
  v1::ListResponse listed;
  ASSERT_TRUE(Call("/onward.v1.Inventory/List", list, "everywhere", &listed).ok());
  ASSERT_FALSE(listed.next_page_token().empty());
  log_.Flush();
  logged_.str("");
  for (const MethodDescriptor* method : Methods()) {
    for (const std::string as : {"viewer", "admin", "operator", "beta/x", "stranger", ""}) {
      for (const char* inventory : {"alpha", kOther}) {
        for (const bool with_tokens : {false, true}) {
          const auto request = RequestOf(*method, inventory);
          if (with_tokens) {
            SetText(*request, "page_token", listed.next_page_token());
            SetText(*request, "cursor", listed.next_page_token());
            SetText(*request, "after_token", applied.stamp().token());
            SetToken(*request, applied.stamp().token());
          }
          std::string bytes;
          Call(PathOf(*method), *request, as, nullptr, &bytes);
          EXPECT_EQ(WithoutOther(bytes).find(kCanary), std::string::npos)
              << NameOf(*method) << " as " << as << " in " << inventory;
        }
      }
    }
  }
  log_.Flush();
  EXPECT_EQ(WithoutOther(logged_.str()).find(kCanary), std::string::npos);
  EXPECT_THAT(logged_.str(), HasSubstr("PERMISSION_DENIED"));
  EXPECT_THAT(logged_.str(), HasSubstr("spiffe://test/viewer"));
  EXPECT_THAT(logged_.str(), HasSubstr("UNAUTHENTICATED"));
}

TEST_F(ServerAccessTest, TheHistoryNamesWhoWasProvedToWrite) {
  v1::ApplyRequest request;
  request.set_inventory("alpha");
  request.set_request_id("one");
  request.set_author("somebody else");
  v1::Party* party = request.add_mutations()->mutable_upsert()->mutable_party();
  party->set_id("acme");
  party->set_establishment("FI");
  ASSERT_TRUE(Call("/onward.v1.Inventory/Apply", request, "editor").ok());
  v1::HistoryRequest history;
  history.set_inventory("alpha");
  v1::HistoryResponse response;
  ASSERT_TRUE(Call("/onward.v1.Inventory/History", history, "viewer", &response).ok());
  ASSERT_FALSE(response.revisions().empty());
  EXPECT_EQ(response.revisions(0).author(), "spiffe://test/editor (somebody else)");
}

TEST_F(ServerAccessTest, APolicyIsTakenUpWhenItIsGoodAndTheOldOneStaysWhenNot) {
  v1::ListRequest list;
  list.set_inventory("alpha");
  list.set_kind(v1::RECORD_KIND_PARTY);
  const auto code = [&](const std::string& as) {
    return Call("/onward.v1.Inventory/List", list, as).error_code();
  };
  EXPECT_EQ(code("viewer"), grpc::StatusCode::OK);
  EXPECT_EQ(code("new"), grpc::StatusCode::NOT_FOUND);
  WritePolicy("kind: AccessPolicy\ncallers:\n- {spiffe: 'spiffe://test/new', grants: []}\n");
  server_->Reload();
  EXPECT_EQ(code("viewer"), grpc::StatusCode::OK);
  EXPECT_EQ(code("new"), grpc::StatusCode::NOT_FOUND);
  WritePolicy(
      "kind: AccessPolicy\ncallers:\n- {spiffe: 'spiffe://test/new', grants: [{role: VIEWER, "
      "inventories: ['*']}]}\n");
  server_->Reload();
  EXPECT_EQ(code("viewer"), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(code("new"), grpc::StatusCode::OK);
}

}  // namespace
}  // namespace onward::services
