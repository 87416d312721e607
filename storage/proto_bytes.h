// Protobuf messages to bytes and back, strictly. For the .cc files of this folder only.
#pragma once

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <climits>
#include <string>
#include <string_view>

namespace onward::storage {

// Map entries in order of key.
template <class Pb>
std::string Serialise(const Pb& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream out(&stream);
    out.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&out);
  }
  return bytes;
}

// False for damaged bytes and for text that is not UTF-8.
template <class Pb>
bool Parse(std::string_view bytes, Pb& message) {
  return bytes.size() <= INT_MAX &&
         message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

}  // namespace onward::storage
