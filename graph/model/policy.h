// How the owner of an inventory reads contested points of law: proto/onward/v1/policy.proto.
#pragma once

#include <string>
#include <vector>

#include "graph/model/common.h"
#include "graph/model/enums.h"

namespace onward::model {

// The id of the one policy that an inventory may hold.
inline constexpr const char* kPolicyId = "inventory";

struct Policy {
  std::string id;
  ContestedReading scc_for_importers_under_gdpr = ContestedReading::kUnspecified;
  ContestedReading employee_data_under_non_hr_certificate = ContestedReading::kUnspecified;
  ContestedReading repetition_under_derogations = ContestedReading::kUnspecified;
  ContestedReading onward_after_adequacy = ContestedReading::kUnspecified;
  std::string justification;
  std::string owner;
  Labels labels;
  std::vector<Source> sources;
  friend bool operator==(const Policy&, const Policy&) = default;
};

}  // namespace onward::model
