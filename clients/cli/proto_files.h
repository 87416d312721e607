// Messages in files, as the JSON form of Protocol Buffers: proofs and bundles of evidence.
#pragma once

#include <google/protobuf/message.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/environment.h"

namespace onward::cli {

// At most 1 GiB. `-`: standard input. INVALID_ARGUMENT where it cannot be read.
absl::StatusOr<std::string> ReadWholeFile(const std::string& path, const Environment& environment);
// INVALID_ARGUMENT names the file and what is wrong.
absl::Status ReadMessageFile(const std::string& path, const Environment& environment,
                             google::protobuf::Message& message);
// Empty path or `-`: standard output. A file is there whole or not at all.
absl::Status WriteMessageFile(const google::protobuf::Message& message, const std::string& path,
                              const Environment& environment);

}  // namespace onward::cli
