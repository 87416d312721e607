// Ed25519 keys (RFC 8032), by OpenSSL.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace onward::audit {

inline constexpr size_t kPublicKeyBytes = 32;
inline constexpr size_t kSignatureBytes = 64;

// A private key. Thread-safe; never printed.
class SigningKey {
 public:
  // A new one. UNAVAILABLE where the system has no randomness.
  static absl::StatusOr<SigningKey> Generate();
  // Of a PEM file (PKCS #8, not encrypted). INVALID_ARGUMENT for anything else, or a key of another kind.
  static absl::StatusOr<SigningKey> FromPem(std::string_view pem);

  // The private key as PEM.
  absl::StatusOr<std::string> Pem() const;
  // 32 bytes.
  const std::string& public_key() const { return public_key_; }
  // 64 bytes; the same message gives the same signature.
  absl::StatusOr<std::string> Sign(std::string_view message) const;

 private:
  struct Key;
  explicit SigningKey(std::shared_ptr<const Key> key, std::string public_key);

  std::shared_ptr<const Key> key_;
  std::string public_key_;
};

// A public key as PEM, and back. INVALID_ARGUMENT for anything but an Ed25519 public key.
absl::StatusOr<std::string> PublicKeyPem(std::string_view public_key);
absl::StatusOr<std::string> PublicKeyFromPem(std::string_view pem);

// Whether the signature is that of the message by the key.
bool VerifySignature(std::string_view public_key, std::string_view message,
                     std::string_view signature);

}  // namespace onward::audit
