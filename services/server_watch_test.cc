// Watches as a client of the server sees them: over sockets, cut, stopped, gone on with after a restart.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>

#include <fstream>

#include "google/rpc/error_details.pb.h"
#include "graph/base/mutex.h"
#include "onward/v1/admin_service.grpc.pb.h"
#include "onward/v1/inventory_service.grpc.pb.h"
#include "services/identity/authenticator.h"
#include "services/server.h"
#include "storage/memory/memory_store.h"
#include "tests/support/fake_clock.h"
#include "tests/support/grpc_error.h"
#include "tests/support/law.h"
#include "tests/support/temp_folder.h"

namespace onward::services {
namespace {

using ::testing::HasSubstr;

google::rpc::ErrorInfo InfoOf(const grpc::Status& status) {
  return testing::DetailOf<google::rpc::ErrorInfo>(status);
}

// One stream of responses.
class Stream {
 public:
  Stream(v1::Inventory::Stub& stub, const v1::WatchRequest& request, const std::string& as = "") {
    if (!as.empty()) {
      context_.AddMetadata("authorization", as);
    }
    reader_ = stub.Watch(&context_, request);
  }

  // Of the next response; the end where there is none.
  std::string Next() {
    if (!reader_->Read(&last)) {
      return "end";
    }
    if (last.has_progress()) {
      return "mark " + std::to_string(last.progress().revision());
    }
    std::string text = std::to_string(last.event().revision());
    for (const v1::WatchedRecord& record : last.event().records()) {
      text += (record.deleted() ? " -" : " ") + record.ref().id();
    }
    return text;
  }
  grpc::Status Finish() { return reader_->Finish(); }
  void Cancel() { context_.TryCancel(); }

  v1::WatchResponse last;

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::WatchResponse>> reader_;
};

class ServerWatchTest : public ::testing::Test {
 protected:
  ServerWatchTest() {
    options_.store = "memory";
    options_.listen = "127.0.0.1:0";
    options_.workers = 2;
  }

  void Start() {
    Stop();
    ServerDeps deps;
    deps.store = store_.get();
    deps.clock = &clock_;
    deps.law = testing::TheLoadedRegister();
    deps.token_key = key_;
    deps.authenticator = authenticator_;
    auto server = Server::Start(options_, deps);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    grpc::ChannelArguments arguments;
    arguments.SetInt("grpc.use_local_subchannel_pool", 1);
    channel_ = grpc::CreateCustomChannel(server_->address(), grpc::InsecureChannelCredentials(),
                                         arguments);
    stub_ = v1::Inventory::NewStub(channel_);
  }
  void Stop() {
    stub_.reset();
    channel_.reset();
    server_.reset();
  }
  void TearDown() override { Stop(); }

  void Write(const std::string& id, const std::string& name = "") {
    v1::ApplyRequest request;
    request.set_inventory("default");
    request.set_request_id("write-" + std::to_string(++writes_));
    v1::Party* party = request.add_mutations()->mutable_upsert()->mutable_party();
    party->set_id(id);
    party->set_display_name(name);
    party->set_establishment("US");
    grpc::ClientContext context;
    if (authenticator_ != nullptr) {
      context.AddMetadata("authorization", "writer");
    }
    v1::ApplyResponse response;
    const grpc::Status status = stub_->Apply(&context, request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
  uint64_t OpenWatches() {
    grpc::ClientContext context;
    v1::StatsResponse response;
    v1::Admin::NewStub(channel_)->Stats(&context, {}, &response);
    return response.inventories(0).watches();
  }
  static v1::WatchRequest From(uint64_t revision) {
    v1::WatchRequest request;
    request.set_inventory("default");
    request.set_from_revision(revision);
    return request;
  }
  // The error of a watch that tells nothing.
  grpc::Status Refused(const v1::WatchRequest& request) {
    Stream stream(*stub_, request);
    EXPECT_EQ(stream.Next(), "end");
    return stream.Finish();
  }

  Options options_;
  // The same for each server on the store, as the one in its folder is.
  const commands::TokenKeyPtr key_ = commands::TokenKey::Random().value();
  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  testing::FakeClock clock_{Date::Of(2026, 11, 22)};
  // Null: everybody may do everything.
  const identity::Authenticator* authenticator_ = nullptr;
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::Inventory::Stub> stub_;
  int writes_ = 0;
};

TEST_F(ServerWatchTest, ManyWatchersHoldNoWorker) {
  options_.concurrent_streams_max = 1'000;
  Start();
  std::vector<std::unique_ptr<Stream>> streams;
  for (int i = 0; i < 50; ++i) {
    streams.push_back(std::make_unique<Stream>(*stub_, From(0)));
    ASSERT_EQ(streams.back()->Next(), "mark 0");
  }
  EXPECT_EQ(OpenWatches(), 50U);
  Write("acme");
  for (const auto& stream : streams) {
    EXPECT_EQ(stream->Next(), "1 acme");
    stream->Cancel();
    EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
}

TEST_F(ServerWatchTest, RecordsVerdictsAndFindings) {
  Start();
  v1::WatchRequest request = From(1);
  request.set_records(true);
  request.set_verdicts(true);
  request.set_findings(true);
  Stream stream(*stub_, request);
  EXPECT_EQ(stream.Next(), "mark 0");
  Write("acme", "Acme");
  EXPECT_EQ(stream.Next(), "1 acme");
  EXPECT_EQ(stream.last.event().records(0).record().party().display_name(), "Acme");
  EXPECT_EQ(stream.last.event().cause(), v1::WATCH_CAUSE_WRITE);
  EXPECT_EQ(stream.last.stamp().as_of(), "2026-11-22");
  EXPECT_FALSE(stream.last.stamp().token().empty());
  stream.Cancel();
  stream.Finish();
}

TEST_F(ServerWatchTest, BadRequestsNameTheField) {
  Start();
  v1::WatchRequest request = From(1);
  request.set_after_token("x");
  EXPECT_THAT(Refused(request).error_message(), HasSubstr("after_token"));
  request = From(0);
  request.set_after_token("x");
  EXPECT_THAT(Refused(request).error_message(), HasSubstr("after_token"));
  request = From(0);
  request.add_kinds(v1::RECORD_KIND_FLOW);
  request.add_kinds(v1::RECORD_KIND_UNSPECIFIED);
  EXPECT_THAT(Refused(request).error_message(), HasSubstr("kinds[1]"));
  request = From(0);
  request.set_progress_seconds(3'601);
  EXPECT_THAT(Refused(request).error_message(), HasSubstr("progress_seconds"));
  request = From(0);
  request.set_as_of("yesterday");
  EXPECT_THAT(Refused(request).error_message(), HasSubstr("as_of"));
  request = From(0);
  request.set_id_prefix(std::string(1'000, 'x'));
  EXPECT_THAT(Refused(request).error_message(), HasSubstr("id_prefix"));
  EXPECT_EQ(InfoOf(Refused(From(2))).reason(), "REVISION_IN_FUTURE");
  request = From(0);
  request.set_inventory("other");
  EXPECT_EQ(InfoOf(Refused(request)).reason(), "INVENTORY_NOT_FOUND");
}

TEST_F(ServerWatchTest, AReaderThatDoesNotReadIsCutAndToldWhereToGoOn) {
  options_.watch_items_max = 1;
  Start();
  v1::WatchRequest request = From(0);
  request.set_records(true);
  Stream stream(*stub_, request);
  ASSERT_EQ(stream.Next(), "mark 0");
  // More than the transport takes in for it.
  const std::string name(200, 'x');
  for (int i = 0; i < 20'000 && OpenWatches() > 0; ++i) {
    Write("p" + std::to_string(i), name);
  }
  uint64_t read = 0;
  while (stream.Next() != "end") {
    ASSERT_EQ(stream.last.event().revision(), ++read);
  }
  const grpc::Status end = stream.Finish();
  EXPECT_EQ(end.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(InfoOf(end).reason(), "SLOW_CONSUMER");
  EXPECT_EQ(InfoOf(end).metadata().at("revision"), std::to_string(read + 1));
}

TEST_F(ServerWatchTest, AStopNamesWhereToGoOnAndAnotherServerDoes) {
  Start();
  Stream stream(*stub_, From(1));
  EXPECT_EQ(stream.Next(), "mark 0");
  Write("acme");
  EXPECT_EQ(stream.Next(), "1 acme");
  server_->Shutdown(std::chrono::seconds(10));
  EXPECT_EQ(stream.Next(), "mark 1");
  const std::string token = stream.last.stamp().token();
  EXPECT_EQ(stream.Next(), "end");
  EXPECT_EQ(stream.Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  Start();
  Write("vendor");
  v1::WatchRequest request = From(0);
  request.set_after_token(token);
  Stream further(*stub_, request);
  EXPECT_EQ(further.Next(), "mark 1");
  EXPECT_EQ(further.Next(), "2 vendor");
  further.Cancel();
  further.Finish();
}

// Says that a call is made by whom its header names, as long as he is known.
class Named final : public identity::Authenticator {
 public:
  absl::StatusOr<identity::PrincipalPtr> Authenticate(
      const identity::Evidence& evidence) const override {
    const std::string name(evidence.authorization.empty() ? "" : evidence.authorization.front());
    const MutexLock lock(mutex_);
    if (name.empty() || name == forgotten_) {
      return absl::UnauthenticatedError("not known");
    }
    return std::make_shared<const identity::Principal>(
        identity::Principal{identity::Proof::kCertificate,
                            "spiffe://test/" + name,
                            {},
                            name == mayfly_ ? until_ : kAlways});
  }
  // Whoever shows that name is known for so long only.
  void KnowUntil(const std::string& name, std::chrono::system_clock::time_point until) {
    const MutexLock lock(mutex_);
    mayfly_ = name;
    until_ = until;
  }
  void Forget(const std::string& name) {
    const MutexLock lock(mutex_);
    forgotten_ = name;
  }

 private:
  static constexpr auto kAlways = std::chrono::system_clock::time_point::max();

  mutable Mutex mutex_;
  std::string forgotten_ ONWARD_GUARDED_BY(mutex_);
  std::string mayfly_ ONWARD_GUARDED_BY(mutex_);
  std::chrono::system_clock::time_point until_ ONWARD_GUARDED_BY(mutex_);
};

class WatchAccessTest : public ServerWatchTest {
 protected:
  void SetUp() override {
    options_.listen = "unix:" + folder_.path() + "/server";
    options_.access_policy = folder_.path() + "/access.yaml";
    authenticator_ = &named_;
    Allow({"ann", "bob"});
    Start();
  }
  void Allow(const std::vector<std::string>& viewers) const {
    std::ofstream policy(options_.access_policy);
    policy << "kind: AccessPolicy\ncallers:\n- {spiffe: 'spiffe://test/writer', grants: [{role: "
              "EDITOR, inventories: [default]}]}\n";
    for (const std::string& viewer : viewers) {
      policy << "- {spiffe: 'spiffe://test/" << viewer
             << "', grants: [{role: VIEWER, inventories: [default]}]}\n";
    }
  }
  // The end of an open watch is that of one that is asked for now.
  void ExpectEndAsOfANewOne(Stream& open, const std::string& as, const std::string& reason) {
    EXPECT_EQ(open.Next(), "end");
    const grpc::Status ended = open.Finish();
    EXPECT_EQ(InfoOf(ended).reason(), reason);
    Stream again(*stub_, From(0), as);
    EXPECT_EQ(again.Next(), "end");
    const grpc::Status refused = again.Finish();
    EXPECT_EQ(ended.error_code(), refused.error_code());
    EXPECT_EQ(ended.error_message(), refused.error_message());
    EXPECT_EQ(ended.error_details(), refused.error_details());
  }

  const testing::TempFolder folder_;
  Named named_;
};

TEST_F(WatchAccessTest, WhoMayNotWatchAnyMoreIsToldSoAndOthersGoOn) {
  Stream ann(*stub_, From(0), "ann");
  Stream bob(*stub_, From(0), "bob");
  EXPECT_EQ(ann.Next(), "mark 0");
  EXPECT_EQ(bob.Next(), "mark 0");
  Allow({"bob"});
  server_->Reload();
  ExpectEndAsOfANewOne(ann, "ann", "INVENTORY_NOT_FOUND");
  Write("acme");
  EXPECT_EQ(bob.Next(), "1 acme");
  bob.Cancel();
  bob.Finish();
}

TEST_F(WatchAccessTest, AWatchEndsWithTheTokenThatItWasOpenedWith) {
  named_.KnowUntil("ann", clock_.Now() + std::chrono::seconds(60));
  Stream ann(*stub_, From(0), "ann");
  Stream bob(*stub_, From(0), "bob");
  EXPECT_EQ(ann.Next(), "mark 0");
  EXPECT_EQ(bob.Next(), "mark 0");
  Write("acme");
  EXPECT_EQ(ann.Next(), "1 acme");
  EXPECT_EQ(bob.Next(), "1 acme");
  clock_.Advance(std::chrono::seconds(60));
  Write("vendor");
  EXPECT_EQ(ann.Next(), "end");
  const grpc::Status ended = ann.Finish();
  EXPECT_EQ(ended.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(InfoOf(ended).reason(), "TOKEN_EXPIRED");
  EXPECT_EQ(bob.Next(), "2 vendor");
  bob.Cancel();
  bob.Finish();
}

// As one whose token has expired, or whose key was withdrawn.
TEST_F(WatchAccessTest, WhoIsNotKnownAnyMoreIsToldSo) {
  Stream ann(*stub_, From(0), "ann");
  EXPECT_EQ(ann.Next(), "mark 0");
  named_.Forget("ann");
  server_->Reload();
  ExpectEndAsOfANewOne(ann, "ann", "UNAUTHENTICATED");
}

}  // namespace
}  // namespace onward::services
