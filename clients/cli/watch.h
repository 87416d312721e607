// Events of a watch: shown, and handed to a command.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "clients/cli/style.h"
#include "onward/v1/watch.pb.h"
#include "services/exchange/message_json.h"

namespace onward::cli {

// The event with its stamp under the contract's names.
exchange::Json WatchEventJson(const v1::WatchResponse& response);

// A line for the revision and one each for what changed, the first 50; ends in a line break.
std::string WatchEventText(const v1::WatchResponse& response, const Style& style);

// Runs `command` with the shell, `input` on its standard input. Its exit code; 128 and the number of the signal
// that ended it. UNAVAILABLE where it cannot be started.
absl::StatusOr<int> RunWithInput(const std::string& command, const std::string& input);

}  // namespace onward::cli
