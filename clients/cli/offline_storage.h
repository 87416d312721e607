// What the commands about folders share: errors, sizes, progress on the terminal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "clients/cli/command.h"
#include "services/offline_storage.h"

namespace onward::cli {

// An error of the folder functions as the command line prints it, with what to do in the context.
absl::Status FolderError(const absl::Status& status, Context& context);

// One line on standard error that is written over, where that is a terminal.
services::ToldProgress ProgressLine(const Context& context);

}  // namespace onward::cli
