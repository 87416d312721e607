// onward inventories: list and create them.
#include <memory>

#include "clients/cli/commands/all.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/failure.h"
#include "clients/cli/output.h"
#include "clients/cli/session.h"

namespace onward::cli {
namespace {

using exchange::Json;

struct Flags {
  std::string action;
  std::string id;
  std::string name;
  SourceFlags source;
  OutputFlags output;
};

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

absl::StatusOr<int> Run(const Flags& flags, Context& context) {
  auto session = Session::Open(flags.source, context);
  if (!session.ok()) {
    return session.status();
  }
  client::Client& client = (*session)->client();
  const auto inventories = flags.action == "create" ? Create(client, flags) : List(client);
  if (!inventories.ok()) {
    return inventories.status();
  }
  Print(AnswerOf(*inventories), flags.output.Parsed(), context.environment);
  return kExitOk;
}

}  // namespace

Command InventoriesCommand() {
  return {"inventories",
          "list or create inventories",
          {"onward inventories list", "onward inventories create acme --name \"Acme Oy\""},
          {"list", "create"},
          [](CLI::App& app) -> Action {
            auto flags = std::make_shared<Flags>();
            AddChoice(app, "list|create", flags->action, {"list", "create"}).Required();
            AddArgument(app, "ID", flags->id);
            AddText(app, "--name", flags->name, "TEXT", "display name of a new one");
            AddConnectionFlags(app, flags->source);
            AddOutputFlags(app, flags->output);
            return [flags](Context& context) { return Run(*flags, context); };
          }};
}

}  // namespace onward::cli
