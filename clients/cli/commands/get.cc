// onward get: one record.
#include <memory>

#include "clients/cli/commands/all.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/records.h"
#include "clients/cli/session.h"
#include "graph/base/status_macros.h"

namespace onward::cli {
namespace {

struct Flags {
  std::string kind;
  std::string id;
  SourceFlags source;
  uint64_t at_revision = 0;
  OutputFlags output{.format = "yaml"};
};

absl::StatusOr<int> Run(const Flags& flags, Context& context) {
  ONWARD_ASSIGN_OR_RETURN(const KindSession opened, OpenForKind(flags.kind, flags.source, context));
  v1::GetRequest request;
  request.set_inventory(flags.source.inventory);
  request.mutable_ref()->set_kind(opened.kind);
  request.mutable_ref()->set_id(flags.id);
  SetRevision(flags.at_revision, request);
  ONWARD_ASSIGN_OR_RETURN(const v1::GetResponse response, opened.client().Get(request));
  Answer answer = RecordsAnswer(opened.kind, {response.record()});
  answer.document = answer.lines.front();
  Print(answer, flags.output.Parsed(), context.environment);
  return kExitOk;
}

}  // namespace

Command GetCommand() {
  return {"get",
          "print one record, as a manifest",
          {"onward get party salesforce",
           "onward get flow smartum-to-salesforce --at-revision 3 -o json"},
          KindWords(),
          [](CLI::App& app) -> Action {
            auto flags = std::make_shared<Flags>();
            AddArgument(app, "KIND", flags->kind).Required();
            AddArgument(app, "ID", flags->id).Required();
            AddSourceFlags(app, flags->source);
            AddAtRevisionFlag(app, flags->at_revision);
            AddOutputFlags(app, flags->output);
            return [flags](Context& context) { return Run(*flags, context); };
          }};
}

}  // namespace onward::cli
