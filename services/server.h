// The gRPC server: the four services, health and reflection on one store. Also started in process, by
// the command line (services/offline.h) and by tests.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/base/clock.h"
#include "services/commands/token_key.h"
#include "services/law_register.h"
#include "services/metrics/families.h"
#include "services/options.h"
#include "storage/backup.h"
#include "storage/store.h"

namespace grpc {
class Channel;
}  // namespace grpc

namespace onward::identity {
class Authenticator;
}  // namespace onward::identity

namespace onward::services {

class Log;

// What a server stands on. Store, clock and log must outlive it.
//
// With an access policy, every call of onward.v1 proves who makes it and may do what its roles allow; health is open to whoever
// can connect, and reflection is off unless it was asked for by name. Without one, everybody may do everything.
struct ServerDeps {
  storage::Store* store = nullptr;
  const Clock* clock = nullptr;
  // The built-in register: in effect where the store holds none.
  LoadedRegister law;
  // Null: it has no folder for backups. Must outlive the server too.
  storage::Backups* backups = nullptr;
  // Null: nothing is logged.
  const Log* log = nullptr;
  // For tests: says who calls, instead of certificates and tokens. Null: those. Must outlive the server.
  const identity::Authenticator* authenticator = nullptr;
  // Seals tokens. Null: a key of its own, so that they end with it.
  commands::TokenKeyPtr token_key = {};
  // Called while snapshots are loaded, with inventories done and their number; may be empty.
  std::function<void(size_t done, size_t total)> progress;
};

// A running server. Thread-safe. The destructor shuts down without drain.
class Server {
 public:
  // Loads every inventory, creates `default` in an empty store, then listens. INVALID_ARGUMENT: an
  // option is wrong, a file that one names is not good, or a remote address without TLS and an access policy, and without
  // insecure_allow_remote. UNAVAILABLE: cannot listen.
  // Errors of the store are passed on.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const Options& options, ServerDeps deps);

  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Where it listens, with the port that was chosen; unix:PATH for a Unix socket, empty where it does
  // not listen. A client can dial it as it is.
  const std::string& address() const;
  // Version of the law register in effect.
  std::string law_version() const;
  // A channel inside this process; it must not outlive the server.
  std::shared_ptr<grpc::Channel> InProcessChannel();
  // When the certificate of the server ends, in seconds since 1970; 0: it has none.
  int64_t certificate_not_after() const;
  // Replaced certificates that were not taken up.
  uint64_t certificate_failures() const;
  // What there is to export (services/metrics/METRICS.md), as it is now; empty without --metrics-listen. Must not run on when the
  // server is destroyed.
  std::vector<metrics::Family> Metrics() const;
  // Counts verdicts for Metrics, on this thread: for tests, which cannot wait for the next scrape.
  void CountVerdicts() const;
  // Reads the files again that may change while it runs, as it does by itself once a second where they have changed. What is not
  // good is not taken up; the log tells why.
  void Reload();
  // Takes no new calls, lets those under way finish until `drain` has passed, then cancels them. Returns
  // when all are done. Further calls do nothing.
  void Shutdown(std::chrono::milliseconds drain);

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace onward::services
