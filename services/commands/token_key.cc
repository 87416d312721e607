#include "services/commands/token_key.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <array>
#include <utility>

#include "graph/base/status_macros.h"

namespace onward::commands {
namespace {

constexpr size_t kSha256Bytes = 32;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

// Keyed once; each MAC begins with a copy.
struct TokenKey::State {
  struct Free {
    void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
    void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
  };
  std::unique_ptr<EVP_MAC_CTX, Free> context;
};

TokenKey::TokenKey(std::unique_ptr<const State> state) : state_(std::move(state)) {}
TokenKey::~TokenKey() = default;

absl::StatusOr<std::string> TokenKey::NewBytes() {
  std::string bytes(kBytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), kBytes) != 1) {
    return absl::UnavailableError("the system has no randomness for the key of tokens");
  }
  return bytes;
}

absl::StatusOr<TokenKeyPtr> TokenKey::Random() {
  ONWARD_ASSIGN_OR_RETURN(const std::string bytes, NewBytes());
  return FromBytes(bytes);
}

absl::StatusOr<TokenKeyPtr> TokenKey::FromBytes(std::string_view bytes) {
  if (bytes.size() != kBytes) {
    return absl::InvalidArgumentError("the key of tokens must have 32 bytes");
  }
  const std::unique_ptr<EVP_MAC, State::Free> mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  auto state = std::make_unique<State>();
  state->context.reset(mac == nullptr ? nullptr : EVP_MAC_CTX_new(mac.get()));
  std::string digest = "SHA256";
  const std::array<OSSL_PARAM, 2> parameters = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
      OSSL_PARAM_construct_end()};
  if (state->context == nullptr ||
      EVP_MAC_init(state->context.get(), Bytes(bytes), bytes.size(), parameters.data()) != 1) {
    return absl::UnavailableError("the system's library has no HMAC-SHA-256");
  }
  return TokenKeyPtr(new TokenKey(std::move(state)));
}

std::string TokenKey::Mac(std::string_view bytes) const {
  const std::unique_ptr<EVP_MAC_CTX, State::Free> context(EVP_MAC_CTX_dup(state_->context.get()));
  std::array<unsigned char, kSha256Bytes> mac{};
  size_t size = 0;
  if (context == nullptr || EVP_MAC_update(context.get(), Bytes(bytes), bytes.size()) != 1 ||
      EVP_MAC_final(context.get(), mac.data(), &size, mac.size()) != 1 || size != mac.size()) {
    return "";
  }
  return {reinterpret_cast<const char*>(mac.data()), kMacBytes};
}

bool TokenKey::Verifies(std::string_view bytes, std::string_view mac) const {
  const std::string right = Mac(bytes);
  return right.size() == kMacBytes && mac.size() == kMacBytes &&
         CRYPTO_memcmp(right.data(), mac.data(), kMacBytes) == 0;
}

}  // namespace onward::commands
