// Every tunable of onwardd, once: name with unit, default, range, help. The same name serves as a flag
// (--drain-seconds), in the environment (ONWARD_DRAIN_SECONDS) and in a file (drain-seconds = 10).
// A flag wins over the environment, the environment over the file.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace onward::services {

// Ranges and help texts: services/options.cc, or `onwardd --help`.
struct Options {
  // rocksdb or memory.
  std::string store = "rocksdb";
  // Folder of the store; required for rocksdb, unused for memory.
  std::string data;
  // Folder of the backups; empty: none can be made.
  std::string backup_dir;
  // Writes wait while the store's volume has fewer free bytes; 0: it is not looked at.
  uint64_t store_free_bytes_min = 256ULL << 20;
  // A file beside the store that reserves room for starting again once the volume was full; 0: none.
  uint64_t store_ballast_bytes = 64ULL << 20;
  // HOST:PORT (port 0: any free one) or unix:PATH. Empty, in code only: in-process channels alone.
  std::string listen = "127.0.0.1:7430";
  bool insecure_allow_remote = false;
  // PEM files of the server on TCP: its chain, its key, and the authorities of its clients' certificates. Empty: no TLS; clients
  // are not asked. Replaced files are taken up while the server runs.
  std::string tls_cert;
  std::string tls_key;
  std::string tls_client_ca;
  // Who may do what (services/access/policy.h). Empty: everybody who reaches the server may do everything.
  std::string access_policy;
  // Bearer tokens: whose, for whom, and the keys that they are signed with: a file, or an https:// address, with the authorities of its
  // certificate (empty: the system's). Empty keys: no token is accepted.
  std::string jwt_issuer;
  std::string jwt_audience;
  std::string jwt_keys;
  std::string jwt_keys_ca;
  // Keys of an https address, after a start without a word of it; 0: none.
  uint64_t jwt_keys_kept_seconds = 86'400;
  // Believe x-onward-client-cert on a Unix socket.
  bool trust_edge_client_cert = false;
  // HOST:PORT of the metrics, plain HTTP to whoever reaches it; empty: none. HOST is an address, or localhost.
  std::string metrics_listen;
  // How many inventories the metrics name, the first in order of id.
  uint64_t metrics_inventories_max = 0;
  // on, off, or auto: on for loopback and Unix sockets.
  std::string reflection = "auto";

  uint64_t request_bytes_max = 4ULL << 20;
  uint64_t response_bytes_max = 16ULL << 20;
  // Details of an error, in code only: what clients accept by default.
  uint64_t error_details_bytes_max = 4'800;
  uint64_t metadata_bytes_max = 16ULL << 10;
  uint64_t concurrent_streams_max = 100;
  uint64_t memory_quota_bytes = 256ULL << 20;
  uint64_t default_deadline_seconds = 60;
  uint64_t handshake_timeout_ms = 10'000;
  uint64_t keepalive_seconds = 60;
  uint64_t keepalive_timeout_seconds = 20;
  uint64_t connection_idle_seconds = 900;
  uint64_t connection_age_seconds = 1'800;
  uint64_t connection_age_grace_seconds = 300;
  uint64_t drain_seconds = 10;

  // 0: twice the number of cores, at least 4.
  uint64_t workers = 0;
  uint64_t worker_queue_max = 1'024;
  uint64_t streams_max = 32;
  // 0: up to its deadline.
  uint64_t stream_stall_seconds = 60;
  uint64_t mutations_max = 10'000;
  uint64_t batch_checks_max = 1'000;
  uint64_t timeline_changes_max = 1'000'000;
  uint64_t inventories_max = 10'000;
  uint64_t past_snapshots_max = 4;
  uint64_t judged_dates_max = 8;
  // Memory of all inventories together; 0: all stay in memory.
  uint64_t memory_budget_bytes = 0;
  // Of one inventory. Those a second: 0: no limit.
  uint64_t inventory_records_max = 20'000'000;
  uint64_t inventory_flows_max = 10'000'000;
  uint64_t inventory_watches_max = 1'024;
  uint64_t inventory_calls_per_second_max = 0;
  uint64_t inventory_work_ms_per_second_max = 0;
  uint64_t inventory_answer_bytes_per_second_max = 0;
  uint64_t inventory_queue_max = 256;
  // 0: all where the server holds one inventory, else half the cores, at least 1.
  uint64_t inventory_workers_max = 0;
  uint64_t watches_max = 4'096;
  uint64_t watch_items_max = 100'000;

  // PEM file of the Ed25519 key that signs checkpoints; empty: nothing is signed.
  std::string audit_key;
  // What the origins of checkpoints begin with; empty: made of the store's id.
  std::string audit_name;
  uint64_t audit_checkpoint_seconds = 300;
  // Separated by commas: stdout, file:PATH, http://..., https://...; empty: none.
  std::string audit_sink;

  // Calls that take as long are logged with what took their time; 0: none.
  uint64_t slow_question_ms = 1'000;
  // text or json.
  std::string log_format = "text";
  // trace, debug, info, warn, error, off.
  std::string log_level = "info";
};

// What a command line asks for: to run with `options`, or to print `text` and end with `exit_code`.
struct ParsedOptions {
  bool run = false;
  Options options;
  std::string text;
  int exit_code = 0;
};

// Looks up an environment variable; nullopt: not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
Environment ProcessEnvironment();

// Reads flags (without the program's name), environment and file. Errors name the option, the value,
// where it came from and what is allowed; they end with exit code 2.
ParsedOptions ParseOptions(const std::vector<std::string>& arguments,
                           const Environment& environment);

// Range and consistency check of the options of a program. INVALID_ARGUMENT names the option.
absl::Status CheckOptions(const Options& options);

}  // namespace onward::services
