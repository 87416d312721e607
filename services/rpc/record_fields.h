// The fields in which two messages of one type differ.
#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <vector>

namespace onward::rpc {

// Paths in proto names, in order of the fields' numbers: establishment, sites[0].country, labels[team]. A
// value that is there on one side only is named as a whole. Lists are compared place by place.
std::vector<std::string> DifferingFields(const google::protobuf::Message& before,
                                         const google::protobuf::Message& after);

}  // namespace onward::rpc
