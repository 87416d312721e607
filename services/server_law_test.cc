// The law register over the wire: put, read back, restarted, refused.
#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <functional>
#include <map>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "onward/v1/admin_service.grpc.pb.h"
#include "onward/v1/inventory_service.grpc.pb.h"
#include "onward/v1/law_service.grpc.pb.h"
#include "onward/v1/transfers_service.grpc.pb.h"
#include "services/law_version.h"
#include "services/server.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "tests/support/fake_clock.h"
#include "tests/support/law.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_folder.h"

namespace onward::services {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Key;
using ::testing::Pair;

struct Error {
  grpc::StatusCode code = grpc::StatusCode::OK;
  std::string reason;
  // Descriptions by field.
  std::map<std::string, std::string> violations;
};

Error ErrorOf(const grpc::Status& status) {
  Error error{status.error_code(), "", {}};
  google::rpc::Status details;
  details.ParseFromString(status.error_details());
  for (const auto& detail : details.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::BadRequest bad;
    if (detail.UnpackTo(&info)) {
      error.reason = info.reason();
    } else if (detail.UnpackTo(&bad)) {
      for (const auto& violation : bad.field_violations()) {
        error.violations[violation.field()] = violation.description();
      }
    }
  }
  return error;
}

v1::LawRegister BuiltIn(const std::string& version) {
  v1::LawRegister law = *testing::TheLoadedRegister().message;
  law.set_version(version);
  return law;
}

v1::AdequacyDecision& DecisionIn(v1::LawRegister& law, const std::string& id) {
  return *std::find_if(law.mutable_decisions()->begin(), law.mutable_decisions()->end(),
                       [&](const auto& decision) { return decision.id() == id; });
}

v1::LawRegister WithoutArgentina(const std::string& version) {
  v1::LawRegister law = BuiltIn(version);
  auto& list = *law.mutable_decisions();
  list.erase(std::remove_if(list.begin(), list.end(),
                            [](const auto& decision) {
                              return decision.countries_size() == 1 &&
                                     decision.countries(0) == "AR";
                            }),
             list.end());
  return law;
}

// A server on a folder, stopped and started again at will.
class ServerLawTest : public ::testing::Test {
 protected:
  ServerLawTest() { Start(); }

  void Start() {
    law_.reset();
    server_.reset();
    store_.reset();
    auto store = storage::OpenRocksDb(folder_.path(), {});
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
    ServerDeps deps;
    deps.store = store_.get();
    deps.clock = &clock_;
    deps.law = testing::TheLoadedRegister();
    Options options;
    options.store = "memory";
    options.listen = "127.0.0.1:0";
    options.workers = 2;
    auto server = Server::Start(options, deps);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    channel_ = grpc::CreateChannel(server_->address(), grpc::InsecureChannelCredentials());
    law_ = v1::Law::NewStub(channel_);
  }

  grpc::Status Put(const v1::LawRegister& law, v1::PutRegisterResponse* response = nullptr,
                   bool dry_run = false, const std::string& expected = "") {
    v1::PutRegisterRequest request;
    *request.mutable_register_() = law;
    request.set_dry_run(dry_run);
    request.set_expected_version(expected);
    request.set_comment("a comment");
    v1::PutRegisterResponse own;
    grpc::ClientContext context;
    return law_->PutRegister(&context, request, response == nullptr ? &own : response);
  }
  v1::GetRegisterResponse Get(const std::string& version = "") {
    v1::GetRegisterRequest request;
    request.set_version(version);
    v1::GetRegisterResponse response;
    grpc::ClientContext context;
    const grpc::Status status = law_->GetRegister(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  // Versions, the one in effect marked.
  std::vector<std::string> Versions() {
    v1::ListRegisterVersionsRequest request;
    request.set_page_size(1);
    std::vector<std::string> versions;
    do {
      v1::ListRegisterVersionsResponse response;
      grpc::ClientContext context;
      EXPECT_TRUE(law_->ListRegisterVersions(&context, request, &response).ok());
      for (const auto& info : response.versions()) {
        versions.push_back(info.version() + (info.in_effect() ? "*" : ""));
      }
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    return versions;
  }

  // An exporter in Finland, an importer in Argentina.
  void WriteArgentina(const std::string& inventory) {
    if (inventory != "default") {
      v1::CreateInventoryRequest create;
      create.set_id(inventory);
      v1::CreateInventoryResponse created;
      grpc::ClientContext context;
      ASSERT_TRUE(v1::Admin::NewStub(channel_)->CreateInventory(&context, create, &created).ok());
    }
    v1::ApplyRequest apply;
    apply.set_inventory(inventory);
    apply.set_request_id("argentina");
    for (const auto& [id, place] : {std::pair("acme", "FI"), std::pair("vendor", "AR")}) {
      v1::Party* party = apply.add_mutations()->mutable_upsert()->mutable_party();
      party->set_id(id);
      party->set_display_name(id);
      party->set_establishment(place);
    }
    v1::Flow* flow = apply.add_mutations()->mutable_upsert()->mutable_flow();
    flow->set_id("acme-to-vendor");
    flow->set_exporter("acme");
    flow->set_importer("vendor");
    flow->set_exporter_role(v1::ROLE_CONTROLLER);
    flow->set_importer_role(v1::ROLE_PROCESSOR);
    flow->add_data_categories("contact.email");
    v1::ApplyResponse response;
    grpc::ClientContext context;
    const grpc::Status status = v1::Inventory::NewStub(channel_)->Apply(&context, apply, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
  // Law version and verdict of one answer.
  std::string Asked(const std::string& inventory) {
    v1::CheckRequest request;
    request.set_inventory(inventory);
    request.mutable_question()->set_from("acme");
    request.mutable_question()->set_to("vendor");
    v1::CheckResponse response;
    grpc::ClientContext context;
    const grpc::Status status =
        v1::Transfers::NewStub(channel_)->Check(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.stamp().law_version() + " " + v1::Verdict_Name(response.answer().verdict());
  }

  const std::string built_in_ = testing::TheRegister()->version();
  std::shared_ptr<grpc::Channel> channel_;

 private:
  const testing::TempFolder folder_;
  testing::FakeClock clock_{Date::Of(2026, 11, 22)};
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<v1::Law::Stub> law_;
};

TEST_F(ServerLawTest, APutChangesEveryInventoryAtOnceAndOutlivesARestart) {
  WriteArgentina("default");
  WriteArgentina("other");
  EXPECT_EQ(Asked("default"), built_in_ + " VERDICT_COVERED");
  v1::PutRegisterResponse put;
  const v1::LawRegister law = WithoutArgentina("2027-01-01");
  ASSERT_TRUE(Put(law, &put, false, built_in_).ok());
  EXPECT_EQ(put.stamp().law_version(), "2027-01-01");
  EXPECT_EQ(put.stamp().as_of(), "2026-11-22");
  EXPECT_TRUE(put.info().in_effect());
  EXPECT_EQ(put.info().comment(), "a comment");
  EXPECT_TRUE(put.info().has_put_at());
  ASSERT_EQ(put.impacts_size(), 2);
  EXPECT_EQ(put.impacts(0).inventory(), "default");
  EXPECT_EQ(put.impacts(1).newly_lacking(), 1U);
  for (int start = 0; start < 2; ++start) {
    EXPECT_EQ(Asked("default"), "2027-01-01 VERDICT_LACKING");
    EXPECT_EQ(Asked("other"), "2027-01-01 VERDICT_LACKING");
    EXPECT_THAT(Versions(), ElementsAre("2027-01-01*", built_in_));
    EXPECT_EQ(RegisterBytes(Get().register_()), RegisterBytes(law));
    EXPECT_EQ(Get(built_in_).register_().version(), built_in_);
    EXPECT_TRUE(Get(built_in_).info().built_in());
    EXPECT_EQ(Get("2027-01-01").info().sha256(), put.info().sha256());
    Start();
  }
}

TEST_F(ServerLawTest, RefusedRegistersLeaveEverythingUnchanged) {
  WriteArgentina("default");
  const std::string uk = "adq-GB-2021-1772";
  const struct {
    std::function<void(v1::LawRegister&)> change;
    std::string field;
    std::string words;
  } cases[] = {
      {[&](auto& law) { DecisionIn(law, uk).clear_source(); }, uk + ".source", "missing"},
      {[&](auto& law) { DecisionIn(law, uk).add_countries("QQ"); }, uk + ".countries[1]", "QQ"},
      {[&](auto& law) { DecisionIn(law, uk).set_until("2021-06-01"); }, uk + ".until", "after"},
      {[&](auto& law) { DecisionIn(law, uk).set_from("2021-02-30"); }, uk + ".from", "not a date"},
      {[&](auto& law) { *law.add_decisions() = DecisionIn(law, uk); }, uk + ".id", "already"},
      {[](auto& law) {
         auto& flow = *law.mutable_jurisdictions(0)->mutable_free_flow();
         flow.Add()->set_from("2020-01-01");
         flow.Add()->set_from("2019-01-01");
       },
       BuiltIn("x").jurisdictions(0).id() + ".free_flow[1].from", "overlap"},
      {[](auto& law) { law.clear_jurisdictions(); }, "register.jurisdictions", "missing"},
      {[](auto& law) { law.set_version("tomorrow"); }, "register.version", "not a date"}};
  for (const auto& one : cases) {
    v1::LawRegister law = BuiltIn("2027-01-01");
    one.change(law);
    const Error error = ErrorOf(Put(law));
    EXPECT_EQ(error.code, grpc::StatusCode::INVALID_ARGUMENT) << one.field;
    EXPECT_EQ(error.reason, "INVALID_REGISTER") << one.field;
    EXPECT_THAT(error.violations, Contains(Pair(one.field, HasSubstr(one.words)))) << one.field;
  }
  EXPECT_EQ(ErrorOf(Put(v1::LawRegister())).reason, "INVALID_REGISTER");
  EXPECT_EQ(ErrorOf(Put(WithoutArgentina(built_in_))).reason, "REGISTER_VERSION_EXISTS");
  EXPECT_EQ(ErrorOf(Put(BuiltIn("2027-01-01"), nullptr, false, "2020-01-01")).reason,
            "REGISTER_MOVED");
  EXPECT_EQ(Asked("default"), built_in_ + " VERDICT_COVERED");
  EXPECT_THAT(Versions(), ElementsAre(built_in_ + "*"));
}

TEST_F(ServerLawTest, EveryInconsistencyIsSaidAtOnce) {
  v1::LawRegister law = BuiltIn("2027-01-01");
  DecisionIn(law, "adq-GB-2021-1772").clear_source();
  law.mutable_instruments(0)->clear_source();
  law.mutable_jurisdictions(3)->set_parent("QQ");
  const Error error = ErrorOf(Put(law));
  EXPECT_THAT(error.violations, Contains(Key("adq-GB-2021-1772.source")));
  EXPECT_THAT(error.violations, Contains(Key(law.instruments(0).id() + ".source")));
  EXPECT_THAT(error.violations, Contains(Key(law.jurisdictions(3).id() + ".parent")));
}

TEST_F(ServerLawTest, ARegisterThatIsTooLargeIsRefused) {
  v1::LawRegister law = BuiltIn("2027-01-01");
  for (int i = 0; i < 500; ++i) {
    law.add_cases()->set_effect(std::string(7'000, 'x'));
  }
  EXPECT_EQ(ErrorOf(Put(law)).reason, "LIMIT_EXCEEDED");
}

TEST_F(ServerLawTest, UnknownVersionsAreNotFound) {
  v1::GetRegisterRequest request;
  request.set_version("2001-01-01");
  v1::GetRegisterResponse response;
  grpc::ClientContext context;
  const auto stub = v1::Law::NewStub(channel_);
  const Error error = ErrorOf(stub->GetRegister(&context, request, &response));
  EXPECT_EQ(error.code, grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(error.reason, "REGISTER_VERSION_NOT_FOUND");
}

// What no client of ours sends.
grpc::StatusCode PutRaw(const std::shared_ptr<grpc::Channel>& channel, const std::string& bytes) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  const grpc::Slice slice(bytes);
  const grpc::ByteBuffer in(&slice, 1);
  grpc::CompletionQueue queue;
  grpc::ByteBuffer out;
  grpc::Status status;
  auto call = stub.PrepareUnaryCall(&context, "/onward.v1.Law/PutRegister", in, &queue);
  call->StartCall();
  call->Finish(&out, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  return status.error_code();
}

TEST_F(ServerLawTest, TruncatedBytesAndOtherBytesAreRefused) {
  v1::PutRegisterRequest request;
  *request.mutable_register_() = BuiltIn("2027-01-01");
  const std::string whole = request.SerializeAsString();
  for (const std::string& bytes :
       {whole.substr(0, whole.size() / 2), whole.substr(0, whole.size() - 1),
        std::string("not the proto at all"), std::string(1'000, '\xff'), std::string()}) {
    EXPECT_NE(PutRaw(channel_, bytes), grpc::StatusCode::OK) << bytes.size();
  }
  EXPECT_THAT(Versions(), ElementsAre(built_in_ + "*"));
  EXPECT_EQ(PutRaw(channel_, whole), grpc::StatusCode::OK);
}

TEST_F(ServerLawTest, ListingsAsKnownOnADay) {
  const auto stub = v1::Law::NewStub(channel_);
  v1::ListDecisionsRequest decisions;
  decisions.add_codes("GB");
  decisions.set_as_of("2021-12-01");
  decisions.set_known_at("2021-12-01");
  v1::ListDecisionsResponse known;
  grpc::ClientContext decisions_context;
  ASSERT_TRUE(stub->ListDecisions(&decisions_context, decisions, &known).ok());
  EXPECT_EQ(known.stamp().law_known_at(), "2021-12-01");
  ASSERT_GE(known.decisions_size(), 1);
  EXPECT_EQ(known.decisions(0).until(), "2025-06-28");

  v1::ListInstrumentsRequest instruments;
  const auto has_2021 = [&](const std::string& known_at) {
    instruments.set_known_at(known_at);
    v1::ListInstrumentsResponse response;
    grpc::ClientContext context;
    EXPECT_TRUE(stub->ListInstruments(&context, instruments, &response).ok());
    return std::any_of(response.instruments().begin(), response.instruments().end(),
                       [](const auto& one) { return one.id() == "scc-2021-914-m2"; });
  };
  EXPECT_FALSE(has_2021("2021-06-06"));
  EXPECT_TRUE(has_2021("2021-06-07"));
  EXPECT_TRUE(has_2021(""));

  v1::ListJurisdictionsRequest places;
  places.add_codes("GI");
  const auto contested_from = [&](const std::string& known_at) {
    places.set_known_at(known_at);
    v1::ListJurisdictionsResponse response;
    grpc::ClientContext context;
    EXPECT_TRUE(stub->ListJurisdictions(&context, places, &response).ok());
    return response.jurisdictions(0).contested_from();
  };
  EXPECT_EQ(contested_from("2026-07-14"), "");
  EXPECT_EQ(contested_from("2026-07-15"), "2026-07-15");
  EXPECT_EQ(contested_from(""), "2026-07-15");
}

}  // namespace
}  // namespace onward::services
