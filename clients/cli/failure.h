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
// with file and line where they concern a record. Returns the status, its message counting the problems
// that have places.
absl::Status ExplainByPlaces(const absl::Status& status, const exchange::Manifest& manifest,
                             Context& context);

// "2 problems in the manifests; nothing was written", and how many are not shown.
std::string ProblemsMessage(size_t shown, size_t not_shown);

// Writes the error to the environment's error stream: text, or one JSON object {code, reason, message,
// violations[{field, file, line, column, message}]}.
void PrintFailure(const absl::Status& status, const Context& context);

}  // namespace onward::cli
