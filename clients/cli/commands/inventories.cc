// onward inventories: list and create them, export one to a file and import it.
#include <memory>

#include "clients/cli/commands/all.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/failure.h"
#include "clients/cli/inventory_file.h"
#include "clients/cli/output.h"
#include "clients/cli/session.h"

namespace onward::cli {
namespace {

using exchange::Json;

struct Flags {
  std::string action;
  std::string id;
  std::string name;
  std::string file;
  std::string as;
  SourceFlags source;
  OutputFlags output;
};

// Of a call about a file: what one about verdicts may take is too short.
constexpr double kFileSeconds = 3'600;

absl::Status Usage(const std::string& message) {
  return Error(absl::StatusCode::kInvalidArgument, "INVALID_REQUEST", message);
}

Answer AnswerOf(const std::vector<v1::InventoryInfo>& inventories) {
  Answer answer;
  answer.document = Json::array();
  answer.table.columns = {"id", "displayName", "headRevision", "createdAt"};
  for (const v1::InventoryInfo& info : inventories) {
    const Json json = exchange::ToJson(info, exchange::EmptyFields::kKeep);
    answer.document.push_back(json);
    answer.lines.push_back(json);
    answer.table.rows.push_back(
        {info.id(), info.display_name(), std::to_string(info.head_revision()),
         json["createdAt"].is_string() ? json["createdAt"].get<std::string>() : ""});
  }
  return answer;
}

absl::StatusOr<std::vector<v1::InventoryInfo>> List(client::Client& client) {
  std::vector<v1::InventoryInfo> inventories;
  v1::ListInventoriesRequest request;
  do {
    const auto page = client.ListInventories(request);
    if (!page.ok()) {
      return page.status();
    }
    inventories.insert(inventories.end(), page->inventories().begin(), page->inventories().end());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return inventories;
}

absl::StatusOr<std::vector<v1::InventoryInfo>> Create(client::Client& client, const Flags& flags) {
  if (flags.id.empty()) {
    return Error(absl::StatusCode::kInvalidArgument, "INVALID_REQUEST",
                 "inventories create needs an ID");
  }
  v1::CreateInventoryRequest request;
  request.set_id(flags.id);
  request.set_display_name(flags.name);
  auto created = client.CreateInventory(request);
  if (!created.ok()) {
    return created.status();
  }
  return std::vector<v1::InventoryInfo>{*std::move(created)};
}

// What does not fit the action, with what would.
absl::Status CheckFlags(const Flags& flags, Context& context) {
  const bool exports = flags.action == "export";
  if (exports && (flags.id.empty() || flags.file.empty())) {
    context.hint = "onward inventories export acme -O acme.onward";
    return Usage("inventories export needs an ID, and -O, the file to write");
  }
  if ((flags.action == "import" || flags.action == "verify") && flags.id.empty()) {
    context.hint = "onward inventories " + flags.action + " acme.onward";
    return Usage("inventories " + flags.action + " needs a FILE that export wrote");
  }
  if (!exports && !flags.file.empty()) {
    return Usage("-O belongs to inventories export");
  }
  return flags.action != "import" && !flags.as.empty() ? Usage("--as belongs to inventories import")
                                                       : absl::OkStatus();
}

absl::StatusOr<Answer> Ask(const Flags& flags, Context& context) {
  if (flags.action == "verify") {
    return CheckFile(flags.id, context);
  }
  SourceFlags source = flags.source;
  if (source.timeout_seconds <= 0 && (flags.action == "export" || flags.action == "import")) {
    source.timeout_seconds = kFileSeconds;
  }
  auto session = Session::Open(source, context);
  if (!session.ok()) {
    return session.status();
  }
  client::Client& client = (*session)->client();
  if (flags.action == "export") {
    return ExportToFile(client, flags.id, flags.file, context);
  }
  if (flags.action == "import") {
    return ImportFromFile(client, flags.id, flags.as, context);
  }
  const auto inventories = flags.action == "create" ? Create(client, flags) : List(client);
  return inventories.ok() ? absl::StatusOr<Answer>(AnswerOf(*inventories)) : inventories.status();
}

absl::StatusOr<int> Run(const Flags& flags, Context& context) {
  if (absl::Status status = CheckFlags(flags, context); !status.ok()) {
    return status;
  }
  const auto answer = Ask(flags, context);
  if (!answer.ok()) {
    return answer.status();
  }
  Print(*answer, flags.output.Parsed(), context.environment);
  return kExitOk;
}

}  // namespace

Command InventoriesCommand() {
  return {"inventories",
          "list, create, export or import inventories",
          {"onward inventories list", "onward inventories create acme --name \"Acme Oy\"",
           "onward inventories export acme -O acme.onward     # with its history",
           "onward inventories import acme.onward --as acme-copy",
           "onward inventories verify acme.onward             # without a server"},
          {"list", "create", "export", "import", "verify"},
          [](CLI::App& app) -> Action {
            auto flags = std::make_shared<Flags>();
            AddChoice(app, "list|create|export|import|verify", flags->action,
                      {"list", "create", "export", "import", "verify"})
                .Required();
            AddArgument(app, "ID|FILE", flags->id);
            AddText(app, "--name", flags->name, "TEXT", "display name of a new one");
            AddText(app, "-O,--output-file", flags->file, "FILE", "export: where the file goes");
            AddText(app, "--as", flags->as, "ID", "import: under another id than that of the file");
            AddConnectionFlags(app, flags->source);
            AddOutputFlags(app, flags->output);
            return [flags](Context& context) { return Run(*flags, context); };
          }};
}

}  // namespace onward::cli
