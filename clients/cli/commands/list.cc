// onward list: the records of a kind.
#include <memory>

#include "clients/cli/commands/all.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/pages.h"
#include "clients/cli/records.h"
#include "clients/cli/session.h"
#include "clients/cli/text.h"
#include "graph/base/status_macros.h"

namespace onward::cli {
namespace {

struct Flags {
  std::string kind;
  std::string prefix;
  SourceFlags source;
  uint64_t at_revision = 0;
  OutputFlags output;
};

absl::StatusOr<std::vector<v1::Record>> Fetch(client::Client& client, v1::ListRequest request) {
  std::vector<v1::Record> records;
  ONWARD_RETURN_IF_ERROR(EachPage(
      std::move(request), [&](const v1::ListRequest& asked) { return client.List(asked); },
      [&](v1::ListResponse& page) {
        for (v1::Record& record : *page.mutable_records()) {
          records.push_back(std::move(record));
        }
      }));
  return records;
}

absl::StatusOr<int> Run(const Flags& flags, Context& context) {
  ONWARD_ASSIGN_OR_RETURN(const KindSession opened, OpenForKind(flags.kind, flags.source, context));
  v1::ListRequest request;
  request.set_inventory(flags.source.inventory);
  request.set_kind(opened.kind);
  request.set_id_prefix(flags.prefix);
  SetRevision(flags.at_revision, request);
  ONWARD_ASSIGN_OR_RETURN(const std::vector<v1::Record> records,
                          Fetch(opened.client(), std::move(request)));
  Print(RecordsAnswer(opened.kind, records), flags.output.Parsed(), context.environment);
  return kExitOk;
}

}  // namespace

Command ListCommand() {
  return {"list",
          "list the records of a kind",
          {"onward list parties", "onward list flows -f inventory/ --prefix smartum- -o csv",
           "onward list agreements -o yaml > agreements.yaml  # manifests again"},
          KindWords(),
          [](CLI::App& app) -> Action {
            auto flags = std::make_shared<Flags>();
            AddArgument(app, "KIND", flags->kind).Required();
            AddText(app, "--prefix", flags->prefix, "TEXT", "only ids that start so");
            AddSourceFlags(app, flags->source);
            AddAtRevisionFlag(app, flags->at_revision);
            AddOutputFlags(app, flags->output);
            return [flags](Context& context) { return Run(*flags, context); };
          }};
}

}  // namespace onward::cli
