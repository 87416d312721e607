// What a question assumes: flags and files to a WhatIf of the contract.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/command.h"
#include "clients/cli/options.h"
#include "clients/cpp/client.h"
#include "onward/v1/what_if.pb.h"

namespace onward::cli {

// A part in brackets may be left out; a date that is left out is `from`, else the day asked about.
struct WhatIfFlags {
  // Changes files (services/exchange/changes_reader.h).
  std::vector<std::string> files;
  // ID[:DATE]
  std::vector<std::string> annul;
  // CODE[:DATE]
  std::vector<std::string> drop_adequacy;
  std::vector<std::string> grant_adequacy;
  // PARTY:CODE
  std::vector<std::string> move;
  // PARTY:SCHEME[:DATE]
  std::vector<std::string> add_certification;
  // FLOW[:DATE]
  std::vector<std::string> stop;
  // Only of the command that has it as an option.
  std::string from;

  bool empty() const {
    return files.empty() && annul.empty() && drop_adequacy.empty() && grant_adequacy.empty() &&
           move.empty() && add_certification.empty() && stop.empty();
  }
};

// --changes, --annul, --drop-adequacy, --grant-adequacy, --move, --add-certification, --stop. The help of questions
// shows the first and points to `whatif` for the others.
void AddWhatIfFlags(CLI::App& app, WhatIfFlags& flags);
// The same for `whatif`, whose help shows them all.
void AddShownWhatIfFlags(CLI::App& app, WhatIfFlags& flags);

// Whose records are assumed to be others.
struct AskedState {
  std::string inventory;
  std::string as_of;
  v1::Consistency consistency;
};

// What the flags say; records that they change are read from the server. Errors say which flag is wrong;
// what is wrong with files goes to the context.
absl::StatusOr<v1::WhatIf> ReadWhatIf(const WhatIfFlags& flags, const AskedState& state,
                                      client::Client& client, Context& context);

// Fills request.what_if. To be called once inventory, as_of and consistency are set, before the request is
// sent.
template <typename Request>
absl::Status SetWhatIf(const WhatIfFlags& flags, client::Client& client, Context& context,
                       Request& request) {
  if (flags.empty()) {
    return absl::OkStatus();
  }
  auto what_if = ReadWhatIf(flags, {request.inventory(), request.as_of(), request.consistency()},
                            client, context);
  if (!what_if.ok()) {
    return what_if.status();
  }
  *request.mutable_what_if() = *std::move(what_if);
  return absl::OkStatus();
}

}  // namespace onward::cli
