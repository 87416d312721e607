// Who calls, from certificates, tokens and the Unix socket, as the server was told to believe them.
#pragma once

#include <string>
#include <string_view>

#include "services/identity/authenticator.h"

namespace onward::identity {

// Says whose a bearer token is. Thread-safe.
class TokenVerifier {
 public:
  TokenVerifier() = default;
  virtual ~TokenVerifier() = default;
  TokenVerifier(const TokenVerifier&) = delete;
  TokenVerifier& operator=(const TokenVerifier&) = delete;

  // UNAUTHENTICATED: what is wrong, without any part of the token. Never waits.
  virtual absl::StatusOr<PrincipalPtr> Verify(std::string_view token) const = 0;
};

struct CallerRules {
  // Believe the client certificate that the edge names, on the Unix socket alone.
  bool edge_certificates = false;
  // Null: no token is accepted. Must outlive the authenticator.
  const TokenVerifier* tokens = nullptr;
};

// A call that brings a token is its subject's, and nobody's where the token is not accepted: it never falls back to a weaker
// proof. Else it is of the client certificate's one URI; its common name counts for nothing. Else, over the Unix socket and not
// through the edge, it is a local caller's.
class CallerAuthenticator final : public Authenticator {
 public:
  explicit CallerAuthenticator(CallerRules rules) : rules_(rules) {}
  absl::StatusOr<PrincipalPtr> Authenticate(const Evidence& evidence) const override;

 private:
  absl::StatusOr<PrincipalPtr> OfToken(const Evidence& evidence) const;

  const CallerRules rules_;
};

}  // namespace onward::identity
