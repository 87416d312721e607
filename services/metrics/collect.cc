#include "services/metrics/collect.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <utility>

#include "graph/base/error_detail.h"
#include "services/metrics/catalogue.h"
#include "services/metrics/process.h"

namespace onward::metrics {
namespace {

constexpr double kSecondsOfDay = 86'400;

double Seconds(std::chrono::system_clock::time_point time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

// Families in the making.
class Collection {
 public:
  void One(std::string_view name, double value) {
    families_.push_back({&MetricOf(name), {{{}, value}}});
  }
  void None(std::string_view name) { families_.push_back({&MetricOf(name), {}}); }
  void OneIf(bool known, std::string_view name, double value) {
    known ? One(name, value) : None(name);
  }
  void Many(std::string_view name, std::vector<Sample> samples) {
    families_.push_back({&MetricOf(name), std::move(samples)});
  }
  void Add(std::vector<Family> families) {
    std::move(families.begin(), families.end(), std::back_inserter(families_));
  }
  std::vector<Family> Take() { return std::move(families_); }

 private:
  std::vector<Family> families_;
};

void AddWorkers(const WorkerNumbers& workers, Collection& out) {
  out.One("onward_workers", static_cast<double>(workers.threads));
  out.One("onward_workers_busy", static_cast<double>(workers.busy));
  out.One("onward_worker_queue", static_cast<double>(workers.queued));
  out.One("onward_worker_queue_max", static_cast<double>(workers.queue_max));
}

void AddStore(const storage::Store& store, Collection& out) {
  const absl::Status writable = store.Writable();
  const storage::StoreSpace space = store.Space();
  out.One("onward_store_writable", writable.ok() ? 1 : 0);
  const auto detail = DetailOf(writable);
  const std::string reason = detail ? detail->reason : "OTHER";
  bool known = false;
  std::vector<Sample> reasons;
  for (const char* one : {"STORE_FULL", "STORE_SEALED", "STORE_CORRUPTED"}) {
    const bool this_one = !writable.ok() && reason == one;
    known = known || this_one;
    reasons.push_back({{{"reason", one}}, this_one ? 1.0 : 0.0});
  }
  reasons.push_back({{{"reason", "OTHER"}}, !writable.ok() && !known ? 1.0 : 0.0});
  out.Many("onward_store_refuses_writes", std::move(reasons));
  out.OneIf(space.free > 0, "onward_store_free_bytes", static_cast<double>(space.free));
  out.One("onward_store_free_min_bytes", static_cast<double>(space.free_min));
  out.One("onward_store_bytes", static_cast<double>(space.used));
}

struct InventorySum {
  uint64_t revision = 0;
  uint64_t bytes = 0;
  double published_at = 0;
  VerdictCounts flows{};
  bool counted = false;
};

void AddTo(InventorySum& sum, const commands::InventoryRuntime& inventory) {
  const SnapshotPtr head = inventory.head();
  sum.revision += head->revision();
  sum.bytes += head->memory().All();
  sum.published_at = std::max(sum.published_at, Seconds(inventory.published_at()));
}

// By the label that each is told under.
std::map<std::string, InventorySum> Inventories(const Sources& sources) {
  const auto counts = sources.verdicts->counts();
  std::map<std::string, InventorySum> sums;
  size_t named = 0;
  for (const std::string& id : sources.engine->residents().Ids()) {
    InventorySum& sum = sums[named < sources.inventories_max ? id : kOtherInventories];
    ++named;
    if (const auto inventory = sources.engine->residents().Peek(id); inventory != nullptr) {
      AddTo(sum, *inventory);
    } else if (const auto stored = sources.engine->store().GetHead(id); stored.ok()) {
      sum.revision += stored->revision;
    }
    const auto counted = counts.find(id);
    if (counted != counts.end()) {
      sum.counted = true;
      for (size_t i = 0; i < sum.flows.size(); ++i) {
        sum.flows.at(i) += counted->second.at(i);
      }
    }
  }
  return sums;
}

constexpr std::array<std::pair<verdict::Verdict, const char*>, 5> kVerdicts = {{
    {verdict::Verdict::kNotATransfer, "NOT_A_TRANSFER"},
    {verdict::Verdict::kCovered, "COVERED"},
    {verdict::Verdict::kConditional, "CONDITIONAL"},
    {verdict::Verdict::kLacking, "LACKING"},
    {verdict::Verdict::kUndetermined, "UNDETERMINED"},
}};

void AddInventories(const Sources& sources, Collection& out) {
  const auto sums = Inventories(sources);
  std::vector<Sample> revisions;
  std::vector<Sample> bytes;
  std::vector<Sample> published;
  std::vector<Sample> verdicts;
  for (const auto& [label, sum] : sums) {
    revisions.push_back({{{"inventory", label}}, static_cast<double>(sum.revision)});
    bytes.push_back({{{"inventory", label}}, static_cast<double>(sum.bytes)});
    published.push_back({{{"inventory", label}}, sum.published_at});
    for (const auto& [verdict, word] : kVerdicts) {
      if (sum.counted) {
        verdicts.push_back({{{"inventory", label}, {"verdict", word}},
                            static_cast<double>(sum.flows.at(static_cast<size_t>(verdict)))});
      }
    }
  }
  out.One("onward_inventories", static_cast<double>(sources.engine->inventories()));
  out.Many("onward_inventory_head_revision", std::move(revisions));
  out.Many("onward_inventory_snapshot_bytes", std::move(bytes));
  out.Many("onward_inventory_snapshot_timestamp_seconds", std::move(published));
  out.Many("onward_inventory_verdicts", std::move(verdicts));
}

void AddLaw(const commands::Engine& engine, Collection& out) {
  const commands::LawPtr law = engine.law();
  out.Many("onward_law_info", {{{{"version", law->version()}}, 1}});
  out.One("onward_law_knowledge_cutoff_timestamp_seconds",
          law->domain->knowledge_cutoff().days() * kSecondsOfDay);
}

void AddCertificate(const CertificateNumbers& certificate, Collection& out) {
  const bool there = certificate.not_after != 0;
  out.OneIf(there, "onward_tls_certificate_not_after_timestamp_seconds",
            static_cast<double>(certificate.not_after));
  out.OneIf(there, "onward_tls_certificate_failures_total",
            static_cast<double>(certificate.failures));
}

void AddAudit(const audit::AuditorStats& stats, Collection& out) {
  uint64_t waiting = 0;
  uint64_t failures = 0;
  uint64_t dropped = 0;
  for (const audit::DeliveryStats& sink : stats.sinks) {
    waiting += sink.waiting;
    failures += sink.failures;
    dropped += sink.dropped;
  }
  const bool sinks = !stats.sinks.empty();
  out.OneIf(stats.signing, "onward_audit_checkpoints_total",
            static_cast<double>(stats.checkpoints));
  out.OneIf(stats.last_checkpoint_at.has_value(), "onward_audit_checkpoint_timestamp_seconds",
            stats.last_checkpoint_at ? Seconds(*stats.last_checkpoint_at) : 0);
  out.OneIf(sinks, "onward_audit_sink_waiting", static_cast<double>(waiting));
  out.OneIf(sinks, "onward_audit_sink_failures_total", static_cast<double>(failures));
  out.OneIf(sinks, "onward_audit_sink_dropped_total", static_cast<double>(dropped));
}

}  // namespace

std::vector<Family> Collect(const Sources& sources) {
  Collection out;
  out.Many("onward_build_info", {{{{"version", sources.version}}, 1}});
  out.Add(sources.calls->Families());
  AddWorkers(sources.workers(), out);
  AddStore(sources.engine->store(), out);
  AddInventories(sources, out);
  out.One("onward_watches", static_cast<double>(sources.watches->size()));
  AddLaw(*sources.engine, out);
  AddCertificate(sources.certificate(), out);
  AddAudit(sources.auditor->stats(), out);
  out.Add(ProcessFamilies());
  sources.verdicts->Wake();
  return out.Take();
}

}  // namespace onward::metrics
