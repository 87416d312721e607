// Bearer tokens: JSON Web Tokens (RFC 7519), signed, in the compact form.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "graph/base/clock.h"
#include "graph/base/mutex.h"
#include "services/identity/caller_authenticator.h"
#include "services/identity/jwks.h"

namespace onward::identity {

inline constexpr size_t kTokenBytesMax = 8'192;
// What clocks may differ by.
inline constexpr int64_t kSkewSeconds = 60;
// How long a token that was accepted is not looked at again; a key that is withdrawn counts at once.
inline constexpr int64_t kTokenKeptSeconds = 300;

struct TokenRules {
  // `iss` is this, and `aud` this or a list with it.
  std::string issuer;
  std::string audience;
};

// Accepts RS256, PS256 and ES256 by keys of the ring alone, found by kid. A token needs iss, aud, exp and sub; nbf counts where it is
// there. A header that brings or names keys, or asks for what is not known (crit), is refused, and so is a name that is there
// twice. Nothing of a token is ever in an error.
class JwtVerifier final : public TokenVerifier {
 public:
  // `clock` must outlive it. `unknown_kid` is called, without waiting, where a token names a key that is not there.
  JwtVerifier(TokenRules rules, const KeyRing* ring, const Clock* clock,
              std::function<void()> unknown_kid = {});

  absl::StatusOr<PrincipalPtr> Verify(std::string_view token) const override
      ONWARD_EXCLUDES(mutex_);

 private:
  struct Accepted {
    PrincipalPtr principal;
    int64_t until = 0;
  };
  absl::StatusOr<Accepted> Judge(std::string_view token, const KeySet& keys, int64_t now) const;
  PrincipalPtr Recall(const std::string& digest, const KeySetPtr& keys, int64_t now) const
      ONWARD_EXCLUDES(mutex_);

  const TokenRules rules_;
  const KeyRing* const ring_;
  const Clock* const clock_;
  const std::function<void()> unknown_kid_;
  mutable Mutex mutex_;
  // By the token's SHA-256, all of one key set.
  mutable std::map<std::string, Accepted> accepted_ ONWARD_GUARDED_BY(mutex_);
  mutable KeySetPtr accepted_by_ ONWARD_GUARDED_BY(mutex_);
};

}  // namespace onward::identity
