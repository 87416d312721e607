// onward watch: what changes, as it happens.
#include "clients/cli/watch.h"

#include <memory>

#include "clients/cli/commands/all.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/failure.h"
#include "clients/cli/flags.h"
#include "clients/cli/records.h"
#include "clients/cli/session.h"
#include "clients/cpp/error_details.h"
#include "graph/base/status_macros.h"

namespace onward::cli {
namespace {

struct Flags {
  uint64_t from = 0;
  std::string after;
  uint64_t until = 0;
  std::vector<std::string> kinds;
  std::string prefix;
  bool records = false;
  bool verdicts = false;
  bool findings = false;
  std::string as_of;
  std::string exec;
  SourceFlags source;
  OutputFlags output;
};

absl::StatusOr<v1::WatchRequest> RequestOf(const Flags& flags) {
  v1::WatchRequest request;
  request.set_inventory(flags.source.inventory);
  request.set_from_revision(flags.from);
  request.set_after_token(flags.after);
  if (flags.until != 0) {
    // Marks pass over what is left out, and must not let the end wait.
    request.set_progress_seconds(1);
  }
  for (const std::string& word : flags.kinds) {
    ONWARD_ASSIGN_OR_RETURN(const v1::RecordKind kind, ParseKind(word));
    request.add_kinds(kind);
  }
  request.set_id_prefix(flags.prefix);
  request.set_records(flags.records);
  request.set_verdicts(flags.verdicts);
  request.set_findings(flags.findings);
  request.set_as_of(flags.as_of);
  return request;
}

// Says on the error stream what becomes of the connection.
client::WatchOptions OptionsOf(std::ostream& err) {
  client::WatchOptions options;
  options.on_reconnect = [&err](const client::Reconnect& lost) {
    if (lost.attempt == 1) {
      err << "onward: lost after revision " << lost.revision << " (" << lost.why.message()
          << "); asking again\n"
          << std::flush;
    }
  };
  options.on_resumed = [&err](uint64_t revision) {
    err << "onward: going on after revision " << revision << "\n" << std::flush;
  };
  return options;
}

void Show(const v1::WatchResponse& response, const Flags& flags, const Environment& environment) {
  switch (flags.output.Parsed()) {
    case Format::kJson:
      environment.out << exchange::JsonText(WatchEventJson(response)) << "\n";
      break;
    case Format::kJsonl:
      environment.out << exchange::JsonText(WatchEventJson(response), -1) << "\n";
      break;
    case Format::kTable:
    case Format::kYaml:
    case Format::kCsv:
    case Format::kMarkdown:
      environment.out << WatchEventText(response, MakeStyle(environment, flags.output));
      break;
  }
  environment.out << std::flush;
}

// `before` is the token of what came before the event: whoever goes on after it loses nothing.
absl::Status HandOver(const v1::WatchResponse& response, const std::string& command,
                      const std::string& before, Context& context) {
  ONWARD_ASSIGN_OR_RETURN(const int code,
                          RunWithInput(command, exchange::JsonText(WatchEventJson(response), -1)));
  if (code == 0) {
    return absl::OkStatus();
  }
  const std::string revision = std::to_string(response.event().revision());
  context.hint = "Mend the command, then go on with this event: --after " + before;
  return Error(
      absl::StatusCode::kAborted, "COMMAND_FAILED",
      "the command of --exec ended with " + std::to_string(code) + " on revision " + revision);
}

absl::Status Handle(const v1::WatchResponse& response, const Flags& flags,
                    const std::string& before, Context& context) {
  Show(response, flags, context.environment);
  return flags.exec.empty() ? absl::OkStatus() : HandOver(response, flags.exec, before, context);
}

void Hint(const absl::Status& status, Context& context) {
  const client::ErrorDetails details = client::DetailsOf(status);
  const auto oldest = details.metadata.find("oldest");
  if (details.reason == "REVISION_COMPACTED" && oldest != details.metadata.end()) {
    context.hint = "The oldest that can be told: onward watch --from " + oldest->second;
  }
  if (details.reason == "FOREIGN_TOKEN") {
    context.hint = "The server has another store now: read the inventory anew, then watch it.";
  }
}

absl::StatusOr<int> Run(const Flags& flags, Context& context) {
  ONWARD_ASSIGN_OR_RETURN(v1::WatchRequest request, RequestOf(flags));
  ONWARD_ASSIGN_OR_RETURN(const auto session, Session::Open(flags.source, context));
  std::ostream& err = context.environment.err;
  const auto watcher = session->client().Watch(std::move(request), OptionsOf(err));
  bool begun = false;
  while (flags.until == 0 || !begun || watcher->revision() < flags.until) {
    const std::string before = watcher->token();
    const absl::StatusOr<v1::WatchResponse> next = watcher->Next();
    if (!next.ok()) {
      Hint(next.status(), context);
      return next.status();
    }
    if (!begun) {
      err << "onward: watching " << flags.source.inventory << " after revision "
          << watcher->revision() << "\n"
          << std::flush;
      begun = true;
    }
    if (next->has_event()) {
      ONWARD_RETURN_IF_ERROR(Handle(*next, flags, before, context));
    }
  }
  return kExitOk;
}

void AddFlags(CLI::App& app, Flags& flags) {
  AddNumber(app, "--from", flags.from, "REVISION",
            "first revision told (the next that is written)");
  AddText(app, "--after", flags.after, "TOKEN", "go on after an event: its stamp.token")
      .Excludes(FindOption(app, "--from"));
  AddNumber(app, "--until", flags.until, "REVISION", "end once this one was told");
  AddListFlag(app, "--kind", flags.kinds, "KIND", "only records of this kind; repeatable");
  AddText(app, "--prefix", flags.prefix, "TEXT", "only records whose id starts with this");
  AddSwitch(app, "--records", flags.records, "whole records, not only their names");
  AddSwitch(app, "--verdicts", flags.verdicts,
            "also the verdicts that change, by a law register or a new day too");
  AddSwitch(app, "--findings", flags.findings, "also findings opened, closed, changed");
  AddAsOfFlag(app, flags.as_of, "date of verdicts and findings (each day anew)");
  AddText(app, "--exec", flags.exec, "COMMAND",
          "run for each event, given as JSON; where it fails, the watch ends");
  AddServerFlags(app, flags.source);
  AddWord(app, "-o,--output", flags.output.format, {"table", "json", "jsonl"}, "FORMAT",
          "table, json or jsonl");
  AddSwitch(app, "--no-color", flags.output.no_colour, "never colour; so does NO_COLOR");
}

}  // namespace

Command WatchCommand() {
  return {"watch",
          "tell what changes, as it happens",
          {"onward watch --verdicts --findings              # until you stop it",
           "onward watch --from 812 --kind flow --records -o jsonl >> changes.jsonl",
           "onward watch --findings --exec './notify.sh'    # goes on by itself after a restart"},
          {},
          [](CLI::App& app) -> Action {
            auto flags = std::make_shared<Flags>();
            AddFlags(app, *flags);
            return [flags](Context& context) { return Run(*flags, context); };
          }};
}

}  // namespace onward::cli
