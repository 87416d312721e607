// onward status: the state of a server.
#include <iterator>
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

// 1.5 MB; 512 B.
std::string Bytes(uint64_t bytes) {
  constexpr uint64_t kStep = 1'000;
  const char* const units[] = {"B", "KB", "MB", "GB", "TB"};
  size_t unit = 0;
  uint64_t whole = bytes;
  uint64_t tenths = 0;
  for (; whole >= kStep && unit + 1 < std::size(units); ++unit) {
    tenths = whole % kStep / 100;
    whole /= kStep;
  }
  const std::string tail = unit == 0 || whole >= 100 ? "" : "." + std::to_string(tenths);
  return std::to_string(whole) + tail + " " + units[unit];
}

Table MemoryTable(const v1::StatsResponse& stats) {
  Table table{{"memory", "records", "flows", "terms", "names", "index", "graph", "categories",
               "overlay", "unfolded", "folds", "verdicts kept"},
              {}};
  for (const v1::InventoryStats& inventory : stats.inventories()) {
    const v1::MemoryUse& memory = inventory.memory();
    table.rows.push_back({inventory.id(), Bytes(memory.records()), Bytes(memory.flows()),
                          Bytes(memory.terms()), Bytes(memory.names()), Bytes(memory.index()),
                          Bytes(memory.graph()), Bytes(memory.categories()),
                          Bytes(memory.overlay()), std::to_string(inventory.unfolded_records()),
                          std::to_string(inventory.folds()),
                          std::to_string(inventory.kept_verdicts())});
  }
  return table;
}

Answer AnswerOf(const std::string& address, const v1::StatsResponse& stats,
                const Environment& environment) {
  Answer answer;
  answer.document = exchange::ToJson(stats, exchange::EmptyFields::kKeep);
  answer.lines = {answer.document};
  answer.table = InventoriesTable(stats);
  const auto add = [&answer](std::string_view name, const std::string& value) {
    answer.text += Pad(name, 14) + OneLine(value) + "\n";
  };
  add("server", address + ", version " + stats.server_version());
  add("started", answer.document["startedAt"].is_string()
                     ? answer.document["startedAt"].get<std::string>()
                     : "not known");
  add("store",
      stats.store_backend() + (stats.writable() ? ", writable" : ", READ-ONLY: writes are sealed"));
  add("law", "version " + stats.law_version() + ", checked up to " + stats.law_knowledge_cutoff());
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
