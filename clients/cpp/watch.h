// Watching an inventory, across lost connections and restarts of the server.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "absl/status/statusor.h"
#include "onward/v1/watch.pb.h"

namespace grpc {
class ChannelInterface;
class ClientContext;
template <class R>
class ClientReader;
}  // namespace grpc

namespace onward::client {

// A stream that ended, and will be asked for again after the pause.
struct Reconnect {
  absl::Status why;
  std::chrono::milliseconds pause{0};
  // How often in a row nothing has come; 1: for the first time.
  int attempt = 1;
  // Up to which revision everything was handed out.
  uint64_t revision = 0;
};

struct WatchOptions {
  // Until something has come for the first time; then its error is handed on. Later it is tried for ever.
  std::chrono::milliseconds first_wait{5'000};
  // Between attempts: twice as long each time, up to the longest.
  std::chrono::milliseconds first_pause{100};
  std::chrono::milliseconds longest_pause{5'000};
  // Called by Next before each pause; empty: nobody is told.
  std::function<void(const Reconnect&)> on_reconnect;
  // Called by Next once something has come again.
  std::function<void(uint64_t revision)> on_resumed;
};

// Hands out events in order, each whole and once, whatever becomes of the connection: it asks again after the
// last event that came whole, on UNAVAILABLE, where it was cut as too slow, and where its token has expired: with the one that
// ConnectOptions::token_file holds then. One thread calls Next; any may call Cancel.
class Watcher {
 public:
  // Nothing is asked before the first Next.
  Watcher(std::shared_ptr<grpc::ChannelInterface> channel, v1::WatchRequest request,
          WatchOptions options = {});
  ~Watcher();
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  // The next event, its parts put together, or mark. Any error is the end: CANCELLED after Cancel, else as
  // Inventory.Watch has them, and FOREIGN_TOKEN where the server came back with another store.
  absl::StatusOr<v1::WatchResponse> Next();
  void Cancel();

  // Up to which revision everything was handed out; 0: nothing.
  uint64_t revision() const { return revision_; }
  // Names what was handed out, for WatchRequest.after_token. Empty: nothing so far.
  const std::string& token() const { return token_; }

 private:
  struct Stream;

  absl::Status Open();
  // Nothing: a part, or one that was handed out already.
  std::optional<v1::WatchResponse> Add(v1::WatchResponse part);
  // OK: asked for again later.
  absl::Status Lost(const absl::Status& why);
  bool Pause(std::chrono::milliseconds pause);

  const std::shared_ptr<grpc::ChannelInterface> channel_;
  v1::WatchRequest request_;
  const WatchOptions options_;
  const std::chrono::system_clock::time_point started_;
  uint64_t revision_ = 0;
  std::string token_;
  std::optional<v1::WatchResponse> parts_;
  int failed_ = 0;

  std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_: whoever cancels reaches for the stream.
  std::unique_ptr<Stream> stream_;
  bool cancelled_ = false;
};

}  // namespace onward::client
