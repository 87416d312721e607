#include "tests/support/contract.h"

#include <grpcpp/support/slice.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "onward/v1/admin_service.pb.h"
#include "onward/v1/inventory_service.pb.h"
#include "onward/v1/law_service.pb.h"
#include "onward/v1/transfers_service.pb.h"

namespace onward::testing {

using google::protobuf::MethodDescriptor;

std::vector<const MethodDescriptor*> Methods() {
  std::vector<const MethodDescriptor*> methods;
  for (const auto* file :
       {v1::ApplyRequest::descriptor()->file(), v1::CheckRequest::descriptor()->file(),
        v1::GetRegisterRequest::descriptor()->file(), v1::StatsRequest::descriptor()->file()}) {
    for (int i = 0; i < file->service_count(); ++i) {
      for (int j = 0; j < file->service(i)->method_count(); ++j) {
        methods.push_back(file->service(i)->method(j));
      }
    }
  }
  return methods;
}

std::string NameOf(const MethodDescriptor& method) {
  return absl::StrCat(method.service()->name(), ".", method.name());
}

const MethodDescriptor& MethodNamed(std::string_view name) {
  for (const MethodDescriptor* method : Methods()) {
    if (NameOf(*method) == name) {
      return *method;
    }
  }
  std::abort();
}

grpc::ByteBuffer BufferOf(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return {&slice, 1};
}

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (buffer.Dump(&slices).ok()) {
    for (const grpc::Slice& slice : slices) {
      bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    }
  }
  return bytes;
}

}  // namespace onward::testing
