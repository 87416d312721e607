// onward compact: forgets what an inventory was before a revision.
#include <memory>

#include "clients/cli/commands/all.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/output.h"
#include "clients/cli/session.h"
#include "graph/base/status_macros.h"

namespace onward::cli {
namespace {

struct Flags {
  uint64_t keep_from = 0;
  bool yes = false;
  std::string comment;
  std::string author;
  SourceFlags source;
  OutputFlags output;
};

std::string TextOf(const v1::CompactHistoryResponse& response) {
  const std::string oldest = std::to_string(response.oldest_revision());
  const std::string versions = std::to_string(response.versions()) + " versions of records";
  if (response.dry_run()) {
    return versions + " would be forgotten; revision " + oldest +
           " would be the oldest that can be read.\n"
           "Nothing was forgotten. This cannot be undone: say --yes to do it.\n";
  }
  return versions + " are forgotten; revision " + oldest +
         " is the oldest that can be read. The history of who changed what is kept.\n";
}

Answer AnswerOf(const v1::CompactHistoryResponse& response) {
  Answer answer;
  answer.document = exchange::ToJson(response, exchange::EmptyFields::kKeep);
  answer.lines = {answer.document};
  answer.table = {{"oldestRevision", "versions", "dryRun"},
                  {{std::to_string(response.oldest_revision()), std::to_string(response.versions()),
                    response.dry_run() ? "true" : "false"}}};
  answer.text = TextOf(response);
  return answer;
}

absl::StatusOr<int> Run(const Flags& flags, Context& context) {
  v1::CompactHistoryRequest request;
  request.set_inventory(flags.source.inventory);
  request.set_oldest_revision(flags.keep_from);
  request.set_dry_run(!flags.yes);
  request.set_comment(flags.comment);
  request.set_author(flags.author);
  ONWARD_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session,
                          Session::Open(flags.source, context));
  ONWARD_ASSIGN_OR_RETURN(const v1::CompactHistoryResponse response,
                          session->client().CompactHistory(request));
  Print(AnswerOf(response), flags.output.Parsed(), context.environment);
  return response.dry_run() && response.versions() > 0 ? kExitFindings : kExitOk;
}

}  // namespace

Command CompactCommand() {
  return {"compact",
          "forget what records were before a revision, for good",
          {"onward compact --keep-from 812               # shows what would be forgotten",
           "onward compact --keep-from 812 --yes --comment \"retention, 10 years\""},
          {},
          [](CLI::App& app) -> Action {
            auto flags = std::make_shared<Flags>();
            AddNumber(app, "--keep-from", flags->keep_from, "REVISION",
                      "the oldest that can be read afterwards")
                .Required();
            AddSwitch(app, "-y,--yes", flags->yes, "do it; it cannot be undone");
            AddText(app, "--comment", flags->comment, "TEXT", "why, for the history");
            AddText(app, "--author", flags->author, "NAME", "who, for the history");
            AddServerFlags(app, flags->source);
            AddOutputFlags(app, flags->output);
            return [flags](Context& context) { return Run(*flags, context); };
          }};
}

}  // namespace onward::cli
