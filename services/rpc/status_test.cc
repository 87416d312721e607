#include "services/rpc/status.h"

#include <gmock/gmock.h>

#include "google/rpc/error_details.pb.h"
#include "graph/base/error_detail.h"
#include "services/commands/errors.h"
#include "storage/errors.h"
#include "tests/support/grpc_error.h"

namespace onward::rpc {
namespace {

TEST(StatusTest, OkIsOkAndCodesStayTheSame) {
  EXPECT_TRUE(ToGrpcStatus(absl::OkStatus()).ok());
  for (int code = 1; code <= 16; ++code) {
    const grpc::Status status =
        ToGrpcStatus(absl::Status(static_cast<absl::StatusCode>(code), "text"));
    EXPECT_EQ(static_cast<int>(status.error_code()), code);
    EXPECT_EQ(status.error_message(), "text");
  }
}

TEST(StatusTest, ViolationsDecodeAsBadRequest) {
  model::Violations violations;
  violations.Add("mutations[3].upsert.party.identifiers[0].value", "is required");
  const grpc::Status status = ToGrpcStatus(commands::InvalidRecord(violations));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  const auto info = testing::DetailOf<google::rpc::ErrorInfo>(status);
  EXPECT_EQ(info.reason(), "INVALID_RECORD");
  EXPECT_EQ(info.domain(), "onward.v1");
  const auto bad = testing::DetailOf<google::rpc::BadRequest>(status);
  ASSERT_EQ(bad.field_violations_size(), 1);
  EXPECT_EQ(bad.field_violations(0).field(), "mutations[3].upsert.party.identifiers[0].value");
  EXPECT_EQ(bad.field_violations(0).description(), "is required");
}

TEST(StatusTest, PreconditionsAndRetries) {
  const auto failure =
      testing::DetailOf<google::rpc::PreconditionFailure>(ToGrpcStatus(commands::PreconditionFailed(
          {model::RecordKind::kFlow, "f"}, "no such record", "it exists")));
  ASSERT_EQ(failure.violations_size(), 1);
  EXPECT_EQ(failure.violations(0).subject(), "flow/f");
  const auto retry =
      testing::DetailOf<google::rpc::RetryInfo>(ToGrpcStatus(commands::NotFreshEnough(7, 3)));
  EXPECT_EQ(retry.retry_delay().nanos(), 100'000'000);
  EXPECT_EQ(testing::DetailOf<google::rpc::RetryInfo>(ToGrpcStatus(storage::Sealed("disk")))
                .retry_delay()
                .seconds(),
            5);
}

TEST(StatusTest, NeverMoreThanClientsTakeAndItSaysSo) {
  model::Violations violations;
  for (int i = 0; i < 500; ++i) {
    violations.Add("mutations[" + std::to_string(i) + "]." + std::string(3'000, 'f'),
                   std::string(3'000, 'm'));
  }
  const grpc::Status status = ToGrpcStatus(commands::InvalidRecord(violations));
  EXPECT_LT(status.error_message().size() + status.error_details().size() * 4 / 3, 8'000);
  const auto bad = testing::DetailOf<google::rpc::BadRequest>(status);
  ASSERT_GT(bad.field_violations_size(), 0);
  EXPECT_EQ(testing::DetailOf<google::rpc::ErrorInfo>(status).metadata().at("not_listed"),
            std::to_string(500 - bad.field_violations_size()));
}

}  // namespace
}  // namespace onward::rpc
