// onward apply: manifests into an inventory, after a look at what changes.
#include <memory>

#include "clients/cli/change.h"
#include "clients/cli/commands/all.h"
#include "clients/cli/failure.h"
#include "clients/cli/session.h"
#include "clients/cpp/error_details.h"

namespace onward::cli {
namespace {

struct Flags {
  SourceFlags source;
  ChangeFlags change;
  OutputFlags output;
  bool merge_sources = false;
  bool create = false;
};

// Creates the inventory; one that is already there is fine.
absl::Status Create(client::Client& client, const std::string& id) {
  v1::CreateInventoryRequest request;
  request.set_id(id);
  const absl::Status status = client.CreateInventory(request).status();
  return client::DetailsOf(status).reason == "INVENTORY_EXISTS" ? absl::OkStatus() : status;
}

absl::StatusOr<int> Run(const Flags& flags, Context& context) {
  const auto manifest = LoadManifest(flags.source.files, context);
  if (!manifest.ok()) {
    return manifest.status();
  }
  SourceFlags server = flags.source;
  server.files.clear();
  auto session = Session::Open(server, context);
  if (!session.ok()) {
    return session.status();
  }
  client::Client& client = (*session)->client();
  if (flags.create) {
    if (absl::Status status = Create(client, flags.source.inventory); !status.ok()) {
      return status;
    }
  }
  return Change(client, ApplyRequestOf(*manifest, flags.source.inventory, flags.merge_sources),
                &*manifest, flags.change, flags.output, context);
}

}  // namespace

Command ApplyCommand() {
  return {"apply",
          "write manifests to a server, after a preview",
          {"onward apply -f inventory/                        # shows, then asks",
           "onward apply -f inventory/ --dry-run              # exit 1 if something would change",
           "onward apply -f inventory/ --yes --create --inventory acme --comment \"new vendor\""},
          {},
          [](CLI::App& app) -> Action {
            auto flags = std::make_shared<Flags>();
            AddListFlag(app, "-f,--file", flags->source.files, "PATH",
                        "manifests: file, folder or -; repeatable");
            FindOption(app, "--file").Required();
            AddServerFlags(app, flags->source);
            AddChangeFlags(app, flags->change);
            AddSwitch(app, "--merge-sources", flags->merge_sources,
                      "keep stored sources, add the new ones");
            AddSwitch(app, "--create", flags->create, "create the inventory if it is not there");
            AddOutputFlags(app, flags->output);
            return [flags](Context& context) { return Run(*flags, context); };
          }};
}

}  // namespace onward::cli
