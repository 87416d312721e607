// The same service inside this process, on an empty in-memory store with the built-in law register: no
// listening port, nothing written. The inventory `default` exists.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "graph/base/clock.h"

namespace grpc {
class Channel;
}  // namespace grpc

namespace onward::services {

// Owns the store and the server. Thread-safe. Stops with its destructor; release channels before.
class OfflineService {
 public:
  ~OfflineService();
  OfflineService(const OfflineService&) = delete;
  OfflineService& operator=(const OfflineService&) = delete;

  std::shared_ptr<grpc::Channel> channel();

 private:
  struct Impl;
  explicit OfflineService(std::unique_ptr<Impl> impl);
  friend absl::StatusOr<std::unique_ptr<OfflineService>> StartOffline(const Clock* clock);
  std::unique_ptr<Impl> impl_;
};

// `clock` must outlive the service; null: the system's. Messages have no size limit here but protobuf's.
absl::StatusOr<std::unique_ptr<OfflineService>> StartOffline(const Clock* clock = nullptr);

}  // namespace onward::services
