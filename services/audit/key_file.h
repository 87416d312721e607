// Files of keys that sign checkpoints.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "storage/audit/ed25519.h"

namespace onward::audit {

// INVALID_ARGUMENT where it cannot be read, is no key, or may be read by others than its owner.
absl::StatusOr<SigningKey> ReadKeyFile(const std::string& path);
// The public key of a PEM file. INVALID_ARGUMENT as above, but anybody may read it.
absl::StatusOr<std::string> ReadPublicKeyFile(const std::string& path);

// A new key: `path`, for its owner alone, and `path`.pub. Neither may exist: ALREADY_EXISTS. Returns the
// public key.
absl::StatusOr<std::string> WriteNewKey(const std::string& path);

}  // namespace onward::audit
