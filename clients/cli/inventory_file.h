// Inventories as files: written, sent and checked by the command line.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "clients/cli/command.h"
#include "clients/cli/output.h"
#include "clients/cpp/client.h"

namespace onward::cli {

// Asks for the inventory and writes it beside `path`; once it is whole and was read back it takes that name.
absl::StatusOr<Answer> ExportToFile(client::Client& client, const std::string& inventory,
                                    const std::string& path, Context& context);
// Reads all of the file, and sends it only if it is whole. `as` empty: under the id of the file.
absl::StatusOr<Answer> ImportFromFile(client::Client& client, const std::string& path,
                                      const std::string& as, Context& context);
// Reads all of the file; no server is asked.
absl::StatusOr<Answer> CheckFile(const std::string& path, Context& context);

}  // namespace onward::cli
