// What an error of the server says besides its code and its words.
#pragma once

#include <grpcpp/support/status.h>
#include <gtest/gtest.h>

#include "google/rpc/status.pb.h"

namespace onward::testing {

// The last detail of that type; empty where there is none.
template <class Detail>
Detail DetailOf(const grpc::Status& status) {
  google::rpc::Status details;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  Detail found;
  for (const auto& detail : details.details()) {
    detail.UnpackTo(&found);
  }
  return found;
}

}  // namespace onward::testing
