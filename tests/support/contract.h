// The methods of the contract by their descriptors, and messages as bytes.
#pragma once

#include <google/protobuf/descriptor.h>
#include <grpcpp/support/byte_buffer.h>

#include <string>
#include <string_view>
#include <vector>

namespace onward::testing {

// All of the four services.
std::vector<const google::protobuf::MethodDescriptor*> Methods();
// Transfers.Check
std::string NameOf(const google::protobuf::MethodDescriptor& method);
// By that name; there must be one.
const google::protobuf::MethodDescriptor& MethodNamed(std::string_view name);

grpc::ByteBuffer BufferOf(const std::string& bytes);
// Nothing of one that cannot be read.
std::string BytesOf(const grpc::ByteBuffer& buffer);

}  // namespace onward::testing
