// onward storage: the folder of a store that no server has open.
#include <memory>

#include "clients/cli/commands/all.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/failure.h"
#include "clients/cli/flags.h"
#include "clients/cli/offline_storage.h"
#include "clients/cli/output.h"
#include "clients/cli/text.h"

namespace onward::cli {
namespace {

using exchange::Json;

struct Flags {
  std::string action;
  std::string data;
  bool dry_run = false;
  OutputFlags output;
};

Json HeadsOf(const services::StorageReport& report) {
  Json heads = Json::object();
  for (const auto& [id, revision] : report.heads) {
    heads[id] = revision;
  }
  return heads;
}

std::string ReportText(const services::StorageReport& report, const std::string& data) {
  std::string text;
  for (const absl::Status& problem : report.problems) {
    const absl::string_view message = problem.message();
    text += OneLine(std::string_view(message.data(), message.size())) + "\n";
  }
  if (!report.problems.empty()) {
    return text + Count(report.problems.size(), "problem", "problems") + " in " + data +
           "; nothing was changed. Restore a backup: onward backup restore --help\n";
  }
  text = data + " is whole: format " + std::to_string(report.format) + ", " +
         Count(report.heads.size(), "inventory", "inventories") + ", " +
         Count(report.revisions, "revision", "revisions") + ", " +
         Count(report.records, "version of a record", "versions of records") + ", " +
         Count(report.laws, "law register", "law registers") + ".\n";
  if (report.format != report.newest_format) {
    text += "This release writes format " + std::to_string(report.newest_format) +
            "; the first write raises it, or: onward storage migrate --data " + data + "\n";
  }
  return text;
}

absl::StatusOr<int> Check(const Flags& flags, Context& context) {
  const auto report = services::CheckStorage(flags.data, ProgressLine(context));
  if (!report.ok()) {
    return FolderError(report.status(), context);
  }
  Answer answer;
  Json problems = Json::array();
  answer.table.columns = {"problem"};
  for (const absl::Status& problem : report->problems) {
    const std::string message(problem.message().data(), problem.message().size());
    problems.push_back(message);
    answer.table.rows.push_back({message});
  }
  answer.document = {{"format", report->format},           {"newestFormat", report->newest_format},
                     {"incarnation", report->incarnation}, {"heads", HeadsOf(*report)},
                     {"revisions", report->revisions},     {"records", report->records},
                     {"lawRegisters", report->laws},       {"problems", problems}};
  answer.lines = {answer.document};
  answer.text = ReportText(*report, flags.data);
  Print(answer, flags.output.Parsed(), context.environment);
  return report->problems.empty() ? kExitOk : kExitFindings;
}

absl::StatusOr<int> Migrate(const Flags& flags, Context& context) {
  const auto done = services::MigrateStorage(flags.data, flags.dry_run, ProgressLine(context));
  if (!done.ok()) {
    return FolderError(done.status(), context);
  }
  Answer answer;
  const bool changed = done->from != done->to && !flags.dry_run;
  answer.document = {
      {"from", done->from}, {"to", done->to}, {"changed", changed}, {"dryRun", flags.dry_run}};
  answer.lines = {answer.document};
  answer.table.columns = {"from", "to", "changed"};
  answer.table.rows = {
      {std::to_string(done->from), std::to_string(done->to), changed ? "true" : "false"}};
  const std::string formats =
      "from format " + std::to_string(done->from) + " to " + std::to_string(done->to);
  if (done->from == done->to) {
    answer.text = flags.data + " has format " + std::to_string(done->to) + " already.\n";
  } else if (changed) {
    answer.text = flags.data + " was raised " + formats + "; earlier releases refuse it now.\n";
  } else {
    answer.text = flags.data + " is whole and would be raised " + formats +
                  "; nothing was changed (dry run).\n";
  }
  Print(answer, flags.output.Parsed(), context.environment);
  return kExitOk;
}

absl::StatusOr<int> Run(const Flags& flags, Context& context) {
  if (flags.dry_run && flags.action != "migrate") {
    return Error(absl::StatusCode::kInvalidArgument, "INVALID_REQUEST",
                 "--dry-run is of storage migrate; check changes nothing anyway");
  }
  return flags.action == "check" ? Check(flags, context) : Migrate(flags, context);
}

}  // namespace

Command StorageCommand() {
  return {"storage",
          "check or migrate the folder of a store, without a server",
          {"onward storage check --data /var/lib/onward     # reads all of it, changes nothing",
           "onward storage migrate --data /var/lib/onward --dry-run",
           "onward storage migrate --data /var/lib/onward"},
          {"check", "migrate"},
          [](CLI::App& app) -> Action {
            auto flags = std::make_shared<Flags>();
            AddChoice(app, "check|migrate", flags->action, {"check", "migrate"}).Required();
            AddText(app, "--data", flags->data, "PATH", "folder of the store").Required();
            AddSwitch(app, "--dry-run", flags->dry_run, "only tell what migrate would change");
            AddOutputFlags(app, flags->output);
            return [flags](Context& context) { return Run(*flags, context); };
          }};
}

}  // namespace onward::cli
