// Any method of a server by its descriptor, with bytes.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <grpcpp/grpcpp.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/contract.h"

namespace onward::service_test {

using testing::MethodNamed;
using testing::Methods;
using testing::NameOf;

struct Reply {
  grpc::Status status;
  std::vector<std::string> messages;
  // Keys and values that came with them.
  std::string metadata;
  // It was cancelled, since there were more than enough messages.
  bool enough = false;

  // Everything that the caller got.
  std::string Bytes() const;
};

inline constexpr size_t kAllMessages = static_cast<size_t>(-1);

// Sends the requests of one call (of a method that takes but one, the first) and reads until it ends, or has had so many messages.
// Deadline and metadata are those of `context`, which another thread may cancel.
Reply CallAny(const std::shared_ptr<grpc::Channel>& channel,
              const google::protobuf::MethodDescriptor& method,
              const std::vector<std::string>& requests, grpc::ClientContext& context,
              size_t messages_max = kAllMessages);

// A message of the type, from its bytes.
std::unique_ptr<google::protobuf::Message> Parsed(const google::protobuf::Descriptor& type,
                                                  const std::string& bytes);

}  // namespace onward::service_test
