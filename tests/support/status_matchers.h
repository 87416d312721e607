// GoogleTest matchers for absl::Status and absl::StatusOr.
#pragma once

#include <gmock/gmock.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace onward::testing {

inline const absl::Status& GetStatus(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& GetStatus(const absl::StatusOr<T>& status_or) {
  return status_or.status();
}

MATCHER(IsOk, "is OK") {
  const absl::Status& status = GetStatus(arg);
  *result_listener << "is " << status.ToString();
  return status.ok();
}

MATCHER_P2(StatusIs, code, message, "") {
  const absl::Status& status = GetStatus(arg);
  *result_listener << "is " << status.ToString();
  return status.code() == code && ::testing::Matches(::testing::Matcher<std::string>(message))(
                                      std::string(status.message()));
}

#define ONWARD_EXPECT_OK(expr) EXPECT_THAT((expr), ::onward::testing::IsOk())
#define ONWARD_ASSERT_OK(expr) ASSERT_THAT((expr), ::onward::testing::IsOk())

}  // namespace onward::testing
