#include "services/metrics/exporter.h"

#include <prometheus/collectable.h>
#include <prometheus/exposer.h>
#include <prometheus/metric_family.h>

#include <exception>
#include <utility>

#include "absl/strings/str_cat.h"

namespace onward::metrics {
namespace {

prometheus::MetricType TypeOf(Kind kind) {
  switch (kind) {
    case Kind::kCounter:
      return prometheus::MetricType::Counter;
    case Kind::kGauge:
      return prometheus::MetricType::Gauge;
    case Kind::kHistogram:
      return prometheus::MetricType::Histogram;
    case Kind::kSummary:
      return prometheus::MetricType::Summary;
  }
  return prometheus::MetricType::Untyped;
}

prometheus::ClientMetric Converted(const Sample& sample, Kind kind) {
  prometheus::ClientMetric out;
  for (const auto& [name, value] : sample.labels) {
    out.label.push_back({name, value});
  }
  if (kind == Kind::kHistogram) {
    for (const Bucket& bucket : sample.buckets) {
      out.histogram.bucket.push_back({bucket.count, bucket.bound});
    }
    out.histogram.sample_count = sample.buckets.empty() ? 0 : sample.buckets.back().count;
    out.histogram.sample_sum = sample.value;
  } else if (kind == Kind::kCounter) {
    out.counter.value = sample.value;
  } else {
    out.gauge.value = sample.value;
  }
  return out;
}

prometheus::MetricFamily Converted(const Family& family) {
  prometheus::MetricFamily out;
  out.name = std::string(family.metric->name);
  out.help = std::string(family.metric->help);
  out.type = TypeOf(family.metric->kind);
  for (const Sample& sample : family.samples) {
    out.metric.push_back(Converted(sample, family.metric->kind));
  }
  return out;
}

class Collected final : public prometheus::Collectable {
 public:
  explicit Collected(Exporter::Source source) : source_(std::move(source)) {}

  // The library under it is C: no exception may get there.
  std::vector<prometheus::MetricFamily> Collect() const override {
    std::vector<prometheus::MetricFamily> out;
    try {
      for (const Family& family : source_()) {
        out.push_back(Converted(family));
      }
    } catch (const std::exception&) {
      out.clear();
    }
    return out;
  }

 private:
  const Exporter::Source source_;
};

}  // namespace

struct Exporter::Impl {
  std::shared_ptr<prometheus::Collectable> collected;
  std::string address;
  // Last, so that it ends first.
  std::unique_ptr<prometheus::Exposer> exposer;
};

Exporter::Exporter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Exporter::~Exporter() = default;
const std::string& Exporter::address() const { return impl_->address; }

absl::StatusOr<std::unique_ptr<Exporter>> Exporter::Listen(const std::string& host, int port,
                                                           Source source) {
  const std::string bracketed =
      host.find(':') == std::string::npos ? host : absl::StrCat("[", host, "]");
  auto impl = std::make_unique<Impl>();
  impl->collected = std::make_shared<Collected>(std::move(source));
  try {
    impl->exposer = std::make_unique<prometheus::Exposer>(std::vector<std::string>{
        "listening_ports", absl::StrCat(bracketed, ":", port), "num_threads", "4",
        "request_timeout_ms", "5000", "enable_directory_listing", "no"});
    impl->exposer->RegisterCollectable(impl->collected);
    const std::vector<int> ports = impl->exposer->GetListeningPorts();
    impl->address = absl::StrCat(bracketed, ":", ports.empty() ? port : ports.front());
  } catch (const std::exception&) {
    return absl::UnavailableError(absl::StrCat("cannot listen on ", bracketed, ":", port,
                                               ": the address is in use, or may not be used"));
  }
  return std::unique_ptr<Exporter>(new Exporter(std::move(impl)));
}

}  // namespace onward::metrics
