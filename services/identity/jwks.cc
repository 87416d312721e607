#include "services/identity/jwks.h"

#include <cjose/cjose.h>

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "services/identity/small_file.h"
#include "services/identity/strict_json.h"

namespace onward::identity {
namespace {

using Json = nlohmann::json;

constexpr size_t kRsaBitsMin = 2'048;
constexpr size_t kRsaBitsMax = 8'192;
constexpr size_t kEcBits = 256;
constexpr size_t kKidBytesMax = 256;

struct JwkFree {
  void operator()(cjose_jwk_t* key) const { cjose_jwk_release(key); }
};
struct JwsFree {
  void operator()(cjose_jws_t* jws) const { cjose_jws_release(jws); }
};
using JwkPtr = std::unique_ptr<cjose_jwk_t, JwkFree>;
using JwsPtr = std::unique_ptr<cjose_jws_t, JwsFree>;

class CjoseKey final : public TokenKey {
 public:
  CjoseKey(JwkPtr key, bool rsa, size_t bits, std::optional<Algorithm> only)
      : key_(std::move(key)), rsa_(rsa), bits_(bits), only_(only) {}

  bool Fits(Algorithm algorithm) const override {
    return rsa_ == (algorithm != Algorithm::kEs256) && (!only_ || *only_ == algorithm);
  }
  bool Verifies(std::string_view token) const override {
    cjose_err error{};
    const JwsPtr jws(cjose_jws_import(token.data(), token.size(), &error));
    return jws != nullptr && cjose_jws_verify(jws.get(), key_.get(), &error);
  }
  size_t signature_bytes() const override { return rsa_ ? (bits_ + 7) / 8 : 2 * kEcBits / 8; }

 private:
  const JwkPtr key_;
  const bool rsa_;
  const size_t bits_;
  const std::optional<Algorithm> only_;
};

std::string TextOf(const Json& key, const char* field) {
  const auto it = key.find(field);
  return it != key.end() && it->is_string() ? it->get<std::string>() : "";
}

std::optional<Algorithm> AlgorithmOf(const std::string& name) {
  if (name == "RS256") {
    return Algorithm::kRs256;
  }
  if (name == "PS256") {
    return Algorithm::kPs256;
  }
  return name == "ES256" ? std::optional(Algorithm::kEs256) : std::nullopt;
}

// Whether the set means the key for signatures that we know.
bool IsForUs(const Json& key) {
  const std::string type = TextOf(key, "kty");
  const bool known = type == "RSA" || (type == "EC" && TextOf(key, "crv") == "P-256");
  const bool signs = !key.contains("use") || TextOf(key, "use") == "sig";
  const bool algorithm = !key.contains("alg") || AlgorithmOf(TextOf(key, "alg"));
  const std::string kid = TextOf(key, "kid");
  return known && signs && algorithm && !kid.empty() && kid.size() <= kKidBytesMax;
}

// The key for libcjose, which ends the program at some texts that are no base64; nullopt: it has one. Nothing else of the entry is
// shown to it.
std::optional<Json> PublicPart(const Json& key) {
  const bool rsa = TextOf(key, "kty") == "RSA";
  Json part = {{"kty", TextOf(key, "kty")}};
  if (!rsa) {
    part["crv"] = TextOf(key, "crv");
  }
  for (const char* const field : {rsa ? "n" : "x", rsa ? "e" : "y"}) {
    const std::string number = TextOf(key, field);
    if (!DecodeStrictly(number)) {
      return std::nullopt;
    }
    part[field] = number;
  }
  return part;
}

// Null: it cannot be used.
std::unique_ptr<TokenKey> KeyOf(const Json& key) {
  const std::optional<Json> part = PublicPart(key);
  if (!part) {
    return nullptr;
  }
  const std::string text = part->dump();
  cjose_err error{};
  JwkPtr jwk(cjose_jwk_import(text.data(), text.size(), &error));
  if (jwk == nullptr) {
    return nullptr;
  }
  const bool rsa = cjose_jwk_get_kty(jwk.get(), &error) == CJOSE_JWK_KTY_RSA;
  const size_t bits = cjose_jwk_get_keysize(jwk.get(), &error);
  if (rsa ? bits < kRsaBitsMin || bits > kRsaBitsMax : bits != kEcBits) {
    return nullptr;
  }
  return std::make_unique<CjoseKey>(std::move(jwk), rsa, bits, AlgorithmOf(TextOf(key, "alg")));
}

absl::Status NoKeySet(const std::string& what) {
  return absl::InvalidArgumentError(absl::StrCat("the key set ", what));
}

}  // namespace

absl::StatusOr<KeySetPtr> KeySet::Parse(const std::string& json) {
  if (json.size() > kJwksBytesMax) {
    return NoKeySet(absl::StrCat("has more than ", kJwksBytesMax, " bytes"));
  }
  const std::optional<Json> root = ParseStrictObject(
      json.substr(json.find('{') == std::string::npos ? json.size() : json.find('{')));
  if (!root || !root->contains("keys") || !(*root)["keys"].is_array()) {
    return NoKeySet("is no JSON object with a list of keys, each name once");
  }
  const Json& keys = (*root)["keys"];
  if (keys.size() > kJwksKeysMax) {
    return NoKeySet(absl::StrCat("has more than ", kJwksKeysMax, " keys"));
  }
  const std::shared_ptr<KeySet> set(new KeySet());
  for (const Json& key : keys) {
    if (!key.is_object() || key.contains("d")) {
      return NoKeySet(key.is_object() ? "holds a private key" : "has a key that is no object");
    }
    std::unique_ptr<TokenKey> usable = IsForUs(key) ? KeyOf(key) : nullptr;
    if (usable != nullptr && !set->keys_.emplace(TextOf(key, "kid"), std::move(usable)).second) {
      return NoKeySet("has a kid twice");
    }
  }
  return set->keys_.empty() ? NoKeySet(
                                  "has no key that can be used: RSA of 2048 bits or more, or "
                                  "EC P-256, with a kid")
                            : absl::StatusOr<KeySetPtr>(set);
}

const TokenKey* KeySet::Find(const std::string& kid) const {
  const auto it = keys_.find(kid);
  return it == keys_.end() ? nullptr : it->second.get();
}

KeySetPtr KeyRing::keys() const {
  const MutexLock lock(mutex_);
  return keys_;
}

void KeyRing::Use(KeySetPtr keys) {
  const MutexLock lock(mutex_);
  keys_ = std::move(keys);
}

absl::Status KeyRing::UseFile(const std::string& path) {
  ONWARD_ASSIGN_OR_RETURN(const std::string text, ReadSmallFile(path, kJwksBytesMax));
  ONWARD_ASSIGN_OR_RETURN(KeySetPtr keys, KeySet::Parse(text));
  Use(std::move(keys));
  return absl::OkStatus();
}

}  // namespace onward::identity
