// Messages of any type from any bytes.
#pragma once

#include <google/protobuf/message.h>

#include <string_view>

namespace onward::fuzz {

// Fields as the bytes choose them: words that the small inventory of RpcCaller knows, or none; numbers at the edges; enum values that
// exist, or not. The same bytes give the same message; where they are used up, the rest stays unset.
void FillMessage(std::string_view bytes, google::protobuf::Message& message);

}  // namespace onward::fuzz
