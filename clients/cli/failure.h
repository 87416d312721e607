// Errors: made, turned into exit codes, printed.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "clients/cli/command.h"
#include "services/exchange/manifest_reader.h"

namespace onward::cli {

// A status with a stable reason, as the server's have.
absl::Status Error(absl::StatusCode code, const std::string& reason, const std::string& message);

int ExitCodeOf(const absl::Status& status);

// Puts the field violations of a failed Apply of `manifest` (mutation i is entry i) into the context,
// with file and line where they concern a record.
void ExplainByPlaces(const absl::Status& status, const exchange::Manifest& manifest,
                     Context& context);

// Writes the error to the environment's error stream: text, or one JSON object {code, reason, message,
// violations[{field, file, line, column, message}]}.
void PrintFailure(const absl::Status& status, const Context& context);

}  // namespace onward::cli
