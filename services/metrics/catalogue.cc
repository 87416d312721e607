#include "services/metrics/catalogue.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace onward::metrics {
namespace {

constexpr char kIntro[] =
    R"md(# Metrics

`onwardd --metrics-listen 127.0.0.1:9464` serves them at `/metrics` for Prometheus, over plain HTTP and to whoever reaches that
address; it is off by default. `onwardd --list-metrics` prints this page, and a test compares it with what is exported.

- **Nothing of a record is exported**: no ids, names, places or callers. Every label takes its values from a list that is part of
  the program, but for `inventory` and `version`.
- Names of inventories are often names of customers. They are exported only if `--metrics-inventories-max N` allows it, for the first
  N in order of id; all others together are `inventory="(other)"`, and without the option that is all of them.
- Times are timestamps: `time() - x` is an age, `(x - time()) / 86400` the days that are left. A metric that has nothing to tell,
  as that of a certificate where there is none, has no samples.
- Verdicts are counted by a thread of its own after a scrape, where records, law or day have changed since, and shown with the next one:
  a scrape never waits for them. It rests nine times as long as it worked.
- `onward_rpc_duration_seconds` has no samples of Inventory.Watch, whose calls last as long as their callers like.

[dashboard.json](dashboard.json) is a Grafana dashboard, [alerts.yaml](alerts.yaml) has rules for Prometheus.

)md";

const char* WordOf(Kind kind) {
  switch (kind) {
    case Kind::kCounter:
      return "counter";
    case Kind::kGauge:
      return "gauge";
    case Kind::kHistogram:
      return "histogram";
    case Kind::kSummary:
      return "summary";
  }
  return "";
}

}  // namespace

// A table, however long. NOLINTNEXTLINE(readability-function-size)
const std::vector<Metric>& Catalogue() {
  static const std::vector<Metric> kMetrics = {
      {"onward_build_info", Kind::kGauge, {"version"}, "1, with the version of the program."},
      {"onward_rpc_calls_total",
       Kind::kCounter,
       {"method", "code"},
       "Calls that ended, by method and status code."},
      {"onward_rpc_duration_seconds",
       Kind::kHistogram,
       {"method"},
       "From the arrival of a call to the end of its work."},
      {"onward_rpc_in_flight", Kind::kGauge, {"method"}, "Calls under way."},
      {"onward_rpc_refused_total",
       Kind::kCounter,
       {"reason"},
       "Calls that ended with an error, by its reason (ErrorInfo.reason); NONE: it has none."},
      {"onward_slow_questions_total",
       Kind::kCounter,
       {"because"},
       "Calls slower than --slow-question-ms, by what took most of their time."},
      {"onward_workers", Kind::kGauge, {}, "Threads for heavy questions."},
      {"onward_workers_busy", Kind::kGauge, {}, "Those that work."},
      {"onward_worker_queue", Kind::kGauge, {}, "Calls that wait for one."},
      {"onward_worker_queue_max", Kind::kGauge, {}, "How many may wait; further ones are refused."},
      {"onward_store_writable", Kind::kGauge, {}, "1 while writes are accepted, else 0."},
      {"onward_store_refuses_writes",
       Kind::kGauge,
       {"reason"},
       "1 for the reason why writes are refused; 0 for the others."},
      {"onward_store_free_bytes",
       Kind::kGauge,
       {},
       "Free on the store's volume; no sample where that is not known."},
      {"onward_store_free_min_bytes", Kind::kGauge, {}, "With less free, writes wait."},
      {"onward_store_bytes", Kind::kGauge, {}, "In the store's files."},
      {"onward_inventories", Kind::kGauge, {}, "Inventories in the store."},
      {"onward_inventory_head_revision",
       Kind::kGauge,
       {"inventory"},
       "Newest revision; of (other): the sum."},
      {"onward_inventory_snapshot_bytes",
       Kind::kGauge,
       {"inventory"},
       "Memory of the newest snapshot; of (other): the sum."},
      {"onward_inventory_snapshot_timestamp_seconds",
       Kind::kGauge,
       {"inventory"},
       "When the newest snapshot was published: by the last write, or at the start; of (other): "
       "the latest."},
      {"onward_inventory_verdicts",
       Kind::kGauge,
       {"inventory", "verdict"},
       "Flows that take place today, by their worst verdict; of (other): the sum."},
      {"onward_watches", Kind::kGauge, {}, "Watches that are open."},
      {"onward_law_info", Kind::kGauge, {"version"}, "1, with the version of the law in effect."},
      {"onward_law_knowledge_cutoff_timestamp_seconds",
       Kind::kGauge,
       {},
       "Begin of the day up to which the law's facts were checked."},
      {"onward_tls_certificate_not_after_timestamp_seconds",
       Kind::kGauge,
       {},
       "When the server's certificate ends."},
      {"onward_tls_certificate_failures_total",
       Kind::kCounter,
       {},
       "Replaced certificates that were not taken up."},
      {"onward_audit_checkpoints_total", Kind::kCounter, {}, "Checkpoints that were signed."},
      {"onward_audit_checkpoint_timestamp_seconds",
       Kind::kGauge,
       {},
       "When the last one was signed."},
      {"onward_audit_sink_waiting", Kind::kGauge, {}, "Checkpoints that wait for a sink."},
      {"onward_audit_sink_failures_total", Kind::kCounter, {}, "Attempts to send one that failed."},
      {"onward_audit_sink_dropped_total", Kind::kCounter, {}, "Those that were given up."},
      {"process_start_time_seconds", Kind::kGauge, {}, "When the program started."},
      {"process_cpu_seconds_total", Kind::kCounter, {}, "Processor time, user and system."},
      {"process_resident_memory_bytes", Kind::kGauge, {}, "Memory that is in use."},
      {"process_open_fds", Kind::kGauge, {}, "Open file descriptors."},
      {"process_max_fds", Kind::kGauge, {}, "How many may be open."},
      {"exposer_transferred_bytes_total",
       Kind::kCounter,
       {},
       "Transferred bytes to metrics services"},
      {"exposer_scrapes_total", Kind::kCounter, {}, "Number of times metrics were scraped"},
      {"exposer_request_latencies",
       Kind::kSummary,
       {},
       "Latencies of serving scrape requests, in microseconds"},
  };
  return kMetrics;
}

const Metric& MetricOf(std::string_view name) {
  const std::vector<Metric>& all = Catalogue();
  const auto it =
      std::find_if(all.begin(), all.end(), [&](const Metric& one) { return one.name == name; });
  if (it == all.end()) {
    std::fprintf(stderr, "metric %.*s is not in the table\n", static_cast<int>(name.size()),
                 name.data());
    std::abort();
  }
  return *it;
}

std::string CataloguePage() {
  std::string page =
      absl::StrCat(kIntro, "| metric | type | labels | meaning |\n|---|---|---|---|\n");
  for (const Metric& metric : Catalogue()) {
    std::vector<std::string> labels;
    for (const std::string_view label : metric.labels) {
      labels.push_back(absl::StrCat("`", std::string(label), "`"));
    }
    absl::StrAppend(&page, "| `", std::string(metric.name), "` | ", WordOf(metric.kind), " | ",
                    absl::StrJoin(labels, ", "), " | ", std::string(metric.help), " |\n");
  }
  return page;
}

}  // namespace onward::metrics
