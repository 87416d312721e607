// The key that tokens are sealed with: those of pages, revisions, watches and cursors, which clients keep and send back.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace onward::commands {

class TokenKey;
using TokenKeyPtr = std::shared_ptr<const TokenKey>;

// Thread-safe.
class TokenKey {
 public:
  static constexpr size_t kBytes = 32;
  static constexpr size_t kMacBytes = 16;

  // UNAVAILABLE where the system has no randomness.
  static absl::StatusOr<std::string> NewBytes();
  static absl::StatusOr<TokenKeyPtr> Random();
  // INVALID_ARGUMENT: not kBytes bytes. UNAVAILABLE: the system's library has no HMAC-SHA-256.
  static absl::StatusOr<TokenKeyPtr> FromBytes(std::string_view bytes);

  TokenKey(const TokenKey&) = delete;
  TokenKey& operator=(const TokenKey&) = delete;
  ~TokenKey();

  // The first kMacBytes bytes of HMAC-SHA-256; empty, which nothing verifies, where memory ran out.
  std::string Mac(std::string_view bytes) const;
  // Takes as long for a MAC that is nearly right as for any other of its length.
  bool Verifies(std::string_view bytes, std::string_view mac) const;

 private:
  struct State;
  explicit TokenKey(std::unique_ptr<const State> state);
  std::unique_ptr<const State> state_;
};

}  // namespace onward::commands
