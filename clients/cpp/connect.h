// Channels: plain, with TLS, with a client certificate, with a bearer token.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace grpc {
class Channel;
}  // namespace grpc

namespace onward::client {

struct ConnectOptions {
  // Authorities of the server's certificate: a PEM file, or `system` for those of this machine. Empty: no TLS.
  std::string tls_ca;
  // Client certificate and its key, PEM files; both or none. They are read when the channel is made.
  std::string tls_cert;
  std::string tls_key;
  // File with a bearer token, at most 8 KiB; read again whenever it changes. Empty: none is sent.
  std::string token_file;
};

// Opens a channel without transport security to HOST:PORT or unix:PATH. Connects with the first call.
std::shared_ptr<grpc::Channel> Connect(const std::string& address);

// The same as the options say. INVALID_ARGUMENT: a file cannot be read, options do not go together, or a token would go over a network
// in the clear: without TLS it is sent to unix:PATH and to loopback addresses only.
absl::StatusOr<std::shared_ptr<grpc::Channel>> Connect(const std::string& address,
                                                       const ConnectOptions& options);

}  // namespace onward::client
