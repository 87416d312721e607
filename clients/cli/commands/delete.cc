// onward delete: records out of an inventory, after a look at what changes.
#include <memory>

#include "clients/cli/change.h"
#include "clients/cli/commands/all.h"
#include "clients/cli/records.h"
#include "clients/cli/session.h"
#include "graph/base/status_macros.h"

namespace onward::cli {
namespace {

struct Flags {
  std::string kind;
  std::vector<std::string> ids;
  SourceFlags source;
  ChangeFlags change;
  OutputFlags output;
};

absl::StatusOr<int> Run(const Flags& flags, Context& context) {
  ONWARD_ASSIGN_OR_RETURN(const KindSession opened, OpenForKind(flags.kind, flags.source, context));
  v1::ApplyRequest request;
  request.set_inventory(flags.source.inventory);
  for (const std::string& id : flags.ids) {
    v1::Mutation& mutation = *request.add_mutations();
    mutation.mutable_delete_()->set_kind(opened.kind);
    mutation.mutable_delete_()->set_id(id);
    mutation.mutable_precondition()->set_must_exist(true);
  }
  return Change(opened.client(), std::move(request), nullptr, flags.change, flags.output, context);
}

}  // namespace

Command DeleteCommand() {
  return {"delete",
          "delete records from a server, after a preview",
          {"onward delete flow smartum-to-salesforce          # shows, then asks",
           "onward delete party old-vendor --yes --comment \"contract ended\""},
          KindWords(),
          [](CLI::App& app) -> Action {
            auto flags = std::make_shared<Flags>();
            AddArgument(app, "KIND", flags->kind).Required();
            AddArguments(app, "ID", flags->ids).Required();
            AddServerFlags(app, flags->source);
            AddChangeFlags(app, flags->change);
            AddOutputFlags(app, flags->output);
            return [flags](Context& context) { return Run(*flags, context); };
          }};
}

}  // namespace onward::cli
