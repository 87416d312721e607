// onward get: one record.
#include <CLI/CLI.hpp>

#include <memory>

#include "clients/cli/commands/all.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/records.h"
#include "clients/cli/session.h"

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
  const auto kind = ParseKind(flags.kind);
  if (!kind.ok()) {
    return kind.status();
  }
  auto session = Session::Open(flags.source, context);
  if (!session.ok()) {
    return session.status();
  }
  v1::GetRequest request;
  request.set_inventory(flags.source.inventory);
  request.mutable_ref()->set_kind(*kind);
  request.mutable_ref()->set_id(flags.id);
  SetRevision(flags.at_revision, request);
  const auto response = (*session)->client().Get(request);
  if (!response.ok()) {
    return response.status();
  }
  Answer answer = RecordsAnswer(*kind, {response->record()});
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
            app.add_option("KIND", flags->kind)->required();
            app.add_option("ID", flags->id)->required();
            AddSourceFlags(app, flags->source);
            AddAtRevisionFlag(app, flags->at_revision);
            AddOutputFlags(app, flags->output);
            return [flags](Context& context) { return Run(*flags, context); };
          }};
}

}  // namespace onward::cli
