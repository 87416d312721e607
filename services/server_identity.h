// What a server needs to know who calls and whether he may: certificates, keys of tokens, the access policy; all of it replaceable while
// it runs.
#pragma once

#include <grpcpp/security/server_credentials.h>

#include <memory>

#include "graph/base/clock.h"
#include "services/access/gate.h"
#include "services/identity/caller_authenticator.h"
#include "services/identity/jwks_fetcher.h"
#include "services/identity/jwt.h"
#include "services/identity/tls_files.h"
#include "services/listen_address.h"
#include "services/options.h"
#include "services/reloader.h"

namespace onward::services {

class Log;

// Whether the options that say who calls go together, with the address too. INVALID_ARGUMENT names them.
absl::Status CheckIdentityOptions(const Options& options, const ListenAddress& address);

// Thread-safe once it is open.
class ServerIdentity {
 public:
  // Reads what the options name. INVALID_ARGUMENT: a file is not good. `authenticator` instead of certificates and tokens where it is
  // not null; log may be null. Both must outlive it.
  static absl::StatusOr<std::unique_ptr<ServerIdentity>> Open(
      const Options& options, const identity::Authenticator* authenticator, const Log* log);

  ServerIdentity(const ServerIdentity&) = delete;
  ServerIdentity& operator=(const ServerIdentity&) = delete;
  ~ServerIdentity() = default;

  // Null: everybody may everything.
  const access::Gate* gate() const { return gate_.get(); }
  // For the listener; they must not outlive this.
  const std::shared_ptr<grpc::ServerCredentials>& credentials() const { return credentials_; }
  // Null: no TLS.
  const identity::TlsFiles* tls() const { return tls_.get(); }
  // Reads all files again.
  void Reload() { reloader_->Reload(); }

 private:
  explicit ServerIdentity(const Log* log) : log_(log) {}
  absl::Status OpenTls(const Options& options);
  absl::Status OpenTokens(const Options& options);
  absl::Status OpenGate(const Options& options, const identity::Authenticator* authenticator);
  void WatchFiles(const Options& options);
  void LogState() const;

  const Log* const log_;
  SystemClock clock_;
  std::unique_ptr<identity::TlsFiles> tls_;
  std::shared_ptr<grpc::ServerCredentials> credentials_;
  identity::KeyRing keys_;
  // Null: the keys are in a file, or there are none.
  std::unique_ptr<identity::JwksFetcher> fetcher_;
  // Null: no token is accepted.
  std::unique_ptr<identity::JwtVerifier> tokens_;
  std::unique_ptr<identity::CallerAuthenticator> authenticator_;
  std::unique_ptr<access::Gate> gate_;
  // Last, so that it ends first.
  std::unique_ptr<Reloader> reloader_;
};

}  // namespace onward::services
