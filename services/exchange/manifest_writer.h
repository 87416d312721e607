// Records to YAML manifests that the reader reads back without loss.
#pragma once

#include <string>
#include <vector>

#include "onward/v1/record.pb.h"

namespace onward::exchange {

// One document, without `---`.
std::string WriteManifest(const onward::v1::Record& record);

// One document per record, `---` between them.
std::string WriteManifests(const std::vector<onward::v1::Record>& records);

}  // namespace onward::exchange
