// Where the server listens.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace onward::services {

struct ListenAddress {
  // As gRPC takes it: HOST:PORT or unix:PATH.
  std::string dial;
  // Without the port; empty for a Unix socket.
  std::string host;
  // Path of a Unix socket; empty for TCP.
  std::string path;

  bool IsUnix() const { return !path.empty(); }
  // Reachable from this machine only.
  bool IsLocal() const;
};

// Reads HOST:PORT, [IPV6]:PORT or unix:PATH. INVALID_ARGUMENT says what is wrong.
absl::StatusOr<ListenAddress> ParseListenAddress(const std::string& text);

struct MetricsAddress {
  // An address, no name.
  std::string host;
  int port = 0;
};

// Reads HOST:PORT of --metrics-listen: an IPv4 or [IPv6] address, or localhost. INVALID_ARGUMENT says what is wrong.
absl::StatusOr<MetricsAddress> ParseMetricsAddress(const std::string& text);

// Removes a socket that a dead server left behind. FAILED_PRECONDITION where somebody still answers on
// it, or the path is no socket.
absl::Status RemoveStaleSocket(const std::string& path);

}  // namespace onward::services
