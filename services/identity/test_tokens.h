// For tests: an issuer of tokens with keys made on the spot, and whatever somebody might forge.
#pragma once

#include <openssl/evp.h>

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace onward::identity {

struct EvpFree {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using EvpPtr = std::unique_ptr<EVP_PKEY, EvpFree>;

inline constexpr const char* kTestIssuer = "https://id.example";
inline constexpr const char* kTestAudience = "onward";

class TestIssuer {
 public:
  using Json = nlohmann::json;

  // Tokens are good at `now`, in seconds since 1970.
  explicit TestIssuer(int64_t now);

  // The key set: RSA under rsa (RS256), pss (PS256) and any (no alg), EC under ec.
  std::string Jwks() const;
  // A token that is good, by the key of that kid: rsa, pss, any (RS256) or ec.
  std::string Good(const std::string& kid) const;
  std::string Good(const std::string& kid, const Json& claims) const;
  // Claims of a good token.
  Json Claims() const;
  // What is wrong with it, and the token; at least 60. None may be accepted.
  std::vector<std::pair<std::string, std::string>> Forged() const;

 private:
  std::string Signed(const std::string& header, const std::string& claims,
                     const std::string& algorithm, EVP_PKEY* key) const;
  std::string WithHeader(const Json& more) const;
  std::string WithClaims(const Json& more, const std::vector<std::string>& without = {}) const;

  using Corpus = std::vector<std::pair<std::string, std::string>>;
  void AddAlgorithms(Corpus& corpus) const;
  void AddHeaders(Corpus& corpus) const;
  void AddClaims(Corpus& corpus) const;
  void AddForms(Corpus& corpus) const;
  void AddSignatures(Corpus& corpus) const;

  const int64_t now_;
  EvpPtr rsa_;
  EvpPtr other_rsa_;
  EvpPtr small_rsa_;
  EvpPtr ec_;
  EvpPtr other_ec_;
  EvpPtr large_ec_;
};

// A key set with these entries.
std::string JwksOf(const std::vector<nlohmann::json>& keys);
// The public part of a key as an entry of a key set.
nlohmann::json JwkOf(EVP_PKEY* key, const std::string& kid, const std::string& algorithm);
EvpPtr NewRsa(unsigned bits);
EvpPtr NewEc(const char* curve);

}  // namespace onward::identity
