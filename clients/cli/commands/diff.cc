// onward diff: what differs between two revisions.
#include <memory>

#include "clients/cli/commands/all.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/records.h"
#include "clients/cli/revisions.h"
#include "clients/cli/session.h"
#include "graph/base/status_macros.h"

namespace onward::cli {
namespace {

struct Flags {
  std::string kind;
  uint64_t from = 0;
  uint64_t to = 0;
  bool verdicts = false;
  std::string as_of;
  std::string law_known_at;
  SourceFlags source;
  OutputFlags output;
};

absl::StatusOr<int> Run(const Flags& flags, Context& context) {
  v1::DiffRequest request;
  request.set_inventory(flags.source.inventory);
  request.set_from_revision(flags.from);
  request.set_to_revision(flags.to);
  if (!flags.kind.empty()) {
    ONWARD_ASSIGN_OR_RETURN(const v1::RecordKind kind, ParseKind(flags.kind));
    request.set_kind(kind);
  }
  request.set_verdicts(flags.verdicts);
  request.set_as_of(flags.as_of);
  request.set_law_known_at(flags.law_known_at);
  ONWARD_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session,
                          Session::Open(flags.source, context));
  ONWARD_ASSIGN_OR_RETURN(const v1::DiffResponse diff,
                          FetchDiff(session->client(), std::move(request)));
  const Style style = MakeStyle(context.environment, flags.output);
  Print(DiffAnswer(diff, flags.verdicts, style, static_cast<size_t>(context.environment.columns)),
        flags.output.Parsed(), context.environment);
  const bool differs = diff.records_size() > 0 || diff.verdict_change_count() > 0;
  return differs ? kExitFindings : kExitOk;
}

}  // namespace

Command DiffCommand() {
  return {
      "diff",
      "compare two revisions: records, and with --verdicts what they change",
      {"onward diff --from 812                       # up to now",
       "onward diff --from 812 --to 815 --verdicts --as-of 2026-01-01",
       "onward diff party --from 0 --to 1            # from the empty inventory"},
      KindWords(),
      [](CLI::App& app) -> Action {
        auto flags = std::make_shared<Flags>();
        AddArgument(app, "KIND", flags->kind, "only records of this kind");
        AddNumber(app, "--from", flags->from, "REVISION", "the earlier state; 0: empty").Required();
        AddNumber(app, "--to", flags->to, "REVISION", "the later state (the newest)");
        AddSwitch(app, "--verdicts", flags->verdicts,
                  "also the verdicts that differ, by the law in effect");
        AddAsOfFlag(app, flags->as_of, "day of the verdicts (today, UTC)");
        AddDateFlag(app, "--law-known-at", flags->law_known_at, "law as it was known on this day");
        AddServerFlags(app, flags->source);
        AddOutputFlags(app, flags->output);
        return [flags](Context& context) { return Run(*flags, context); };
      }};
}

}  // namespace onward::cli
