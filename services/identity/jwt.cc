#include "services/identity/jwt.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "services/identity/strict_json.h"

namespace onward::identity {
namespace {

using Json = nlohmann::json;

constexpr size_t kAcceptedMax = 10'000;
constexpr size_t kClaimsMax = 200;
constexpr size_t kClaimBytesMax = 1'024;
constexpr double kSecondsMax = 253'402'300'799.0;  // the end of the year 9999

absl::Status Refused(const char* why) {
  return absl::UnauthenticatedError(absl::StrCat("token refused: ", why));
}

// The three parts of a compact token; empty: it is none.
struct Parts {
  std::string header;
  std::string claims;
  size_t signature_bytes = 0;
};

std::optional<Parts> PartsOf(std::string_view token) {
  const size_t first = token.find('.');
  const size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) {
    return std::nullopt;
  }
  const auto header = DecodeStrictly(token.substr(0, first));
  const auto claims = DecodeStrictly(token.substr(first + 1, second - first - 1));
  const auto signature = DecodeStrictly(token.substr(second + 1));
  if (!header || !claims || !signature) {
    return std::nullopt;
  }
  return Parts{*header, *claims, signature->size()};
}

struct Header {
  Algorithm algorithm = Algorithm::kRs256;
  std::string kid;
};

const std::string* TextIn(const Json& object, const char* name) {
  const auto it = object.find(name);
  return it == object.end() ? nullptr : it->get_ptr<const std::string*>();
}

absl::StatusOr<Header> HeaderOf(const std::string& text) {
  const std::optional<Json> json = ParseStrictObject(text);
  if (!json) {
    return Refused("its header is no JSON object, each name once");
  }
  for (const char* name : {"crit", "jku", "jwk", "x5u", "x5c", "b64", "zip", "enc"}) {
    if (json->contains(name)) {
      return Refused("its header brings or names keys, or asks for what is not known here");
    }
  }
  const std::string* type = TextIn(*json, "typ");
  if (json->contains("typ") && (type == nullptr || !(absl::EqualsIgnoreCase(*type, "JWT") ||
                                                     absl::EqualsIgnoreCase(*type, "at+jwt")))) {
    return Refused("its type is none of JWT and at+jwt");
  }
  const std::string* algorithm = TextIn(*json, "alg");
  const std::string* kid = TextIn(*json, "kid");
  if (algorithm == nullptr || kid == nullptr || kid->empty()) {
    return Refused("its header has no alg or no kid");
  }
  if (*algorithm == "RS256") {
    return Header{Algorithm::kRs256, *kid};
  }
  if (*algorithm == "PS256") {
    return Header{Algorithm::kPs256, *kid};
  }
  if (*algorithm == "ES256") {
    return Header{Algorithm::kEs256, *kid};
  }
  return Refused("its algorithm is none of RS256, PS256 and ES256");
}

// A moment in a claim, in seconds since 1970.
std::optional<double> MomentIn(const Json& claims, const char* name) {
  const auto it = claims.find(name);
  if (it == claims.end() || !it->is_number()) {
    return std::nullopt;
  }
  const double value = it->get<double>();
  return std::isfinite(value) && value >= 0 && value <= kSecondsMax ? std::optional(value)
                                                                    : std::nullopt;
}

bool IsFor(const Json& claims, const std::string& audience) {
  const auto it = claims.find("aud");
  if (it == claims.end()) {
    return false;
  }
  if (it->is_string()) {
    return it->get_ref<const std::string&>() == audience;
  }
  return it->is_array() &&
         std::all_of(it->begin(), it->end(), [](const Json& one) { return one.is_string(); }) &&
         std::find(it->begin(), it->end(), audience) != it->end();
}

// The first second in which the token does not count any more.
std::optional<int64_t> EndOf(const Json& claims) {
  const std::optional<double> ends = MomentIn(claims, "exp");
  return ends ? std::optional(static_cast<int64_t>(std::ceil(*ends)) + kSkewSeconds) : std::nullopt;
}

std::chrono::system_clock::time_point MomentOf(int64_t seconds) {
  using Moment = std::chrono::system_clock::time_point;
  const auto last =
      std::chrono::duration_cast<std::chrono::seconds>(Moment::max().time_since_epoch());
  return seconds >= last.count() ? Moment::max() : Moment(std::chrono::seconds(seconds));
}

absl::Status CheckTimes(const Json& claims, int64_t now) {
  const std::optional<int64_t> ends = EndOf(claims);
  if (!ends) {
    return Refused("it has no exp");
  }
  if (now >= *ends) {
    return Refused("it has expired");
  }
  for (const char* name : {"nbf", "iat"}) {
    const std::optional<double> begins = MomentIn(claims, name);
    if (claims.contains(name) && (!begins || static_cast<double>(now + kSkewSeconds) < *begins)) {
      return Refused("it is not valid yet");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckClaims(const Json& claims, const TokenRules& rules, int64_t now) {
  const std::string* issuer = TextIn(claims, "iss");
  if (issuer == nullptr || *issuer != rules.issuer) {
    return Refused("it is of another issuer");
  }
  if (!IsFor(claims, rules.audience)) {
    return Refused("it is for another audience");
  }
  const std::string* subject = TextIn(claims, "sub");
  if (subject == nullptr || !IsName(*subject)) {
    return Refused("it has no sub of 1 to 200 printable characters");
  }
  return CheckTimes(claims, now);
}

void AddClaim(const std::string& name, const Json& value, Principal& principal) {
  const std::string* text = value.get_ptr<const std::string*>();
  if (text != nullptr && text->size() <= kClaimBytesMax && principal.claims.size() < kClaimsMax) {
    principal.claims.emplace_back(name, *text);
  }
}

PrincipalPtr PrincipalOf(const Json& claims) {
  auto principal = std::make_shared<Principal>();
  principal->proof = Proof::kToken;
  principal->name = *TextIn(claims, "sub");
  principal->until = MomentOf(EndOf(claims).value_or(0));
  for (const auto& [name, value] : claims.items()) {
    if (value.is_array()) {
      for (const Json& one : value) {
        AddClaim(name, one, *principal);
      }
    } else {
      AddClaim(name, value, *principal);
    }
  }
  return principal;
}

std::string DigestOf(std::string_view token) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(token.data()), token.size(), digest.data());
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace

JwtVerifier::JwtVerifier(TokenRules rules, const KeyRing* ring, const Clock* clock,
                         std::function<void()> unknown_kid)
    : rules_(std::move(rules)), ring_(ring), clock_(clock), unknown_kid_(std::move(unknown_kid)) {}

absl::StatusOr<JwtVerifier::Accepted> JwtVerifier::Judge(std::string_view token, const KeySet& keys,
                                                         int64_t now) const {
  const std::optional<Parts> parts = PartsOf(token);
  if (!parts) {
    return Refused("it is no signed token in the compact form");
  }
  ONWARD_ASSIGN_OR_RETURN(const Header header, HeaderOf(parts->header));
  const TokenKey* key = keys.Find(header.kid);
  if (key == nullptr) {
    if (unknown_kid_) {
      unknown_kid_();
    }
    return Refused("its kid names no key that is known");
  }
  if (!key->Fits(header.algorithm) || parts->signature_bytes != key->signature_bytes()) {
    return Refused("its algorithm is not that of the key, or its signature is not as long");
  }
  if (!key->Verifies(token)) {
    return Refused("its signature is not that of the key");
  }
  const std::optional<Json> claims = ParseStrictObject(parts->claims);
  if (!claims) {
    return Refused("its claims are no JSON object, each name once");
  }
  ONWARD_RETURN_IF_ERROR(CheckClaims(*claims, rules_, now));
  return Accepted{PrincipalOf(*claims),
                  std::min(EndOf(*claims).value_or(0), now + kTokenKeptSeconds)};
}

PrincipalPtr JwtVerifier::Recall(const std::string& digest, const KeySetPtr& keys,
                                 int64_t now) const {
  const MutexLock lock(mutex_);
  if (accepted_by_ != keys) {
    accepted_.clear();
    accepted_by_ = keys;
  }
  const auto it = accepted_.find(digest);
  return it == accepted_.end() || now >= it->second.until ? nullptr : it->second.principal;
}

absl::StatusOr<PrincipalPtr> JwtVerifier::Verify(std::string_view token) const {
  if (token.size() > kTokenBytesMax) {
    return Refused("it has more than 8192 bytes");
  }
  const KeySetPtr keys = ring_->keys();
  if (keys == nullptr) {
    return Refused("the keys of its issuer are not here yet");
  }
  const int64_t now =
      std::chrono::duration_cast<std::chrono::seconds>(clock_->Now().time_since_epoch()).count();
  const std::string digest = DigestOf(token);
  if (PrincipalPtr known = Recall(digest, keys, now); known != nullptr) {
    return known;
  }
  ONWARD_ASSIGN_OR_RETURN(Accepted accepted, Judge(token, *keys, now));
  PrincipalPtr principal = accepted.principal;
  const MutexLock lock(mutex_);
  if (accepted_by_ == keys) {
    if (accepted_.size() >= kAcceptedMax) {
      accepted_.clear();
    }
    accepted_[digest] = std::move(accepted);
  }
  return principal;
}

}  // namespace onward::identity
