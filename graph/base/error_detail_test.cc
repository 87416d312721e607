#include "graph/base/error_detail.h"

#include <gmock/gmock.h>

#include "absl/strings/cord.h"

namespace onward {
namespace {

TEST(ErrorDetailTest, ComesBackWithAnyBytes) {
  const ErrorDetail detail{"REVISION_IN_FUTURE",
                           {{"head", "4"}, {"revision", "12"}, {"", ""}, {"3:x", "a:\n\0b"}},
                           {{"mutations[0].upsert", "4:none"}, {"", ""}}};
  const absl::Status status = WithDetail(absl::OutOfRangeError("no"), detail);
  EXPECT_EQ(DetailOf(status), detail);
  EXPECT_EQ(status.code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(status.message(), "no");
  EXPECT_TRUE(HasReason(status, "REVISION_IN_FUTURE"));
  EXPECT_FALSE(HasReason(status, "REVISION"));
}

TEST(ErrorDetailTest, ALaterDetailReplacesTheFirst) {
  const absl::Status status =
      WithDetail(WithDetail(absl::AbortedError("x"), {"A", {{"k", "v"}}}), {"B", {}});
  EXPECT_EQ(DetailOf(status), (ErrorDetail{"B", {}}));
}

TEST(ErrorDetailTest, NoneWhereThereIsNone) {
  EXPECT_EQ(DetailOf(absl::OkStatus()), std::nullopt);
  EXPECT_EQ(DetailOf(absl::AbortedError("x")), std::nullopt);
  EXPECT_EQ(DetailOf(WithDetail(absl::OkStatus(), {"A", {}})), std::nullopt);
}

TEST(ErrorDetailTest, DamagedBytesAreNoDetail) {
  for (const char* bytes :
       {"", "x", "5:abc", "-1:a", "99999999999999999999:a", "1:A1:k", "1:A1:1", "1:A1:01:k", ":"}) {
    absl::Status status = absl::AbortedError("x");
    status.SetPayload("onward.v1/ErrorInfo", absl::Cord(bytes));
    EXPECT_EQ(DetailOf(status), std::nullopt) << bytes;
  }
}

}  // namespace
}  // namespace onward
