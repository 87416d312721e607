#include "services/server_credentials.h"

#include <grpc/grpc.h>
#include <grpc/grpc_security.h>

#include <string>
#include <utility>

#include "graph/base/mutex.h"

namespace onward::services {
namespace {

grpc_ssl_client_certificate_request_type RequestOf(const identity::TlsFiles& files,
                                                   bool must_show) {
  if (files.paths().client_ca.empty()) {
    return GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE;
  }
  return must_show ? GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY
                   : GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY;
}

// The C++ API has reloading only from a folder that it watches itself, without a check that key and certificate fit.
class Reloading final : public grpc::ServerCredentials {
 public:
  Reloading(const identity::TlsFiles& files, bool must_show)
      : files_(files), request_(RequestOf(files, must_show)) {}

  void SetAuthMetadataProcessor(
      const std::shared_ptr<grpc::AuthMetadataProcessor>& /*processor*/) override {}

 private:
  int AddPortToServer(const std::string& addr, grpc_server* server) override {
    {
      // A new listener knows no configuration yet.
      const MutexLock lock(mutex_);
      given_.reset();
    }
    grpc_server_credentials* credentials = grpc_ssl_server_credentials_create_with_options(
        grpc_ssl_server_credentials_create_options_using_config_fetcher(request_, &Fetch, this));
    if (credentials == nullptr) {
      return 0;
    }
    const int port = grpc_server_add_http2_port(server, addr.c_str(), credentials);
    grpc_server_credentials_release(credentials);
    return port;
  }

  static grpc_ssl_certificate_config_reload_status Fetch(
      void* self, grpc_ssl_server_certificate_config** config) {
    return static_cast<Reloading*>(self)->Fetch(config);
  }

  grpc_ssl_certificate_config_reload_status Fetch(grpc_ssl_server_certificate_config** config) {
    std::shared_ptr<const identity::TlsMaterial> now = files_.material();
    const MutexLock lock(mutex_);
    if (now == given_) {
      return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
    }
    const grpc_ssl_pem_key_cert_pair pair = {now->key_pem.c_str(), now->chain_pem.c_str()};
    // The library ends the process where there are none, also where it asks no client for a certificate: then any will do.
    const std::string& roots = now->client_ca_pem.empty() ? now->chain_pem : now->client_ca_pem;
    *config = grpc_ssl_server_certificate_config_create(roots.c_str(), &pair, 1);
    given_ = std::move(now);
    return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
  }

  const identity::TlsFiles& files_;
  const grpc_ssl_client_certificate_request_type request_;
  Mutex mutex_;
  // What the listener has.
  std::shared_ptr<const identity::TlsMaterial> given_ ONWARD_GUARDED_BY(mutex_);
};

}  // namespace

std::shared_ptr<grpc::ServerCredentials> TlsCredentials(const identity::TlsFiles& files,
                                                        bool must_show) {
  return std::make_shared<Reloading>(files, must_show);
}

}  // namespace onward::services
