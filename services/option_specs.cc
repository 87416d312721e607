#include "services/option_specs.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace onward::services {
namespace {

constexpr uint64_t kDay = 86'400;
constexpr uint64_t kMiB = uint64_t{1} << 20;

absl::Status NotAllowed(const Spec& spec, const std::string& value, const std::string& origin) {
  return absl::InvalidArgumentError(absl::StrCat(origin, ": \"", value.substr(0, 100),
                                                 "\" is not allowed for ", spec.name, ": ",
                                                 Allowed(spec)));
}

bool IsAllowed(const Spec& spec, const std::string& value) {
  return spec.words.empty() ||
         std::find(spec.words.begin(), spec.words.end(), value) != spec.words.end();
}

}  // namespace

// A table, however long. NOLINTNEXTLINE(readability-function-size)
const std::vector<Spec>& Specs() {
  static const std::vector<Spec> kSpecs = {
      {"data",
       "Store",
       "Folder of the store; made with mode 0700 where it is missing",
       &Options::data,
       0,
       0,
       {},
       "DIR"},
      {"backup-dir",
       "Store",
       "Folder of backups; made with mode 0700 where it is missing",
       &Options::backup_dir,
       0,
       0,
       {},
       "DIR"},
      {"store", "Store", "Where records are kept", &Options::store, 0, 0, {"rocksdb", "memory"}},
      {"store-free-bytes-min", "Store",
       "Writes wait while the store's volume has fewer free bytes; 0: it is not looked at",
       &Options::store_free_bytes_min, 0, kMiB * 1024 * 1024},
      {"store-ballast-bytes", "Store",
       "Reserve beside the store for starting again once the volume was full; 0: none",
       &Options::store_ballast_bytes, 0, kMiB * 1024 * 1024},
      {"listen",
       "Network",
       "HOST:PORT (port 0: any free one) or unix:PATH",
       &Options::listen,
       0,
       0,
       {},
       "ADDR"},
      {"insecure-allow-remote", "Network",
       "Listen beyond loopback WITHOUT encryption and without asking who calls",
       &Options::insecure_allow_remote},
      {"reflection",
       "Network",
       "Server reflection; auto: on loopback and Unix sockets without an access policy",
       &Options::reflection,
       0,
       0,
       {"auto", "on", "off"}},
      {"metrics-listen",
       "Network",
       "Serve metrics for Prometheus at http://HOST:PORT/metrics, to whoever reaches it",
       &Options::metrics_listen,
       0,
       0,
       {},
       "HOST:PORT"},
      {"tls-cert",
       "Identity",
       "Certificate chain of the server (PEM), for HOST:PORT",
       &Options::tls_cert,
       0,
       0,
       {},
       "FILE"},
      {"tls-key", "Identity", "Its private key (PEM)", &Options::tls_key, 0, 0, {}, "FILE"},
      {"tls-client-ca",
       "Identity",
       "Authorities of client certificates (PEM); a caller is the one URI name in its certificate",
       &Options::tls_client_ca,
       0,
       0,
       {},
       "FILE"},
      {"access-policy",
       "Identity",
       "Who may do what (YAML); without: everybody who reaches the server, everything",
       &Options::access_policy,
       0,
       0,
       {},
       "FILE"},
      {"jwt-keys",
       "Identity",
       "Accept bearer tokens signed with these keys (JWKS): a file, or https://... (read again "
       "every 10 minutes)",
       &Options::jwt_keys,
       0,
       0,
       {},
       "SOURCE"},
      {"jwt-issuer",
       "Identity",
       "Who must have issued them (iss)",
       &Options::jwt_issuer,
       0,
       0,
       {},
       "URL"},
      {"jwt-audience",
       "Identity",
       "Whom they must be for (aud)",
       &Options::jwt_audience,
       0,
       0,
       {},
       "NAME"},
      {"jwt-keys-ca",
       "Identity",
       "Authorities of the https address (PEM); without: the system's",
       &Options::jwt_keys_ca,
       0,
       0,
       {},
       "FILE"},
      {"jwt-keys-kept-seconds", "Identity",
       "How old keys of the https address may be that a start finds kept in the data folder; 0: "
       "none are kept",
       &Options::jwt_keys_kept_seconds, 0, 30 * kDay},
      {"trust-edge-client-cert", "Identity",
       "On a Unix socket, believe the client certificate that the edge names in a header",
       &Options::trust_edge_client_cert},
      {"request-bytes-max", "Limits", "Size of a request", &Options::request_bytes_max, 1024,
       1024 * kMiB},
      {"response-bytes-max", "Limits", "Size of an answer", &Options::response_bytes_max, 1024,
       1024 * kMiB},
      {"metadata-bytes-max", "Limits", "Size of a call's metadata", &Options::metadata_bytes_max,
       1024, kMiB},
      {"concurrent-streams-max", "Limits", "Calls under way on one connection",
       &Options::concurrent_streams_max, 1, 100'000},
      {"memory-quota-bytes", "Limits", "Memory for the transport's buffers",
       &Options::memory_quota_bytes, 16 * kMiB, kMiB * 1024 * 1024},
      {"mutations-max", "Limits", "Records in one Apply", &Options::mutations_max, 1, 10'000},
      {"batch-checks-max", "Limits", "Questions in one BatchCheck", &Options::batch_checks_max, 1,
       1'000},
      {"timeline-changes-max", "Limits", "Changes of verdicts that one Timeline may find",
       &Options::timeline_changes_max, 1, 100'000'000},
      {"inventories-max", "Limits", "Inventories in the store", &Options::inventories_max, 1,
       1'000'000},
      {"metrics-inventories-max", "Limits",
       "Inventories that the metrics tell one by one, with their names; the others together",
       &Options::metrics_inventories_max, 0, 10'000},
      {"past-snapshots-max", "Limits", "Older revisions kept in memory for each inventory",
       &Options::past_snapshots_max, 1, 1'000},
      {"judged-dates-max", "Limits", "Dates whose verdicts are kept in memory for each inventory",
       &Options::judged_dates_max, 1, 1'000},
      {"memory-budget-bytes", "Limits",
       "Memory of all inventories; those not asked about for longest leave it and come back with "
       "the "
       "next question; 0: all stay",
       &Options::memory_budget_bytes, 0, kMiB * 1024 * 1024},
      {"inventory-records-max", "Limits", "Records of one inventory, of all kinds",
       &Options::inventory_records_max, 1, 100'000'000},
      {"inventory-flows-max", "Limits", "Flows of one inventory", &Options::inventory_flows_max, 1,
       100'000'000},
      {"inventory-watches-max", "Limits", "Watches of one inventory that are open",
       &Options::inventory_watches_max, 1, 1'000'000},
      {"inventory-calls-per-second-max", "Limits", "Calls about one inventory in a second; 0: any",
       &Options::inventory_calls_per_second_max, 0, 10'000'000},
      {"inventory-work-ms-per-second-max", "Limits",
       "Processor time for one inventory's calls in a second, paid after; 1000: one core; 0: any",
       &Options::inventory_work_ms_per_second_max, 0, 1'000'000},
      {"inventory-answer-bytes-per-second-max", "Limits",
       "Bytes of answers to one inventory's calls in a second, paid after; 0: any",
       &Options::inventory_answer_bytes_per_second_max, 0, kMiB * 1024 * 1024},
      {"inventory-queue-max", "Limits", "Calls of one inventory that wait for a worker",
       &Options::inventory_queue_max, 1, 1'000'000},
      {"inventory-workers-max", "Limits",
       "Workers for one inventory at a time; 0: all for a single inventory, else half the cores",
       &Options::inventory_workers_max, 0, 1'024},
      {"watches-max", "Limits", "Watches that are open", &Options::watches_max, 1, 1'000'000},
      {"watch-items-max", "Limits",
       "Changes that may wait for one watcher before it is cut as too slow",
       &Options::watch_items_max, 1, 100'000'000},
      {"workers", "Limits", "Threads for heavy questions; 0: twice the cores, at least 4",
       &Options::workers, 0, 1'024},
      {"worker-queue-max", "Limits", "Calls that wait for a worker", &Options::worker_queue_max, 1,
       1'000'000},
      {"streams-max", "Limits", "Streams (paths, exports, imports) at a time; further ones wait",
       &Options::streams_max, 1, 1'024},
      {"stream-stall-seconds", "Times",
       "Until a stream ends whose client neither reads nor sends; 0: at its deadline",
       &Options::stream_stall_seconds, 0, kDay},
      {"default-deadline-seconds", "Times", "For calls that come without one; 0: none",
       &Options::default_deadline_seconds, 0, kDay},
      {"handshake-timeout-ms", "Times", "For a new connection to say what it is",
       &Options::handshake_timeout_ms, 100, 600'000},
      {"keepalive-seconds", "Times", "Between two pings of a quiet connection",
       &Options::keepalive_seconds, 10, kDay},
      {"keepalive-timeout-seconds", "Times", "For the answer to a ping",
       &Options::keepalive_timeout_seconds, 1, 3'600},
      {"connection-idle-seconds", "Times", "Until a connection without calls is closed",
       &Options::connection_idle_seconds, 1, kDay},
      {"connection-age-seconds", "Times", "Until a connection is asked to reconnect",
       &Options::connection_age_seconds, 1, 30 * kDay},
      {"connection-age-grace-seconds", "Times", "For its calls under way after that",
       &Options::connection_age_grace_seconds, 1, kDay},
      {"drain-seconds", "Times", "For calls under way when the server stops",
       &Options::drain_seconds, 0, 3'600},
      {"audit-key",
       "Audit",
       "Ed25519 key (PEM) that signs checkpoints of the audit chains",
       &Options::audit_key,
       0,
       0,
       {},
       "FILE"},
      {"audit-name",
       "Audit",
       "What the origins of checkpoints begin with; without: made of the store's id",
       &Options::audit_name,
       0,
       0,
       {},
       "NAME"},
      {"audit-checkpoint-seconds", "Audit",
       "Between two checkpoints of an inventory that is written to",
       &Options::audit_checkpoint_seconds, 1, kDay},
      {"audit-sink",
       "Audit",
       "Where checkpoints go, separated by commas: stdout, file:PATH, http(s)://...",
       &Options::audit_sink,
       0,
       0,
       {},
       "SINKS"},
      {"slow-question-ms", "Log", "Calls that take as long are logged with the reason; 0: none",
       &Options::slow_question_ms, 0, 3'600'000},
      {"log-format",
       "Log",
       "Form of the log on standard error",
       &Options::log_format,
       0,
       0,
       {"text", "json"}},
      {"log-level",
       "Log",
       "Least important messages that are logged",
       &Options::log_level,
       0,
       0,
       {"trace", "debug", "info", "warn", "error", "off"}},
  };
  return kSpecs;
}

const Spec* FindSpec(const std::string& name) {
  const auto& specs = Specs();
  const auto it =
      std::find_if(specs.begin(), specs.end(), [&](const Spec& spec) { return name == spec.name; });
  return it == specs.end() ? nullptr : &*it;
}

std::string ValueOf(const Options& options, const Spec& spec) {
  if (const auto* text = std::get_if<TextField>(&spec.field)) {
    return options.*(*text);
  }
  if (const auto* number = std::get_if<NumberField>(&spec.field)) {
    return absl::StrCat(options.*(*number));
  }
  return options.*(std::get<FlagField>(spec.field)) ? "true" : "false";
}

// What may be given, in words.
std::string Allowed(const Spec& spec) {
  if (std::holds_alternative<NumberField>(spec.field)) {
    return absl::StrCat("a whole number from ", spec.min, " to ", spec.max);
  }
  if (std::holds_alternative<FlagField>(spec.field)) {
    return "true or false";
  }
  return spec.words.empty() ? "any text" : absl::StrJoin(spec.words, ", ");
}

// (1 to 1000; default 4)
std::string Hint(const Spec& spec, const std::string& fallback) {
  std::string range = absl::StrJoin(spec.words, ", ");
  if (std::holds_alternative<NumberField>(spec.field)) {
    range = absl::StrCat(spec.min, " to ", spec.max);
  }
  return absl::StrCat("(", range, range.empty() ? "" : "; ",
                      fallback.empty() ? "no default" : absl::StrCat("default ", fallback), ")");
}

// Sets one option from text. `origin` says where the text stands.
absl::Status Set(const Spec& spec, const std::string& value, const std::string& origin,
                 Options& options) {
  if (const auto* text = std::get_if<TextField>(&spec.field)) {
    if (!IsAllowed(spec, value)) {
      return NotAllowed(spec, value, origin);
    }
    options.*(*text) = value;
    return absl::OkStatus();
  }
  if (const auto* number = std::get_if<NumberField>(&spec.field)) {
    uint64_t parsed = 0;
    if (!absl::SimpleAtoi(value, &parsed) || parsed < spec.min || parsed > spec.max) {
      return NotAllowed(spec, value, origin);
    }
    options.*(*number) = parsed;
    return absl::OkStatus();
  }
  bool on = false;
  if (!absl::SimpleAtob(value, &on)) {
    return NotAllowed(spec, value, origin);
  }
  options.*(std::get<FlagField>(spec.field)) = on;
  return absl::OkStatus();
}

}  // namespace onward::services
