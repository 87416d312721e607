// onward status: the state of a server.
#include <memory>

#include "clients/cli/commands/all.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/output.h"
#include "clients/cli/session.h"
#include "clients/cli/text.h"

namespace onward::cli {
namespace {

struct Flags {
  SourceFlags source;
  OutputFlags output;
};

Table InventoriesTable(const v1::StatsResponse& stats) {
  Table table{{"inventory", "revision", "parties", "flows", "agreements", "activities"}, {}};
  for (const v1::InventoryStats& inventory : stats.inventories()) {
    table.rows.push_back({inventory.id(), std::to_string(inventory.head_revision()),
                          std::to_string(inventory.parties()), std::to_string(inventory.flows()),
                          std::to_string(inventory.agreements()),
                          std::to_string(inventory.activities())});
  }
  return table;
}

Table MemoryTable(const v1::StatsResponse& stats) {
  Table table{{"memory", "records", "flows", "terms", "names", "index", "graph", "categories",
               "overlay", "unfolded", "folds", "verdicts kept"},
              {}};
  for (const v1::InventoryStats& inventory : stats.inventories()) {
    const v1::MemoryUse& memory = inventory.memory();
    table.rows.push_back(
        {inventory.id(), BytesText(memory.records()), BytesText(memory.flows()),
         BytesText(memory.terms()), BytesText(memory.names()), BytesText(memory.index()),
         BytesText(memory.graph()), BytesText(memory.categories()), BytesText(memory.overlay()),
         std::to_string(inventory.unfolded_records()), std::to_string(inventory.folds()),
         std::to_string(inventory.kept_verdicts())});
  }
  return table;
}

// rocksdb, writable; 1.5 MB in files, 60 GB free, writes stop below 268 MB
std::string StoreLine(const v1::StatsResponse& stats) {
  std::string line = stats.store_backend() + (stats.writable() ? ", writable" : ", READ-ONLY");
  if (stats.store_bytes() > 0) {
    line += "; " + BytesText(stats.store_bytes()) + " in files";
  }
  if (stats.store_free_bytes() > 0) {
    line += ", " + BytesText(stats.store_free_bytes()) + " free";
  }
  if (stats.store_free_bytes_min() > 0) {
    line += ", writes stop below " + BytesText(stats.store_free_bytes_min());
  }
  return line;
}

// 12 of 1000 inventories, 3.1 MB of 4 MB; 988 left it, 0 came back
std::string MemoryLine(const v1::StatsResponse& stats) {
  std::string line = std::to_string(stats.loaded_inventories()) + " inventories, " +
                     BytesText(stats.loaded_bytes());
  if (stats.memory_budget_bytes() > 0) {
    line += " of " + BytesText(stats.memory_budget_bytes()) + "; " +
            std::to_string(stats.memory_drops()) + " left it, " +
            std::to_string(stats.memory_reloads()) + " came back";
  }
  return line;
}

// Those that are set: each inventory: 10000000 records, 5000000 flows, 1024 watches, 50 calls/s
std::string LimitsLine(const v1::InventoryLimits& limits) {
  std::string line = std::to_string(limits.records()) + " records, " +
                     std::to_string(limits.flows()) + " flows, " +
                     std::to_string(limits.watches()) + " watches";
  if (limits.calls_per_second() > 0) {
    line += ", " + std::to_string(limits.calls_per_second()) + " calls/s";
  }
  if (limits.work_ms_per_second() > 0) {
    line += ", " + std::to_string(limits.work_ms_per_second()) + " ms of work/s";
  }
  if (limits.answer_bytes_per_second() > 0) {
    line += ", " + BytesText(limits.answer_bytes_per_second()) + " of answers/s";
  }
  return line;
}

Answer AnswerOf(const std::string& address, const v1::StatsResponse& stats,
                const Environment& environment) {
  Answer answer;
  answer.document = exchange::ToJson(stats, exchange::EmptyFields::kKeep);
  answer.lines = {answer.document};
  answer.table = InventoriesTable(stats);
  const auto add = [&answer](std::string_view name, const std::string& value) {
    answer.text += Pad(name, 16) + OneLine(value) + "\n";
  };
  add("server", address + ", version " + stats.server_version());
  add("started", answer.document["startedAt"].is_string()
                     ? answer.document["startedAt"].get<std::string>()
                     : "not known");
  add("store", StoreLine(stats));
  if (!stats.writable()) {
    add("writes", "REFUSED: " + stats.sealed_because());
  }
  add("law", "version " + stats.law_version() + ", checked up to " + stats.law_knowledge_cutoff());
  add("memory", MemoryLine(stats));
  if (stats.has_inventory_limits()) {
    add("each inventory", LimitsLine(stats.inventory_limits()));
  }
  const auto width = static_cast<size_t>(environment.columns);
  answer.text += "\n" + TableText(answer.table, width, environment.utf8);
  answer.text += "\n" + TableText(MemoryTable(stats), width, environment.utf8);
  return answer;
}

absl::StatusOr<int> Run(const Flags& flags, Context& context) {
  auto session = Session::Open(flags.source, context);
  if (!session.ok()) {
    return session.status();
  }
  const auto stats = (*session)->client().Stats();
  if (!stats.ok()) {
    return stats.status();
  }
  Print(AnswerOf(ServerAddress(flags.source, context.environment), *stats, context.environment),
        flags.output.Parsed(), context.environment);
  return kExitOk;
}

}  // namespace

Command StatusCommand() {
  return {"status",
          "show the state of a server",
          {"onward status", "onward status --server unix:/run/onward/onward.sock -o json"},
          {},
          [](CLI::App& app) -> Action {
            auto flags = std::make_shared<Flags>();
            AddConnectionFlags(app, flags->source);
            AddOutputFlags(app, flags->output);
            return [flags](Context& context) { return Run(*flags, context); };
          }};
}

}  // namespace onward::cli
