#include "clients/cpp/client.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "clients/cpp/error_details.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "onward/v1/inventory_service.grpc.pb.h"

namespace onward::client {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::SizeIs;

grpc::Status DetailedError() {
  google::rpc::Status details;
  google::rpc::ErrorInfo info;
  info.set_reason("INVALID_RECORD");
  (*info.mutable_metadata())["kind"] = "party";
  details.add_details()->PackFrom(info);
  google::rpc::BadRequest bad;
  bad.add_field_violations()->set_field("mutations[0].upsert.party.id");
  details.add_details()->PackFrom(bad);
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_nanos(20'000'000);
  details.add_details()->PackFrom(retry);
  return {grpc::StatusCode::INVALID_ARGUMENT, "bad record", details.SerializeAsString()};
}

// Answers Apply and Get with the errors given, then with success; remembers the requests.
class ScriptedInventory final : public v1::Inventory::Service {
 public:
  grpc::Status Apply(grpc::ServerContext* /*context*/, const v1::ApplyRequest* request,
                     v1::ApplyResponse* response) override {
    applies.push_back(*request);
    response->mutable_stamp()->set_revision(7);
    response->mutable_stamp()->set_token("token-7");
    return Next();
  }
  grpc::Status Get(grpc::ServerContext* /*context*/, const v1::GetRequest* request,
                   v1::GetResponse* response) override {
    gets.push_back(*request);
    response->mutable_stamp()->set_revision(3);
    response->mutable_stamp()->set_token("token-3");
    return Next();
  }
  grpc::Status Next() {
    if (errors.empty()) {
      return grpc::Status::OK;
    }
    grpc::Status error = errors.front();
    errors.pop_front();
    return error;
  }

  std::deque<grpc::Status> errors;
  std::vector<v1::ApplyRequest> applies;
  std::vector<v1::GetRequest> gets;
};

class ClientTest : public ::testing::Test {
 protected:
  ClientTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&inventory_);
    server_ = builder.BuildAndStart();
    client_ = std::make_unique<Client>(server_->InProcessChannel({}));
  }

  v1::ApplyRequest ApplyTo(const std::string& inventory) {
    v1::ApplyRequest request;
    request.set_inventory(inventory);
    return request;
  }
  v1::GetRequest GetFrom(const std::string& inventory) {
    v1::GetRequest request;
    request.set_inventory(inventory);
    return request;
  }

  ScriptedInventory inventory_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Client> client_;
};

TEST_F(ClientTest, RepeatsAnUnavailableApplyWithTheSameRequestId) {
  inventory_.errors = {{grpc::StatusCode::UNAVAILABLE, ""}, {grpc::StatusCode::UNAVAILABLE, ""}};
  ASSERT_TRUE(client_->Apply(ApplyTo("default")).ok());
  ASSERT_THAT(inventory_.applies, SizeIs(3));
  EXPECT_THAT(inventory_.applies[0].request_id(), SizeIs(32));
  EXPECT_EQ(inventory_.applies[0].request_id(), inventory_.applies[2].request_id());
  ASSERT_TRUE(client_->Apply(ApplyTo("default")).ok());
  EXPECT_NE(inventory_.applies[0].request_id(), inventory_.applies[3].request_id());
}

TEST_F(ClientTest, RepeatsNothingElse) {
  inventory_.errors = {{grpc::StatusCode::ABORTED, "head moved"}};
  EXPECT_EQ(client_->Apply(ApplyTo("default")).status().code(), absl::StatusCode::kAborted);
  EXPECT_THAT(inventory_.applies, SizeIs(1));
}

TEST_F(ClientTest, GivesUpAfterTheLastAttempt) {
  inventory_.errors.assign(10, {grpc::StatusCode::UNAVAILABLE, "away"});
  Client client(server_->InProcessChannel({}), {.attempts_max = 2});
  EXPECT_EQ(client.Get(GetFrom("default")).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(inventory_.gets, SizeIs(2));
}

TEST_F(ClientTest, DecodesErrorDetails) {
  inventory_.errors = {DetailedError()};
  const absl::Status status = client_->Apply(ApplyTo("default")).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "bad record");
  const ErrorDetails details = DetailsOf(status);
  EXPECT_EQ(details.reason, "INVALID_RECORD");
  EXPECT_THAT(details.metadata, ElementsAre(Pair("kind", "party")));
  ASSERT_THAT(details.violations, SizeIs(1));
  EXPECT_EQ(details.violations[0].field, "mutations[0].upsert.party.id");
  EXPECT_EQ(details.retry_after_ms, 20);
  EXPECT_EQ(DetailsOf(absl::InternalError("other")).reason, "");
}

TEST_F(ClientTest, ReadsItsOwnWritesPerInventory) {
  ASSERT_TRUE(client_->Get(GetFrom("default")).ok());
  ASSERT_TRUE(client_->Apply(ApplyTo("default")).ok());
  ASSERT_TRUE(client_->Get(GetFrom("default")).ok());
  ASSERT_TRUE(client_->Get(GetFrom("other")).ok());
  v1::GetRequest exact = GetFrom("default");
  exact.mutable_consistency()->set_at_revision(2);
  ASSERT_TRUE(client_->Get(exact).ok());
  ASSERT_TRUE(client_->Get(GetFrom("default")).ok());
  EXPECT_FALSE(inventory_.gets[0].has_consistency());
  EXPECT_EQ(inventory_.gets[1].consistency().at_least_as_fresh(), "token-7");
  EXPECT_FALSE(inventory_.gets[2].has_consistency());
  EXPECT_EQ(inventory_.gets[3].consistency().at_revision(), 2U);
  EXPECT_EQ(inventory_.gets[4].consistency().at_least_as_fresh(), "token-7");
}

TEST(ClientDeadline, EndsACallThatNobodyAnswers) {
  Client client(Connect("unix:/nonexistent/onward.sock"),
                {.deadline = std::chrono::milliseconds(300)});
  EXPECT_FALSE(client.Stats().ok());
}

}  // namespace
}  // namespace onward::client
