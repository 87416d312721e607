// onward.v1.Inventory.Watch: a stream that is driven by what there is to tell, and holds no thread while it waits.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include "onward/v1/watch.pb.h"
#include "services/commands/watch.h"
#include "services/rpc/call.h"

namespace onward::rpc {

// Of a part of an event: items, and about how many bytes, so that every client takes it.
inline constexpr size_t kWatchPartItems = 1'000;
inline constexpr size_t kWatchPartBytes = size_t{1} << 20;

// INVENTORY_NOT_FOUND, INVALID_REQUEST, FOREIGN_TOKEN.
absl::StatusOr<commands::WatchRequest> WatchRequestOf(const ServiceEnv& env,
                                                      const v1::WatchRequest& request);

// The responses that tell one message, in order. The last part alone has a token.
class WatchParts {
 public:
  explicit WatchParts(commands::WatchMessage message) : message_(std::move(message)) {}

  // False: all were made.
  bool Next(v1::WatchResponse* response);

 private:
  void FillEvent(v1::WatchResponse* response);
  // Adds item number `at_`, counted over the three lists; how many bytes it takes.
  size_t AddItem(v1::WatchEvent* event);

  const commands::WatchMessage message_;
  size_t at_ = 0;
  bool done_ = false;
};

// Starts a watch, or ends the call. Deletes itself when the transport is done with it.
grpc::ServerWriteReactor<v1::WatchResponse>* StartWatch(const ServiceEnv& env,
                                                        grpc::CallbackServerContext* context,
                                                        const v1::WatchRequest* request);

}  // namespace onward::rpc
