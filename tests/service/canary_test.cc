// Two inventories, and texts that stand in one of them alone: in ids, names, notes, contacts, comments and the inventory's own name. No
// byte of them is in an answer, an error, a line of the log or a metric that a caller of the other one gets, whichever method he
// calls and whatever he guesses.
#include <gmock/gmock.h>
#include <spdlog/sinks/ostream_sink.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "onward/v1/access.pb.h"
#include "onward/v1/admin_service.pb.h"
#include "onward/v1/inventory_service.pb.h"
#include "services/audit/key_file.h"
#include "services/identity/authenticator.h"
#include "services/logging.h"
#include "services/server.h"
#include "storage/rocksdb/backup.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "tests/service/any_call.h"
#include "tests/service/requests.h"
#include "tests/support/fake_clock.h"
#include "tests/support/law.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_folder.h"

namespace onward::service_test {
namespace {

using google::protobuf::MethodDescriptor;
using ::testing::HasSubstr;

constexpr char kOwn[] = "own";
// In everything of the other inventory; as long as kAbsent.
constexpr char kCanary[] = "canary7f3a";
constexpr char kAbsent[] = "absent7f3a";
constexpr char kOther[] = "of-canary7f3a";

constexpr char kCanaryPolicy[] = R"(kind: AccessPolicy
callers:
- {spiffe: "spiffe://test/viewer", grants: [{role: VIEWER, inventories: ["own*"]}]}
- {spiffe: "spiffe://test/editor", grants: [{role: EDITOR, inventories: ["own*"]}]}
- {spiffe: "spiffe://test/auditor", grants: [{role: AUDITOR, inventories: ["own*"]}]}
- {spiffe: "spiffe://test/admin", grants: [{role: INVENTORY_ADMIN, inventories: ["own*"]}]}
- {spiffe: "spiffe://test/operator", grants: [{role: OPERATOR}]}
- {spiffe: "spiffe://test/other", grants: [{role: INVENTORY_ADMIN, inventories: ["of-*"]}]}
)";

// A record of each kind, with {text} wherever a text may stand.
constexpr char kRecords[] = R"(
  inventory: "{inventory}" request_id: "{id}-records" comment: "comment {text}" author: "author {text}"
  mutations { upsert { category { id: "{id}-category" name: "category {text}" parent: "contact" } } }
  mutations { upsert { party {
    id: "{id}-from" display_name: "display {text}" legal_name: "legal {text}" establishment: "FI"
    other_names { name: "other {text}" language: "sv" } identifiers { scheme: "vat" value: "{text}" }
    contacts { role: CONTACT_ROLE_DPO name: "person {text}" email: "{id}@example.test" phone: "+1 {text}"
               address: "street {text}" }
    labels { key: "note" value: "label {text}" }
    sources { document: "{id}.pdf" section: "section {text}" grade: SOURCE_GRADE_PUBLISHED } } } }
  mutations { upsert { party { id: "{id}-to" display_name: "vendor {text}" establishment: "US" } } }
  mutations { upsert { party { id: "{id}-far" display_name: "far {text}" establishment: "IN" } } }
  mutations { upsert { location { id: "{id}-site" country: "US" name: "site {text}" operator: "{id}-to" } } }
  mutations { upsert { activity {
    id: "{id}-activity" name: "activity {text}" controllers: "{id}-from" purposes: "purpose {text}"
    data_categories: "contact.email" security_measures: "measure {text}" } } }
  mutations { upsert { agreement {
    id: "{id}-agreement" name: "agreement {text}" parties: "{id}-from" parties: "{id}-to" signed_on: "2023-01-01"
    instruments: "scc-2021-914-m2" evidence { uri: "https://{id}.example/{id}.pdf" } } } }
  mutations { upsert { flow {
    id: "{id}-flow" exporter: "{id}-from" importer: "{id}-to" exporter_role: ROLE_CONTROLLER
    importer_role: ROLE_PROCESSOR activities: "{id}-activity" data_categories: "contact.email"
    data_categories: "{id}-category" purposes: "purpose {text}" sites { location: "{id}-site" }
    agreements: "{id}-agreement" labels { key: "note" value: "{text}" } } } }
  mutations { upsert { flow {
    id: "{id}-further" exporter: "{id}-to" importer: "{id}-far" exporter_role: ROLE_PROCESSOR
    importer_role: ROLE_SUB_PROCESSOR data_categories: "ALL_RECEIVED" } } }
  mutations { upsert { triage {
    id: "{id}-triage" finding: "TRANSFER_LACKING" subject: "flow/{id}-further" decision: TRIAGE_DECISION_FALSE_POSITIVE
    reason: "reason {text}" owner: "owner {text}" } } }
  mutations { upsert { policy { id: "inventory" justification: "why {text}" owner: "owner {text}" } } })";

Words CanaryWords(const std::string& inventory, const std::string& id, const std::string& text) {
  Words words = WordsOf(inventory, id + "-from", id + "-to");
  words["id"] = id;
  words["text"] = text;
  words["flow"] = id + "-flow";
  words["written"] = id + "-written";
  return words;
}

// As text, and as it looks inside base64 wherever it begins there.
std::vector<std::string> Forms(const std::string& text) {
  std::vector<std::string> forms = {text, absl::BytesToHexString(text)};
  for (size_t before = 0; before < 3; ++before) {
    const std::string padded = std::string(before, 'x') + text;
    const std::string whole = padded.substr(0, padded.size() / 3 * 3);
    // The first four characters tell of what stands before.
    forms.push_back(absl::WebSafeBase64Escape(whole).substr(before == 0 ? 0 : 4));
  }
  return forms;
}

bool Tells(const std::string& bytes, const std::string& text) {
  for (const std::string& form : Forms(text)) {
    if (absl::StrContains(bytes, form)) {
      return true;
    }
  }
  return false;
}

// Maps are sent in any order: the bytes, sorted.
std::string InAnyOrder(std::string bytes) {
  std::sort(bytes.begin(), bytes.end());
  return bytes;
}

// Without what the caller has said himself.
std::string WithoutOther(const std::string& bytes) {
  return absl::StrReplaceAll(bytes, {{kOther, ""}});
}

class NamedByToken final : public identity::Authenticator {
 public:
  absl::StatusOr<identity::PrincipalPtr> Authenticate(
      const identity::Evidence& evidence) const override {
    if (evidence.authorization.size() != 1) {
      return absl::UnauthenticatedError("no name");
    }
    return std::make_shared<const identity::Principal>(
        identity::Principal{identity::Proof::kCertificate,
                            "spiffe://test/" + std::string(evidence.authorization.front())});
  }
};

class CanaryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto store = storage::OpenRocksDb(folder_.path() + "/store", {});
    ONWARD_ASSERT_OK(store);
    store_ = *std::move(store);
    auto backups = storage::OpenBackups(store_.get(), folder_.path() + "/backups");
    ONWARD_ASSERT_OK(backups);
    backups_ = *std::move(backups);
    ONWARD_ASSERT_OK(audit::WriteNewKey(folder_.path() + "/audit.key"));
    std::ofstream(folder_.path() + "/access.yaml") << kCanaryPolicy;
    services::Options options;
    options.listen = "";
    options.workers = 4;
    options.access_policy = folder_.path() + "/access.yaml";
    options.audit_key = folder_.path() + "/audit.key";
    options.metrics_listen = "127.0.0.1:0";
    options.slow_question_ms = 1;
    services::ServerDeps deps;
    deps.store = store_.get();
    deps.backups = backups_.get();
    deps.clock = &clock_;
    deps.law = testing::TheLoadedRegister();
    deps.authenticator = &authenticator_;
    deps.log = &log_;
    auto server = services::Server::Start(options, std::move(deps));
    ONWARD_ASSERT_OK(server);
    server_ = *std::move(server);
    channel_ = server_->InProcessChannel();
    Fill(CanaryWords(kOwn, kOwn, "own text"), "admin");
    Fill(CanaryWords(kOther, kCanary, absl::StrCat(kCanary, " text")), "other");
    NoteTokens();
    ForgetLog();
  }

  Reply Ask(const MethodDescriptor& method, const std::vector<std::string>& requests,
            const std::string& as) const {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    if (!as.empty()) {
      context.AddMetadata("authorization", as);
    }
    // An empty watch goes on for ever.
    const size_t enough = NameOf(method) == "Inventory.Watch" ? 1 : kAllMessages;
    return CallAny(channel_, method, requests, context, enough);
  }
  Reply Ask(const MethodDescriptor& method, Words words, const std::string& as) {
    words["once"] = absl::StrCat("n", ++asked_);
    const auto request = RequestFor(method, words);
    EXPECT_TRUE(request.has_value()) << NameOf(method) << " has no request in tests/service";
    return Ask(method, {request.value_or("")}, as);
  }

  void Fill(const Words& words, const std::string& as) {
    v1::CreateInventoryRequest create;
    create.set_id(words.at("inventory"));
    create.set_display_name(words.at("text"));
    ASSERT_TRUE(
        Ask(MethodNamed("Admin.CreateInventory"), {create.SerializeAsString()}, as).status.ok());
    const Reply applied = Ask(MethodNamed("Inventory.Apply"),
                              {BytesOfText(*v1::ApplyRequest::descriptor(), kRecords, words)}, as);
    ASSERT_TRUE(applied.status.ok()) << applied.status.error_message();
    Words second = words;
    second["dry"] = "false";
    ASSERT_TRUE(Ask(MethodNamed("Inventory.Apply"), second, as).status.ok());
  }
  // Tokens that the other inventory's caller holds.
  void NoteTokens() {
    v1::ListRequest list;
    list.set_inventory(kOther);
    list.set_kind(v1::RECORD_KIND_PARTY);
    list.set_page_size(1);
    const Reply reply = Ask(MethodNamed("Inventory.List"), {list.SerializeAsString()}, "other");
    ASSERT_TRUE(reply.status.ok());
    v1::ListResponse listed;
    ASSERT_TRUE(listed.ParseFromString(reply.messages.front()));
    ASSERT_FALSE(listed.next_page_token().empty());
    page_token_ = listed.next_page_token();
    token_ = listed.stamp().token();
  }
  // With tokens of the other inventory wherever one may stand.
  std::string WithTokens(const MethodDescriptor& method, const std::string& request) const {
    const auto message = Parsed(*method.input_type(), request);
    const auto* type = message->GetDescriptor();
    for (const auto& [name, token] : std::map<std::string, std::string>{
             {"page_token", page_token_}, {"cursor", page_token_}, {"after_token", token_}}) {
      if (const auto* field = type->FindFieldByName(name); field != nullptr) {
        message->GetReflection()->SetString(message.get(), field, token);
      }
    }
    if (const auto* field = type->FindFieldByName("consistency"); field != nullptr) {
      auto* consistency = static_cast<v1::Consistency*>(
          message->GetReflection()->MutableMessage(message.get(), field));
      consistency->set_at_least_as_fresh(token_);
    }
    return message->SerializeAsString();
  }

  std::string Logged() {
    log_.Flush();
    return logged_.str();
  }
  void ForgetLog() {
    log_.Flush();
    logged_.str("");
  }
  std::string MetricsText() const {
    server_->CountVerdicts();
    std::string text;
    for (const metrics::Family& family : server_->Metrics()) {
      text += std::string(family.metric->name) + "\n";
      for (const metrics::Sample& sample : family.samples) {
        for (const auto& [name, value] : sample.labels) {
          absl::StrAppend(&text, name, "=", value, "\n");
        }
      }
    }
    return text;
  }

  testing::TempFolder folder_;
  testing::FakeClock clock_{Date::Of(2026, 11, 22)};
  NamedByToken authenticator_;
  std::ostringstream logged_;
  services::Log log_{"json", "debug", std::make_shared<spdlog::sinks::ostream_sink_mt>(logged_)};
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<storage::Backups> backups_;
  std::unique_ptr<services::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::string page_token_;
  std::string token_;
  int asked_ = 0;
};

// Who may call what is another test's; here it counts that each method has answered somebody with more than an error.
TEST_F(CanaryTest, NoAnswerAboutOnesOwnInventoryTellsOfTheOther) {
  // Refused to everybody here, whatever is asked.
  const std::set<std::string> kRefused = {"Law.PutRegister", "Admin.ImportInventory"};
  const Words words = CanaryWords(kOwn, kOwn, "own text");
  for (const MethodDescriptor* method : Methods()) {
    SCOPED_TRACE(NameOf(*method));
    std::string refusals;
    bool answered = kRefused.count(NameOf(*method)) > 0;
    for (const char* as : {"viewer", "editor", "auditor", "admin", "operator", "stranger", ""}) {
      const Reply reply = Ask(*method, words, as);
      answered = answered || reply.status.ok() || reply.enough;
      absl::StrAppend(&refusals, as, ": ", reply.status.error_message(), "\n");
      EXPECT_FALSE(Tells(reply.Bytes(), kCanary)) << as;
    }
    EXPECT_TRUE(answered) << refusals;
  }
  EXPECT_FALSE(Tells(Logged(), kCanary));
  EXPECT_THAT(Logged(), HasSubstr("spiffe://test/viewer"));
  EXPECT_FALSE(Tells(MetricsText(), kCanary));
  EXPECT_THAT(MetricsText(), HasSubstr("onward_inventory_head_revision"));
}

TEST_F(CanaryTest, AnInventoryThatIsExportedAndReadAgainTellsNothingOfTheOther) {
  v1::ExportInventoryRequest ask;
  ask.set_inventory(kOwn);
  const Reply file = Ask(MethodNamed("Admin.ExportInventory"), {ask.SerializeAsString()}, "admin");
  ASSERT_TRUE(file.status.ok()) << file.status.error_message();
  EXPECT_FALSE(Tells(file.Bytes(), kCanary));
  std::vector<std::string> pieces;
  for (const std::string& message : file.messages) {
    v1::ExportInventoryResponse piece;
    ASSERT_TRUE(piece.ParseFromString(message));
    v1::ImportInventoryRequest next;
    next.set_inventory(pieces.empty() ? "own-again" : "");
    next.set_data(piece.data());
    pieces.push_back(next.SerializeAsString());
  }
  const Reply read = Ask(MethodNamed("Admin.ImportInventory"), pieces, "admin");
  EXPECT_TRUE(read.status.ok()) << read.status.error_message();
  EXPECT_FALSE(Tells(read.Bytes(), kCanary));
}

TEST_F(CanaryTest, WhoAsksForTheOtherInventoryIsToldOnlyWhatHeSaid) {
  const Words words = CanaryWords(kOther, kOwn, "own text");
  for (const MethodDescriptor* method : Methods()) {
    const v1::Access& access = method->options().GetExtension(v1::access);
    if (access.inventory_field().empty()) {
      continue;
    }
    const std::string request = *RequestFor(*method, words);
    for (const char* as : {"viewer", "editor", "auditor", "admin", "operator", "stranger", ""}) {
      for (const std::string& asked : {request, WithTokens(*method, request)}) {
        SCOPED_TRACE(absl::StrCat(NameOf(*method), " as ", as));
        const Reply reply = Ask(*method, {asked}, as);
        EXPECT_FALSE(reply.status.ok());
        EXPECT_TRUE(reply.messages.empty());
        EXPECT_FALSE(Tells(WithoutOther(reply.Bytes()), kCanary));
      }
    }
  }
  EXPECT_FALSE(Tells(WithoutOther(Logged()), kCanary));
}

// With the ids and tokens of the other inventory in questions about one's own: the answer is that to ids which are nowhere.
TEST_F(CanaryTest, AGuessedIdIsAnsweredAsOneThatIsNowhere) {
  const Words guess = CanaryWords(kOwn, kCanary, "own text");
  const Words absent = CanaryWords(kOwn, kAbsent, "own text");
  const auto same_name = [](const std::string& bytes) {
    return absl::StrReplaceAll(bytes, {{kCanary, kAbsent}});
  };
  for (const MethodDescriptor* method : Methods()) {
    const v1::Access& access = method->options().GetExtension(v1::access);
    if (access.inventory_field().empty() || access.creates()) {
      continue;
    }
    SCOPED_TRACE(NameOf(*method));
    const Reply one = Ask(*method, {*RequestFor(*method, guess)}, "admin");
    const Reply two = Ask(*method, {*RequestFor(*method, absent)}, "admin");
    EXPECT_EQ(one.status.error_code(), two.status.error_code());
    EXPECT_EQ(same_name(one.status.error_message()), two.status.error_message());
    EXPECT_EQ(InAnyOrder(same_name(one.status.error_details())),
              InAnyOrder(two.status.error_details()));
    ASSERT_EQ(one.messages.size(), two.messages.size());
    for (size_t i = 0; i < one.messages.size(); ++i) {
      EXPECT_EQ(InAnyOrder(same_name(one.messages[i])), InAnyOrder(two.messages[i]));
    }
    const Reply with_tokens =
        Ask(*method, {WithTokens(*method, *RequestFor(*method, absent))}, "admin");
    EXPECT_FALSE(Tells(with_tokens.Bytes(), kCanary));
  }
}

// What its own callers do is logged by method, inventory and id, never with what records say.
TEST_F(CanaryTest, NoNameNoteOrContactIsInTheLog) {
  const std::string secret = "secret5e1b";
  Words words = CanaryWords("of-secret", "plain", secret);
  Fill(words, "other");
  for (const MethodDescriptor* method : Methods()) {
    for (const char* dry : {"true", "false"}) {
      words["dry"] = dry;
      Ask(*method, words, "other");
      Ask(*method, words, "operator");
    }
  }
  EXPECT_THAT(Logged(), HasSubstr("of-secret"));
  EXPECT_FALSE(Tells(Logged(), secret));
  EXPECT_FALSE(Tells(MetricsText(), secret));
}

}  // namespace
}  // namespace onward::service_test
