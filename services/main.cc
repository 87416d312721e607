// onwardd: options to parts, parts to a server, and its end. The only place that names a backend.
#include <grpc/support/log.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/base/clock.h"
#include "graph/base/status_macros.h"
#include "services/law_register.h"
#include "services/listen_address.h"
#include "services/logging.h"
#include "services/metrics/exporter.h"
#include "services/options.h"
#include "services/server.h"
#include "services/token_key_file.h"
#include "storage/memory/memory_store.h"
#include "storage/rocksdb/backup.h"
#include "storage/rocksdb/rocksdb_store.h"

namespace onward::services {
namespace {

// What each way to end means to whoever started the program.
enum ExitCode : int { kStopped = 0, kUsage = 2, kDamaged = 3, kConflict = 5, kUnavailable = 6 };

// This often the store is looked after: small tables, and after an error, whether the volume takes writes again.
constexpr uint64_t kUpkeepEveryMs = 1'000;

// Four times the connections that the edge opens at most (services/edge/settings.env).
constexpr rlim_t kOpenFilesMin = 4'096;

int ExitCodeOf(const absl::Status& status) {
  if (absl::IsInvalidArgument(status)) {
    return kUsage;
  }
  if (absl::IsDataLoss(status)) {
    return kDamaged;
  }
  return absl::IsFailedPrecondition(status) ? kConflict : kUnavailable;
}

// The signals that mean something, taken by whoever waits for them: no handler runs anywhere.
sigset_t OurSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGHUP);
  return set;
}

int WaitForSignal() {
  const sigset_t set = OurSignals();
  int signal = 0;
  while (sigwait(&set, &signal) != 0) {
  }
  return signal;
}

// Before any thread starts: all of them inherit it.
void HoldSignals() {
  const sigset_t set = OurSignals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);  // NOLINT(cert-err33-c): a closed peer is an error of its call
}

// As many open files as the program may have: some engines start a container with 1,024, and the
// edge alone may take as many. Without any left, gRPC 1.51 never accepts a connection again.
void RaiseOpenFiles(const Log& log) {
  rlimit limit{};
  bool raised = getrlimit(RLIMIT_NOFILE, &limit) == 0;
  if (raised && limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    raised = setrlimit(RLIMIT_NOFILE, &limit) == 0;
  }
  if (!raised || limit.rlim_cur < kOpenFilesMin) {
    log.Write(
        LogLevel::kWarn, "few open files: let the program have more (ulimit -Hn)",
        {{"most", std::to_string(limit.rlim_max)}, {"wanted", std::to_string(kOpenFilesMin)}});
  }
}

// Where the transport library's own messages go; it knows functions only.
const Log* transport_log = nullptr;

void LogTransport(gpr_log_func_args* line) {
  const bool error = line->severity == GPR_LOG_SEVERITY_ERROR;
  transport_log->Write(error ? LogLevel::kWarn : LogLevel::kDebug, "transport",
                       {{"text", line->message}});
}

absl::Status MakeFolder(const std::string& folder) {
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return absl::InvalidArgumentError(
        // NOLINTNEXTLINE(concurrency-mt-unsafe): at start, before the server's threads
        absl::StrCat("--data: cannot make ", folder, ": ", std::strerror(errno)));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<storage::Store>> OpenStore(const Options& options) {
  if (options.store == "memory") {
    return storage::NewMemoryStore();
  }
  ONWARD_RETURN_IF_ERROR(MakeFolder(options.data));
  storage::RocksDbOptions store;
  store.free_bytes_min = options.store_free_bytes_min;
  store.ballast_bytes = options.store_ballast_bytes;
  store.upkeep_every_ms = kUpkeepEveryMs;
  return storage::OpenRocksDb(options.data, store);
}

absl::StatusOr<std::unique_ptr<storage::Backups>> OpenBackupFolder(const Options& options,
                                                                   storage::Store& store) {
  if (options.store == "memory") {
    return absl::InvalidArgumentError("--backup-dir: a store in memory has no backups");
  }
  return storage::OpenBackups(&store, options.backup_dir);
}

// A volume that was full before there was a key does not keep the server from answering.
absl::StatusOr<commands::TokenKeyPtr> TokenKeyOf(const Options& options, const Log& log) {
  if (options.store == "memory") {
    return commands::TokenKey::Random();
  }
  absl::StatusOr<commands::TokenKeyPtr> key = OpenTokenKey(options.data);
  if (!absl::IsResourceExhausted(key.status())) {
    return key;
  }
  log.Write(LogLevel::kWarn, "no room for the key of tokens: those of this run end with it",
            {{"error", std::string(key.status().message())}});
  return commands::TokenKey::Random();
}

// SIGHUP reads files again. The first other signal ends the calls under way in good order; a second one ends the program at once.
void StopOnSignal(Server& server, const Options& options, const Log& log) {
  int signal = WaitForSignal();
  while (signal == SIGHUP) {
    server.Reload();
    signal = WaitForSignal();
  }
  log.Write(LogLevel::kInfo, "stopping", {{"signal", std::to_string(signal)}});
  std::thread([] { _exit(128 + WaitForSignal()); }).detach();
  server.Shutdown(std::chrono::seconds(options.drain_seconds));
  log.Write(LogLevel::kInfo, "stopped");
}

absl::StatusOr<std::unique_ptr<metrics::Exporter>> ExportMetrics(const Server& server,
                                                                 const Options& options,
                                                                 const Log& log) {
  ONWARD_ASSIGN_OR_RETURN(const MetricsAddress address,
                          ParseMetricsAddress(options.metrics_listen));
  ONWARD_ASSIGN_OR_RETURN(std::unique_ptr<metrics::Exporter> exporter,
                          metrics::Exporter::Listen(address.host, address.port,
                                                    [&server] { return server.Metrics(); }));
  log.Write(LogLevel::kInfo, "metrics", {{"address", exporter->address()}});
  return exporter;
}

absl::Status Serve(const Options& options, const Log& log) {
  const SystemClock clock;
  ONWARD_ASSIGN_OR_RETURN(LoadedRegister law, BuiltInRegister());
  ONWARD_ASSIGN_OR_RETURN(const std::unique_ptr<storage::Store> store, OpenStore(options));
  std::unique_ptr<storage::Backups> backups;
  if (!options.backup_dir.empty()) {
    ONWARD_ASSIGN_OR_RETURN(backups, OpenBackupFolder(options, *store));
  }
  ServerDeps deps;
  deps.backups = backups.get();
  deps.store = store.get();
  deps.clock = &clock;
  deps.law = law;
  ONWARD_ASSIGN_OR_RETURN(deps.token_key, TokenKeyOf(options, log));
  deps.log = &log;
  deps.progress = [&log](size_t done, size_t total) {
    log.Write(LogLevel::kInfo, "loaded", {{"inventories", absl::StrCat(done, "/", total)}});
  };
  ONWARD_ASSIGN_OR_RETURN(const std::unique_ptr<Server> server,
                          Server::Start(options, std::move(deps)));
  log.Write(LogLevel::kInfo, "serving",
            {{"address", server->address()},
             {"store", std::string(store->backend())},
             {"law_version", server->law_version()}});
  std::unique_ptr<metrics::Exporter> exporter;
  if (!options.metrics_listen.empty()) {
    ONWARD_ASSIGN_OR_RETURN(exporter, ExportMetrics(*server, options, log));
  }
  // For scripts: the one line on standard output.
  std::printf("listening on %s\n", server->address().c_str());
  std::fflush(stdout);
  StopOnSignal(*server, options, log);
  return absl::OkStatus();
}

int Main(const std::vector<std::string>& arguments) {
  const ParsedOptions parsed = ParseOptions(arguments, ProcessEnvironment());
  if (!parsed.run) {
    std::fputs(parsed.text.c_str(), parsed.exit_code == 0 ? stdout : stderr);
    return parsed.exit_code;
  }
  HoldSignals();
  const Log log(parsed.options.log_format, parsed.options.log_level);
  transport_log = &log;
  gpr_set_log_function(&LogTransport);
  RaiseOpenFiles(log);
  const absl::Status status = Serve(parsed.options, log);
  gpr_set_log_function(nullptr);
  if (!status.ok()) {
    log.Write(LogLevel::kError, "cannot serve",
              {{"code", absl::StatusCodeToString(status.code())},
               {"error", std::string(status.message())}});
    return ExitCodeOf(status);
  }
  return kStopped;
}

}  // namespace
}  // namespace onward::services

int main(int argc, char** argv) {
  try {
    return onward::services::Main(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "onwardd: %s\n", error.what());
    return onward::services::kUnavailable;
  }
}
