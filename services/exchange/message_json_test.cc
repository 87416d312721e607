#include "services/exchange/message_json.h"

#include <gtest/gtest.h>

#include "onward/v1/backup.pb.h"

namespace onward::exchange {
namespace {

TEST(MessageJsonTest, AMapOfNumbersIsAnObjectInOrderOfKey) {
  v1::BackupInfo backup;
  (*backup.mutable_heads())["b"] = 7;
  (*backup.mutable_heads())["a"] = 3;
  EXPECT_EQ(ToJson(backup, EmptyFields::kOmit).dump(), R"({"heads":{"a":3,"b":7}})");
}

}  // namespace
}  // namespace onward::exchange
