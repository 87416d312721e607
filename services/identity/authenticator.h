// From what a call brings along to who makes it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/identity/principal.h"

namespace onward::identity {

// What a call brings along. Texts live as long as the call.
struct Evidence {
  // It came over the server's Unix socket.
  bool unix_socket = false;
  // It came through the edge: one of the headers is there that the edge sets on every call.
  bool through_edge = false;
  // URIs among the alternative names of the client certificate that the transport verified.
  std::vector<std::string_view> certificate_uris = {};
  // Each value of `authorization`.
  std::vector<std::string_view> authorization = {};
  // Each value of `x-onward-client-cert`.
  std::vector<std::string_view> edge_certificates = {};
};

// Thread-safe.
class Authenticator {
 public:
  Authenticator() = default;
  virtual ~Authenticator() = default;
  Authenticator(const Authenticator&) = delete;
  Authenticator& operator=(const Authenticator&) = delete;

  // UNAUTHENTICATED: why not, for the log alone; without any part of a token.
  virtual absl::StatusOr<PrincipalPtr> Authenticate(const Evidence& evidence) const = 0;
};

}  // namespace onward::identity
