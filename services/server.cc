#include "services/server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/server_builder_option.h>
#include <grpcpp/resource_quota.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "graph/base/status_macros.h"
#include "services/audit/auditor.h"
#include "services/audit/key_file.h"
#include "services/call_log.h"
#include "services/commands/engine.h"
#include "services/commands/watch_hub.h"
#include "services/law_version.h"
#include "services/listen_address.h"
#include "services/logging.h"
#include "services/rpc/admin_service.h"
#include "services/rpc/inventory_service.h"
#include "services/rpc/law_service.h"
#include "services/rpc/transfers_service.h"
#include "services/server_identity.h"
#include "services/server_metrics.h"
#include "services/store_watch.h"

namespace onward::services {
namespace {

// Health, besides that of each service: whether writes are accepted.
constexpr const char* kWritesHealth = "onward.v1.Inventory/writes";
// How often it is looked whether the store takes writes.
constexpr std::chrono::milliseconds kStoreLook(250);

size_t Cores() { return std::max(1U, std::thread::hardware_concurrency()); }

size_t WorkersOf(const Options& options) {
  return options.workers > 0 ? options.workers : std::max<size_t>(4, 2 * Cores());
}

commands::EngineOptions EngineOptionsOf(const Options& options) {
  commands::EngineOptions engine;
  engine.mutations_max = options.mutations_max;
  engine.batch_checks_max = options.batch_checks_max;
  engine.timeline_changes_max = options.timeline_changes_max;
  engine.inventories_max = options.inventories_max;
  engine.past_snapshots_max = options.past_snapshots_max;
  engine.judged_dates_max = options.judged_dates_max;
  engine.watches_max = options.watches_max;
  engine.watch_items_max = options.watch_items_max;
  engine.inventory_records_max = options.inventory_records_max;
  engine.inventory_flows_max = options.inventory_flows_max;
  engine.inventory_watches_max = options.inventory_watches_max;
  engine.inventory_quota = {options.inventory_calls_per_second_max,
                            options.inventory_work_ms_per_second_max,
                            options.inventory_answer_bytes_per_second_max};
  engine.memory_budget_bytes = options.memory_budget_bytes;
  // Waiting must leave workers for the writes that are waited for.
  engine.waiters_max = WorkersOf(options) / 2;
  return engine;
}

// One inventory by itself may have all threads. Among others, half of the cores is what leaves them as fast as they are alone.
commands::WorkerPoolOptions WorkerOptions(const Options& options, const commands::Engine& engine) {
  const size_t all = WorkersOf(options);
  const auto threads = [all, fixed = options.inventory_workers_max, &engine]() -> size_t {
    if (fixed > 0) {
      return fixed;
    }
    return engine.inventories() > 1 ? std::max<size_t>(1, Cores() / 2) : all;
  };
  return {all, options.worker_queue_max, options.inventory_queue_max, threads};
}

// Among others, an inventory may have half of the streams.
commands::WorkerPoolOptions StreamOptions(const Options& options, const commands::Engine& engine) {
  const size_t all = options.streams_max;
  const auto threads = [all, &engine] {
    return engine.inventories() > 1 ? std::max<size_t>(1, all / 2) : all;
  };
  return {all, options.worker_queue_max, options.inventory_queue_max, threads};
}

// Reflection on or off for this server alone: the library adds it to every server of a process that links
// it.
class Reflection final : public grpc::ServerBuilderOption {
 public:
  explicit Reflection(bool on) : on_(on) {}
  void UpdateArguments(grpc::ChannelArguments* /*args*/) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
    grpc::reflection::ProtoServerReflectionPlugin known;
    const std::string name = known.name();
    std::erase_if(*plugins, [&](const auto& plugin) { return plugin->name() == name; });
    if (on_) {
      plugins->push_back(std::make_unique<grpc::reflection::ProtoServerReflectionPlugin>());
    }
  }

 private:
  const bool on_;
};

int Int(uint64_t value) { return static_cast<int>(std::min<uint64_t>(value, INT32_MAX)); }
int Millis(uint64_t seconds) { return Int(seconds * 1'000); }

void SetLimits(const Options& options, grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(Int(options.request_bytes_max));
  builder.SetMaxSendMessageSize(Int(options.response_bytes_max));
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, Int(options.metadata_bytes_max));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, Int(options.concurrent_streams_max));
  // A small compressed message can be a huge one.
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
  grpc::ResourceQuota quota("onward");
  quota.Resize(options.memory_quota_bytes);
  quota.SetMaxThreads(Int(std::max<size_t>(16, 4 * Cores())));
  builder.SetResourceQuota(quota);
}

void SetTimes(const Options& options, grpc::ServerBuilder& builder) {
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS,
                             Int(options.handshake_timeout_ms));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, Millis(options.keepalive_seconds));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS,
                             Millis(options.keepalive_timeout_seconds));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 30'000);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PING_STRIKES, 2);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS,
                             Millis(options.connection_idle_seconds));
  // The library spreads this by a tenth, so that connections do not end all at once.
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS,
                             Millis(options.connection_age_seconds));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS,
                             Millis(options.connection_age_grace_seconds));
}

// Which law register answers are made from, where it is not the one that the program brings.
void LogLaw(const Log& log, const commands::Engine& engine) {
  const std::string in_effect = engine.law()->version();
  const std::string& built_in = engine.built_in_law()->version();
  if (engine.law() == engine.built_in_law()) {
    return;
  }
  log.Write(in_effect < built_in ? LogLevel::kWarn : LogLevel::kInfo,
            in_effect < built_in
                ? "this program brings a newer law register than the one in effect; put it"
                : "the law register that was put last is in effect",
            {{"law_version", in_effect}, {"built_in", built_in}});
}

absl::Status CannotListen(const std::string& listen) {
  return absl::UnavailableError(
      absl::StrCat("cannot listen on ", listen, ": the address is in use, or may not be used"));
}

// New sockets are for their owner alone while this lives.
class OwnerOnly {
 public:
  OwnerOnly() : before_(umask(0177)) {}
  ~OwnerOnly() { umask(before_); }
  OwnerOnly(const OwnerOnly&) = delete;
  OwnerOnly& operator=(const OwnerOnly&) = delete;

 private:
  const mode_t before_;
};

absl::StatusOr<ListenAddress> AddressOf(const Options& options) {
  if (options.listen.empty()) {
    return ListenAddress();
  }
  ONWARD_ASSIGN_OR_RETURN(ListenAddress address, ParseListenAddress(options.listen));
  const bool guarded = !options.tls_cert.empty() && !options.access_policy.empty();
  if (!address.IsLocal() && !guarded && !options.insecure_allow_remote) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--listen: ", options.listen,
        " can be reached from other machines, without encryption or without asking who calls; give "
        "--tls-cert, --tls-key and --access-policy, listen on 127.0.0.1 or unix:PATH behind a "
        "proxy, or say --insecure-allow-remote"));
  }
  ONWARD_RETURN_IF_ERROR(CheckIdentityOptions(options, address));
  if (address.IsUnix()) {
    ONWARD_RETURN_IF_ERROR(RemoveStaleSocket(address.path));
  }
  return address;
}

absl::StatusOr<std::unique_ptr<audit::Auditor>> MakeAuditor(const Options& options,
                                                            const ServerDeps& deps) {
  audit::AuditorOptions auditor;
  auditor.name = options.audit_name;
  auditor.interval = std::chrono::seconds(options.audit_checkpoint_seconds);
  if (!options.audit_key.empty()) {
    ONWARD_ASSIGN_OR_RETURN(auditor.key, audit::ReadKeyFile(options.audit_key));
  }
  std::vector<std::unique_ptr<audit::Sink>> sinks;
  const std::vector<std::string> specs = absl::StrSplit(options.audit_sink, ',', absl::SkipEmpty());
  for (const std::string& spec : specs) {
    ONWARD_ASSIGN_OR_RETURN(std::unique_ptr<audit::Sink> sink, audit::MakeSink(spec));
    sinks.push_back(std::move(sink));
  }
  audit::Auditor::OnError on_error;
  if (deps.log != nullptr) {
    on_error = [log = deps.log](const std::string& what) {
      log->Write(LogLevel::kWarn, "checkpoint failed", {{"error", what}});
    };
  }
  return audit::Auditor::Make(deps.store, deps.clock, std::move(auditor), std::move(sinks),
                              std::move(on_error));
}

bool WantsReflection(const Options& options, const ListenAddress& address) {
  return options.reflection == "on" ||
         (options.reflection == "auto" && address.IsLocal() && options.access_policy.empty());
}

}  // namespace

// Declared in the order in which the parts need each other: the transport goes first when it ends.
struct Server::Impl {
  explicit Impl(commands::Engine* an_engine) : engine(an_engine) {}

  absl::Status Listen(const Options& options, const ListenAddress& listen);
  void WatchStore(const Log* log);
  void Build(const Options& options, const ListenAddress& listen, int* port);
  void Measure(const Options& options);
  void LogTo(const Log& log);

  std::unique_ptr<commands::Engine> engine;
  std::unique_ptr<commands::WorkerPool> workers;
  std::unique_ptr<commands::WorkerPool> streams;
  std::unique_ptr<commands::WatchHub> watches;
  std::unique_ptr<audit::Auditor> auditor;
  // Null: nobody asks for metrics.
  std::unique_ptr<metrics::CallMeter> meter;
  std::unique_ptr<metrics::VerdictCounter> verdicts;
  size_t metrics_inventories_max = 0;
  rpc::ServiceEnv env;
  rpc::InventoryService inventory{env};
  rpc::TransfersService transfers{env};
  rpc::LawService law{env};
  rpc::AdminService admin{env};
  std::string address;
  std::unique_ptr<ServerIdentity> identity;
  std::unique_ptr<grpc::Server> server;
  std::atomic<bool> stopping{false};
  std::unique_ptr<StoreWatch> store_watch;
};

void Server::Impl::Build(const Options& options, const ListenAddress& listen, int* port) {
  grpc::ServerBuilder builder;
  SetLimits(options, builder);
  SetTimes(options, builder);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.SetOption(std::make_unique<Reflection>(WantsReflection(options, listen)));
  if (!listen.dial.empty()) {
    builder.AddListeningPort(listen.dial, identity->credentials(), port);
  }
  builder.RegisterService(&inventory);
  builder.RegisterService(&transfers);
  builder.RegisterService(&law);
  builder.RegisterService(&admin);
  server = builder.BuildAndStart();
}

absl::Status Server::Impl::Listen(const Options& options, const ListenAddress& listen) {
  grpc::EnableDefaultHealthCheckService(true);
  int port = 0;
  if (listen.IsUnix()) {
    const OwnerOnly owner_only;
    Build(options, listen, &port);
  } else {
    Build(options, listen, &port);
  }
  if (server == nullptr || (!listen.dial.empty() && port == 0)) {
    return CannotListen(listen.dial);
  }
  address = listen.dial;
  if (!listen.dial.empty() && !listen.IsUnix()) {
    address = absl::StrCat(listen.dial.substr(0, listen.dial.rfind(':')), ":", port);
  }
  if (auto* health = server->GetHealthCheckService(); health != nullptr) {
    health->SetServingStatus(true);
    for (const char* service :
         {"onward.v1.Inventory", "onward.v1.Transfers", "onward.v1.Law", "onward.v1.Admin"}) {
      health->SetServingStatus(service, true);
    }
  }
  return absl::OkStatus();
}

void Server::Impl::Measure(const Options& options) {
  if (options.metrics_listen.empty()) {
    return;
  }
  meter = MakeCallMeter();
  verdicts = std::make_unique<metrics::VerdictCounter>(*engine);
  env.meter = meter.get();
  metrics_inventories_max = options.metrics_inventories_max;
}

void Server::Impl::LogTo(const Log& log) {
  LogLaw(log, *engine);
  env.backup_progress = [&log](const std::string& step, uint64_t done, uint64_t total) {
    log.Write(LogLevel::kInfo, "backup",
              {{"step", step}, {"done", absl::StrCat(done, "/", total)}});
  };
  env.observe_successes = [&log] { return log.Enabled(LogLevel::kDebug); };
  env.observe = [&log](const rpc::CallRecord& call) { LogCall(log, call); };
}

void Server::Impl::WatchStore(const Log* log) {
  const auto tell = [this](bool writable) {
    if (auto* health = server->GetHealthCheckService(); health != nullptr) {
      health->SetServingStatus(kWritesHealth, writable);
    }
  };
  store_watch = std::make_unique<StoreWatch>(*engine, log, tell, kStoreLook);
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Server::~Server() { Shutdown(std::chrono::milliseconds(0)); }

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const Options& options, ServerDeps deps) {
  ONWARD_ASSIGN_OR_RETURN(const ListenAddress listen, AddressOf(options));
  ONWARD_ASSIGN_OR_RETURN(std::unique_ptr<commands::Engine> engine,
                          commands::Engine::Open({deps.store, deps.clock, MakeLawVersion(deps.law),
                                                  &LoadLawVersion, deps.token_key},
                                                 EngineOptionsOf(options), deps.progress));
  auto impl = std::make_unique<Impl>(engine.release());
  impl->workers = std::make_unique<commands::WorkerPool>(WorkerOptions(options, *impl->engine));
  impl->streams = std::make_unique<commands::WorkerPool>(StreamOptions(options, *impl->engine));
  impl->env.engine = impl->engine.get();
  impl->env.workers = impl->workers.get();
  impl->env.streams = impl->streams.get();
  impl->env.stream_stall = std::chrono::seconds(options.stream_stall_seconds);
  impl->watches = std::make_unique<commands::WatchHub>(*impl->engine);
  impl->env.watches = impl->watches.get();
  ONWARD_ASSIGN_OR_RETURN(impl->auditor, MakeAuditor(options, deps));
  impl->env.auditor = impl->auditor.get();
  impl->env.backups = deps.backups;
  impl->env.default_deadline = std::chrono::seconds(options.default_deadline_seconds);
  impl->env.server_version = ONWARD_VERSION;
  impl->env.error_details_bytes_max = options.error_details_bytes_max;
  ONWARD_ASSIGN_OR_RETURN(impl->identity,
                          ServerIdentity::Open(options, deps.authenticator, deps.log));
  impl->env.gate = impl->identity->gate();
  impl->env.slow_after = std::chrono::milliseconds(options.slow_question_ms);
  impl->Measure(options);
  if (deps.log != nullptr) {
    impl->LogTo(*deps.log);
  }
  ONWARD_RETURN_IF_ERROR(impl->Listen(options, listen));
  impl->WatchStore(deps.log);
  impl->auditor->Start();
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

const std::string& Server::address() const { return impl_->address; }

std::string Server::law_version() const { return impl_->engine->law()->version(); }

int64_t Server::certificate_not_after() const { return CertificateOf(*impl_->identity).not_after; }

uint64_t Server::certificate_failures() const { return CertificateOf(*impl_->identity).failures; }

std::vector<metrics::Family> Server::Metrics() const {
  if (impl_->meter == nullptr) {
    return {};
  }
  return metrics::Collect(
      SourcesOf(impl_->env, *impl_->identity, *impl_->verdicts, impl_->metrics_inventories_max));
}

void Server::CountVerdicts() const {
  if (impl_->verdicts != nullptr) {
    impl_->verdicts->CountNow();
  }
}

void Server::Reload() { impl_->identity->Reload(); }

std::shared_ptr<grpc::Channel> Server::InProcessChannel() {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  return impl_->server->InProcessChannel(arguments);
}

void Server::Shutdown(std::chrono::milliseconds drain) {
  if (impl_->stopping.exchange(true)) {
    return;
  }
  // Before health: it would say that writes are accepted.
  impl_->store_watch.reset();
  if (auto* health = impl_->server->GetHealthCheckService(); health != nullptr) {
    health->SetServingStatus(false);
  }
  // They would last as long as their callers like.
  impl_->watches->Stop();
  impl_->server->Shutdown(std::chrono::system_clock::now() + drain);
  impl_->server->Wait();
  impl_->auditor->Stop();
}

}  // namespace onward::services
