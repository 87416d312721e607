#include "clients/cli/session.h"

#include <grpcpp/channel.h>

#include <utility>

#include "clients/cli/failure.h"
#include "clients/cli/records.h"
#include "clients/cli/text.h"
#include "graph/base/status_macros.h"

namespace onward::cli {
namespace {

constexpr char kDefaultServer[] = "127.0.0.1:7430";
constexpr char kDefaultInventory[] = "default";
constexpr double kServerSeconds = 30;
constexpr double kOfflineSeconds = 600;

client::ClientOptions OptionsOf(const SourceFlags& flags, double default_seconds) {
  const double seconds = flags.timeout_seconds > 0 ? flags.timeout_seconds : default_seconds;
  return {.deadline = std::chrono::milliseconds(static_cast<int64_t>(seconds * 1000))};
}

// With what the environment says where the flags say nothing.
client::ConnectOptions ConnectOptionsOf(const SourceFlags& flags, const Environment& environment) {
  client::ConnectOptions options = flags.connect;
  const auto add = [&](const char* name, std::string& value) {
    if (value.empty() && environment.variable) {
      value = environment.variable(name).value_or("");
    }
  };
  add("ONWARD_TLS_CA", options.tls_ca);
  add("ONWARD_TLS_CERT", options.tls_cert);
  add("ONWARD_TLS_KEY", options.tls_key);
  add("ONWARD_TOKEN_FILE", options.token_file);
  return options;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Session>> Session::Open(const SourceFlags& flags, Context& context) {
  std::unique_ptr<Session> session(new Session);
  if (flags.files.empty()) {
    if (absl::Status status = session->Dial(flags, context); !status.ok()) {
      return status;
    }
    return session;
  }
  if (!flags.server.empty()) {
    context.hint = "Drop --server to ask the files offline, or -f to ask the server.";
    return Error(absl::StatusCode::kInvalidArgument, "INVALID_REQUEST",
                 "-f and --server exclude each other");
  }
  if (absl::Status status = session->ApplyFiles(flags, context); !status.ok()) {
    return status;
  }
  return session;
}

absl::StatusOr<std::unique_ptr<Session>> Session::OpenBuiltIn(Context& context) {
  std::unique_ptr<Session> session(new Session);
  if (absl::Status status = session->StartOffline({}, context); !status.ok()) {
    return status;
  }
  return session;
}

absl::Status Session::Dial(const SourceFlags& flags, const Context& context) {
  auto channel = client::Connect(ServerAddress(flags, context.environment),
                                 ConnectOptionsOf(flags, context.environment));
  if (!channel.ok()) {
    return Error(absl::StatusCode::kInvalidArgument, "INVALID_REQUEST",
                 std::string(channel.status().message()));
  }
  client_ = std::make_unique<client::Client>(*std::move(channel), OptionsOf(flags, kServerSeconds));
  return absl::OkStatus();
}

absl::Status Session::StartOffline(const SourceFlags& flags, const Context& context) {
  auto service = services::StartOffline(context.environment.clock);
  if (!service.ok()) {
    return service.status();
  }
  service_ = *std::move(service);
  client_ =
      std::make_unique<client::Client>(service_->channel(), OptionsOf(flags, kOfflineSeconds));
  return absl::OkStatus();
}

absl::Status Session::ApplyFiles(const SourceFlags& flags, Context& context) {
  auto manifest = LoadManifest(flags.files, context);
  if (!manifest.ok()) {
    return manifest.status();
  }
  if (absl::Status status = StartOffline(flags, context); !status.ok()) {
    return status;
  }
  if (flags.inventory != kDefaultInventory) {
    v1::CreateInventoryRequest create;
    create.set_id(flags.inventory);
    if (auto created = client_->CreateInventory(create); !created.ok()) {
      return created.status();
    }
  }
  const auto applied = client_->Apply(ApplyRequestOf(*manifest, flags.inventory, false));
  return applied.ok() ? absl::OkStatus() : ExplainByPlaces(applied.status(), *manifest, context);
}

absl::StatusOr<KindSession> OpenForKind(const std::string& word, const SourceFlags& flags,
                                        Context& context) {
  KindSession opened;
  ONWARD_ASSIGN_OR_RETURN(opened.kind, ParseKind(word));
  ONWARD_ASSIGN_OR_RETURN(opened.session, Session::Open(flags, context));
  return opened;
}

std::string ServerAddress(const SourceFlags& flags, const Environment& environment) {
  if (!flags.server.empty()) {
    return flags.server;
  }
  const auto variable = environment.variable ? environment.variable("ONWARD_SERVER") : std::nullopt;
  return variable.has_value() && !variable->empty() ? *variable : kDefaultServer;
}

absl::StatusOr<exchange::Manifest> LoadManifest(const std::vector<std::string>& files,
                                                Context& context) {
  exchange::ManifestResult result = exchange::ReadManifests(files, context.environment.in);
  for (const std::string& skipped : result.skipped) {
    context.environment.err << "onward: not read, a link out of its folder: " << OneLine(skipped)
                            << "\n";
  }
  if (result.problems.empty() && result.manifest.entries.empty()) {
    return Error(absl::StatusCode::kInvalidArgument, "INVALID_MANIFEST",
                 "the manifests hold no record");
  }
  if (result.problems.empty()) {
    return std::move(result.manifest);
  }
  context.problems = result.problems.list();
  return Error(absl::StatusCode::kInvalidArgument, "INVALID_MANIFEST",
               ProblemsMessage(context.problems.size(), result.problems.not_listed()));
}

v1::ApplyRequest ApplyRequestOf(const exchange::Manifest& manifest, const std::string& inventory,
                                bool merge_sources) {
  v1::ApplyRequest request;
  request.set_inventory(inventory);
  for (const exchange::Entry& entry : manifest.entries) {
    v1::Mutation& mutation = *request.add_mutations();
    *mutation.mutable_upsert() = entry.record;
    if (merge_sources) {
      mutation.set_source_merge(v1::SOURCE_MERGE_ADD);
    }
  }
  return request;
}

}  // namespace onward::cli
