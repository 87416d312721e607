// onward revert: an earlier state as a new revision.
#include <memory>

#include "clients/cli/change.h"
#include "clients/cli/commands/all.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/session.h"
#include "graph/base/status_macros.h"

namespace onward::cli {
namespace {

struct Flags {
  uint64_t to = 0;
  uint64_t expected_head = 0;
  bool dry_run = false;
  std::string comment;
  std::string author;
  std::string as_of;
  SourceFlags source;
  OutputFlags output;
};

// As an Apply, whose way of being shown it shares.
v1::ApplyResponse AsApply(const v1::RevertResponse& revert) {
  v1::ApplyResponse apply;
  *apply.mutable_stamp() = revert.stamp();
  apply.set_created(revert.created());
  apply.set_updated(revert.updated());
  apply.set_deleted(revert.deleted());
  *apply.mutable_verdict_changes() = revert.verdict_changes();
  apply.set_dry_run(revert.dry_run());
  return apply;
}

absl::StatusOr<int> Run(const Flags& flags, Context& context) {
  v1::RevertRequest request;
  request.set_inventory(flags.source.inventory);
  request.set_to_revision(flags.to);
  request.set_expected_head(flags.expected_head);
  request.set_comment(flags.comment.empty() ? "back to revision " + std::to_string(flags.to)
                                            : flags.comment);
  request.set_author(flags.author);
  request.set_as_of(flags.as_of);
  request.set_dry_run(flags.dry_run);
  ONWARD_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session,
                          Session::Open(flags.source, context));
  ONWARD_ASSIGN_OR_RETURN(const v1::RevertResponse response,
                          session->client().Revert(std::move(request)));
  const Style style = MakeStyle(context.environment, flags.output);
  Answer answer =
      ChangeAnswer(AsApply(response), style, static_cast<size_t>(context.environment.columns));
  answer.document = exchange::ToJson(response, exchange::EmptyFields::kKeep);
  answer.lines = {answer.document};
  Print(answer, flags.output.Parsed(), context.environment);
  const bool changes = response.created() + response.updated() + response.deleted() > 0;
  return flags.dry_run && changes ? kExitFindings : kExitOk;
}

}  // namespace

Command RevertCommand() {
  return {"revert",
          "write an earlier state as a new revision; nothing is lost",
          {"onward revert --to 812 --dry-run             # shows what would change",
           "onward revert --to 812 --comment \"wrong import\" --author dpo"},
          {},
          [](CLI::App& app) -> Action {
            auto flags = std::make_shared<Flags>();
            AddNumber(app, "--to", flags->to, "REVISION", "the state to write again").Required();
            AddNumber(app, "--expected-head", flags->expected_head, "REVISION",
                      "refuse if the newest is another");
            AddSwitch(app, "--dry-run", flags->dry_run,
                      "only show; exit 1 if something would change");
            AddText(app, "--comment", flags->comment, "TEXT", "why, for the history");
            AddText(app, "--author", flags->author, "NAME", "who, for the history");
            AddAsOfFlag(app, flags->as_of, "day of the shown verdicts (today, UTC)");
            AddServerFlags(app, flags->source);
            AddOutputFlags(app, flags->output);
            return [flags](Context& context) { return Run(*flags, context); };
          }};
}

}  // namespace onward::cli
