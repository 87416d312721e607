// Writing records: preview, question, write. Shared by apply and delete.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "clients/cli/command.h"
#include "clients/cli/flags.h"
#include "clients/cli/output.h"
#include "clients/cli/style.h"
#include "clients/cpp/client.h"
#include "services/exchange/manifest_reader.h"

namespace onward::cli {

struct ChangeFlags {
  bool dry_run = false;
  bool yes = false;
  std::string comment;
  std::string author;
  std::string as_of;
};

void AddChangeFlags(CLI::App& app, ChangeFlags& flags);

// Previews the request, asks unless told not to, then sends it. Exit code: with --dry-run 1 where
// something would change; else 0, or 1 where the answer was no. `manifest` may be null.
absl::StatusOr<int> Change(client::Client& client, v1::ApplyRequest request,
                           const exchange::Manifest* manifest, const ChangeFlags& flags,
                           const OutputFlags& output, Context& context);

// A write in every format, its document that of an Apply.
Answer ChangeAnswer(const v1::ApplyResponse& response, const Style& style, size_t width);

// The verdicts that change as a table: for people, worst outcome first; else with the names of the contract.
Table VerdictChangesText(const google::protobuf::RepeatedPtrField<v1::VerdictChange>& changes,
                         const Style& style);
Table VerdictChangesTable(const google::protobuf::RepeatedPtrField<v1::VerdictChange>& changes);

// "2 created, 1 updated, 5 unchanged, 0 deleted" and the verdicts that change.
std::string ChangeText(const v1::ApplyResponse& response, const Style& style, size_t width);

}  // namespace onward::cli
