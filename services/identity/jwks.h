// The keys that tokens are signed with: a JSON Web Key Set (RFC 7517).
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "graph/base/mutex.h"

namespace onward::identity {

inline constexpr size_t kJwksBytesMax = size_t{256} << 10;
inline constexpr size_t kJwksKeysMax = 64;

// Of a token's header.
enum class Algorithm { kRs256, kPs256, kEs256 };

// A public key. Immutable.
class TokenKey {
 public:
  TokenKey() = default;
  virtual ~TokenKey() = default;
  TokenKey(const TokenKey&) = delete;
  TokenKey& operator=(const TokenKey&) = delete;

  // Whether the key may be used with the algorithm: its type fits, and so does the algorithm that the set names for it.
  virtual bool Fits(Algorithm algorithm) const = 0;
  // Whether the signature of the compact token is of this key. The caller has asked Fits for the algorithm in its header.
  virtual bool Verifies(std::string_view token) const = 0;
  // Bytes that a signature has.
  virtual size_t signature_bytes() const = 0;
};

// Immutable.
class KeySet {
 public:
  // Keys that are not for signatures with RS256, PS256 or ES256, have no kid, or are RSA with fewer than 2,048 bits are left out.
  // INVALID_ARGUMENT: no key set, too large, a kid twice, a private key, or no key that can be used.
  static absl::StatusOr<std::shared_ptr<const KeySet>> Parse(const std::string& json);

  // Null: none.
  const TokenKey* Find(const std::string& kid) const;
  size_t size() const { return keys_.size(); }

 private:
  std::map<std::string, std::unique_ptr<TokenKey>> keys_;
};
using KeySetPtr = std::shared_ptr<const KeySet>;

// The keys in use. Thread-safe.
class KeyRing {
 public:
  // Null: there are none yet.
  KeySetPtr keys() const ONWARD_EXCLUDES(mutex_);
  void Use(KeySetPtr keys) ONWARD_EXCLUDES(mutex_);
  // Reads the file; where it is not good, the keys stay as they are. INVALID_ARGUMENT.
  absl::Status UseFile(const std::string& path);

 private:
  mutable Mutex mutex_;
  KeySetPtr keys_ ONWARD_GUARDED_BY(mutex_);
};

}  // namespace onward::identity
