// Messages as JSON for people and programs: JSON names, enum values without prefix, dates as they are,
// 64-bit numbers as numbers. The keys stand in the order of the contract's fields.
#pragma once

#include <google/protobuf/message.h>

#include <nlohmann/json.hpp>

#include "onward/v1/record.pb.h"

namespace onward::exchange {

using Json = nlohmann::ordered_json;

enum class EmptyFields {
  // Fields that are not set are left out; so are unspecified enum values.
  kOmit,
  // Every key is there: "", 0, false, [], {} for a map; null for a message or an optional field that is
  // not set.
  kKeep,
};

// A Record becomes the fields of its kind with `kind` (Party, Flow ...) before them.
Json ToJson(const google::protobuf::Message& message, EmptyFields empty);

// JSON text in UTF-8 without line breaks at the end; bytes that are not UTF-8 are replaced.
std::string JsonText(const Json& value, int indent = 2);

}  // namespace onward::exchange
