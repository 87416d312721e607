// The key set that an issuer gave last, kept beside the store, so that a start while the issuer is away lets its callers in.
#pragma once

#include <chrono>
#include <string>

#include "absl/status/statusor.h"
#include "graph/base/clock.h"
#include "services/identity/jwks.h"

namespace onward::identity {

inline constexpr const char* kKeptKeysFile = "issuer-keys.json";

// Where they are kept, and for how long they may be used without a word of the issuer; of a process by itself.
struct KeptKeys {
  // Empty: they are not kept.
  std::string path;
  // Of the issuer; those of another are not used.
  std::string url;
  std::chrono::seconds most{0};

  bool Keeps() const { return !path.empty() && most.count() > 0; }
  // Errors of WritePrivateFile.
  absl::Status Keep(const std::string& key_set, std::chrono::system_clock::time_point now) const;
  // Errors of ReadPrivateFile; FAILED_PRECONDITION: of another issuer, fetched too long ago or in the future, damaged.
  absl::StatusOr<KeySetPtr> Read(std::chrono::system_clock::time_point now) const;
};

}  // namespace onward::identity
