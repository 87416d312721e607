// Any method of a server in this process, with any bytes.
#pragma once

#include <google/protobuf/descriptor.h>
#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

namespace onward::fuzz {

struct Reply {
  grpc::Status status;
  // At most kRepliesMax; the call was cancelled then.
  std::vector<std::string> messages;
  bool cancelled = false;
};

// Messages of a stream that are read.
inline constexpr size_t kRepliesMax = 16;
// Longer than that is a hang.
inline constexpr int kSecondsMax = 30;

// A server on an empty store in memory, with two parties and a flow between them in `default`.
class RpcCaller {
 public:
  RpcCaller();
  ~RpcCaller();
  RpcCaller(const RpcCaller&) = delete;
  RpcCaller& operator=(const RpcCaller&) = delete;

  // Sends each of `requests`, where the method takes but one the first, and reads what comes. A watch is cancelled after its first message.
  Reply Call(const google::protobuf::MethodDescriptor& method,
             const std::vector<std::string>& requests);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace onward::fuzz
