// onward backup: made, listed and verified by a server; verified and restored from a folder without one.
#include <memory>
#include <vector>

#include "clients/cli/commands/all.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/failure.h"
#include "clients/cli/offline_storage.h"
#include "clients/cli/output.h"
#include "clients/cli/session.h"
#include "clients/cli/text.h"

namespace onward::cli {
namespace {

using exchange::Json;

// All bytes are read: what a call about verdicts may take is too short.
constexpr double kSeconds = 3'600;

struct Flags {
  std::string action;
  std::string from;
  std::string data;
  uint64_t number = 0;
  uint32_t keep = 0;
  std::string message;
  SourceFlags source;
  OutputFlags output;
};

absl::Status Usage(const std::string& message) {
  return Error(absl::StatusCode::kInvalidArgument, "INVALID_REQUEST", message);
}

Answer ListAnswer(const std::vector<v1::BackupInfo>& backups) {
  Answer answer;
  answer.document = Json::array();
  answer.table.columns = {"number", "createdAt", "bytes", "newBytes", "inventories", "version"};
  for (const v1::BackupInfo& info : backups) {
    const Json json = exchange::ToJson(info, exchange::EmptyFields::kKeep);
    answer.document.push_back(json);
    answer.lines.push_back(json);
    answer.table.rows.push_back(
        {std::to_string(info.number()),
         json["createdAt"].is_string() ? json["createdAt"].get<std::string>() : "",
         BytesText(info.bytes()), BytesText(info.new_bytes()), std::to_string(info.heads_size()),
         info.server_version()});
  }
  return answer;
}

Answer OneAnswer(const google::protobuf::Message& message, std::string text) {
  Answer answer;
  answer.document = exchange::ToJson(message, exchange::EmptyFields::kKeep);
  answer.lines = {answer.document};
  answer.text = std::move(text);
  return answer;
}

std::string VerifiedText(const v1::VerifyBackupResponse& verified) {
  return "Backup " + std::to_string(verified.backup().number()) +
         " is whole: " + Count(verified.files(), "file", "files") + ", " +
         BytesText(verified.backup().bytes()) + "; " +
         Count(verified.revisions(), "revision", "revisions") + ", " +
         Count(verified.records(), "version of a record", "versions of records") + ".\n";
}

absl::StatusOr<std::vector<v1::BackupInfo>> ListAll(client::Client& client) {
  std::vector<v1::BackupInfo> backups;
  v1::ListBackupsRequest request;
  do {
    const auto page = client.ListBackups(request);
    if (!page.ok()) {
      return page.status();
    }
    backups.insert(backups.end(), page->backups().begin(), page->backups().end());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return backups;
}

absl::StatusOr<Answer> Create(client::Client& client, const Flags& flags) {
  v1::CreateBackupRequest request;
  request.set_comment(flags.message);
  request.set_keep(flags.keep);
  const auto made = client.CreateBackup(request);
  if (!made.ok()) {
    return made.status();
  }
  const v1::BackupInfo& info = made->backup();
  return OneAnswer(info, "Backup " + std::to_string(info.number()) +
                             " is made and verified: " + BytesText(info.bytes()) +
                             ", of them new " + BytesText(info.new_bytes()) + ".\n");
}

// By a server.
absl::StatusOr<Answer> Ask(const Flags& flags, Context& context) {
  SourceFlags source = flags.source;
  if (source.timeout_seconds <= 0) {
    source.timeout_seconds = kSeconds;
  }
  auto session = Session::Open(source, context);
  if (!session.ok()) {
    return session.status();
  }
  client::Client& client = (*session)->client();
  if (flags.action == "create") {
    return Create(client, flags);
  }
  if (flags.action == "list") {
    const auto backups = ListAll(client);
    return backups.ok() ? absl::StatusOr<Answer>(ListAnswer(*backups)) : backups.status();
  }
  v1::VerifyBackupRequest request;
  request.set_number(flags.number);
  const auto verified = client.VerifyBackup(request);
  return verified.ok() ? absl::StatusOr<Answer>(OneAnswer(*verified, VerifiedText(*verified)))
                       : verified.status();
}

absl::StatusOr<Answer> Restore(const Flags& flags, Context& context) {
  const auto restored =
      services::RestoreBackupFolder(flags.from, flags.number, flags.data, ProgressLine(context));
  if (!restored.ok()) {
    return FolderError(restored.status(), context);
  }
  Answer answer = OneAnswer(
      restored->backup,
      "Backup " + std::to_string(restored->backup.number()) + " is restored: " + flags.data +
          " holds a store with an id of its own, " + restored->incarnation +
          ".\nTokens and cursors of the store that was backed up are refused by it. Start it: "
          "onwardd --data " +
          flags.data + "\n");
  answer.document["restoredAs"] = restored->incarnation;
  answer.lines = {answer.document};
  return answer;
}

// From a folder.
absl::StatusOr<Answer> Look(const Flags& flags, Context& context) {
  if (flags.action == "restore") {
    return Restore(flags, context);
  }
  if (flags.action == "list") {
    const auto backups = services::ListBackupFolder(flags.from);
    return backups.ok() ? absl::StatusOr<Answer>(ListAnswer(*backups))
                        : FolderError(backups.status(), context);
  }
  const auto verified =
      services::VerifyBackupFolder(flags.from, flags.number, ProgressLine(context));
  return verified.ok() ? absl::StatusOr<Answer>(OneAnswer(*verified, VerifiedText(*verified)))
                       : FolderError(verified.status(), context);
}

absl::Status CheckFlags(const Flags& flags, Context& context) {
  if (flags.action == "restore" && (flags.from.empty() || flags.data.empty())) {
    context.hint = "onward backup restore --from BACKUPS --data NEW-FOLDER";
    return Usage("backup restore needs --from, the folder of backups, and --data, a new folder");
  }
  if (flags.action == "create" && !flags.from.empty()) {
    context.hint = "The folder is an option of the server: onwardd --backup-dir DIR.";
    return Usage("backup create asks a server; it takes no --from");
  }
  if (!flags.from.empty() && !flags.source.server.empty()) {
    return Usage("--from and --server exclude each other");
  }
  return absl::OkStatus();
}

absl::StatusOr<int> Run(const Flags& flags, Context& context) {
  if (absl::Status status = CheckFlags(flags, context); !status.ok()) {
    return status;
  }
  const auto answer = flags.from.empty() ? Ask(flags, context) : Look(flags, context);
  if (!answer.ok()) {
    return answer.status();
  }
  Print(*answer, flags.output.Parsed(), context.environment);
  return kExitOk;
}

}  // namespace

Command BackupCommand() {
  return {"backup",
          "make, list, verify and restore backups",
          {"onward backup create --keep 14            # by a server with --backup-dir",
           "onward backup list",
           "onward backup verify                      # the newest; --number N another",
           "onward backup verify --from /backups      # a folder, without a server",
           "onward backup restore --from /backups --data /var/lib/onward-new"},
          {"create", "list", "verify", "restore"},
          [](CLI::App& app) -> Action {
            auto flags = std::make_shared<Flags>();
            AddChoice(app, "create|list|verify|restore", flags->action,
                      {"create", "list", "verify", "restore"})
                .Required();
            AddText(app, "--from", flags->from, "PATH", "a folder of backups; no server is asked");
            AddText(app, "--data", flags->data, "PATH", "new or empty folder to restore into");
            AddNumber(app, "--number", flags->number, "N", "which backup; else the newest");
            AddNumber(app, "--keep", flags->keep, 1, 1'000'000, "N",
                      "keep only the N newest afterwards");
            AddText(app, "-m,--message", flags->message, "TEXT", "kept with a new backup");
            AddConnectionFlags(app, flags->source);
            AddOutputFlags(app, flags->output);
            return [flags](Context& context) { return Run(*flags, context); };
          }};
}

}  // namespace onward::cli
