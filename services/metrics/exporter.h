// Metrics over HTTP, for Prometheus.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/metrics/families.h"

namespace onward::metrics {

// Serves /metrics, plain HTTP, on a few threads of its own until it ends. A connection that says nothing is closed after some seconds.
class Exporter {
 public:
  // Called for each scrape, by any thread, also several at a time.
  using Source = std::function<std::vector<Family>()>;

  // `host`: an address, no name; port 0: any free one. UNAVAILABLE: cannot listen.
  static absl::StatusOr<std::unique_ptr<Exporter>> Listen(const std::string& host, int port,
                                                          Source source);
  ~Exporter();
  Exporter(const Exporter&) = delete;
  Exporter& operator=(const Exporter&) = delete;

  // HOST:PORT, with the port that was chosen.
  const std::string& address() const;

 private:
  struct Impl;
  explicit Exporter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace onward::metrics
