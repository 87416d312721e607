#include "services/identity/test_tokens.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <array>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace onward::identity {
namespace {

using Json = nlohmann::json;

std::string Escaped(const std::string& bytes) { return absl::WebSafeBase64Escape(bytes); }

std::string NumberOf(EVP_PKEY* key, const char* name, int bytes) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(key, name, &number);
  std::string text(static_cast<size_t>(bytes > 0 ? bytes : BN_num_bytes(number)), '\0');
  BN_bn2binpad(number, reinterpret_cast<unsigned char*>(text.data()),
               static_cast<int>(text.size()));
  BN_free(number);
  return Escaped(text);
}

bool IsEc(EVP_PKEY* key) { return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC; }

// r and s, each of `half` bytes, of a signature in DER form.
std::string RawOf(const std::string& der, int half) {
  const auto* data = reinterpret_cast<const unsigned char*>(der.data());
  ECDSA_SIG* parts = d2i_ECDSA_SIG(nullptr, &data, static_cast<long>(der.size()));
  std::string raw(static_cast<size_t>(2 * half), '\0');
  auto* out = reinterpret_cast<unsigned char*>(raw.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(parts), out, half);
  BN_bn2binpad(ECDSA_SIG_get0_s(parts), out + half, half);
  ECDSA_SIG_free(parts);
  return raw;
}

const EVP_MD* DigestOf(const std::string& algorithm) {
  if (algorithm.ends_with("512")) {
    return EVP_sha512();
  }
  return algorithm.ends_with("384") ? EVP_sha384() : EVP_sha256();
}

std::string DerSignature(const std::string& text, const std::string& algorithm, EVP_PKEY* key) {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_PKEY_CTX* settings = nullptr;
  EVP_DigestSignInit(context, &settings, DigestOf(algorithm), nullptr, key);
  if (algorithm.starts_with("PS")) {
    EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING);
    EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, RSA_PSS_SALTLEN_DIGEST);
  }
  std::array<unsigned char, 1'024> signature{};
  size_t size = signature.size();
  EVP_DigestSign(context, signature.data(), &size,
                 reinterpret_cast<const unsigned char*>(text.data()), text.size());
  EVP_MD_CTX_free(context);
  return {reinterpret_cast<const char*>(signature.data()), size};
}

std::string SignatureOf(const std::string& text, const std::string& algorithm, EVP_PKEY* key) {
  const std::string der = DerSignature(text, algorithm, key);
  return IsEc(key) ? RawOf(der, (EVP_PKEY_get_bits(key) + 7) / 8) : der;
}

std::string PublicPem(EVP_PKEY* key) {
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PUBKEY(bio, key);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string pem(data, static_cast<size_t>(size));
  BIO_free_all(bio);
  return pem;
}

std::string Mac(const std::string& key, const std::string& text, const EVP_MD* digest) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned size = 0;
  HMAC(digest, key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(), &size);
  return {reinterpret_cast<const char*>(mac.data()), size};
}

std::string HeaderOf(const std::string& algorithm, const std::string& kid) {
  return Json({{"alg", algorithm}, {"kid", kid}, {"typ", "JWT"}}).dump();
}

}  // namespace

EvpPtr NewRsa(unsigned bits) { return EvpPtr(EVP_RSA_gen(bits)); }
EvpPtr NewEc(const char* curve) { return EvpPtr(EVP_EC_gen(curve)); }

Json JwkOf(EVP_PKEY* key, const std::string& kid, const std::string& algorithm) {
  Json jwk = {{"kid", kid}, {"use", "sig"}};
  if (!algorithm.empty()) {
    jwk["alg"] = algorithm;
  }
  if (IsEc(key)) {
    const int bytes = (EVP_PKEY_get_bits(key) + 7) / 8;
    jwk["kty"] = "EC";
    jwk["crv"] = bytes == 32 ? "P-256" : "P-384";
    jwk["x"] = NumberOf(key, OSSL_PKEY_PARAM_EC_PUB_X, bytes);
    jwk["y"] = NumberOf(key, OSSL_PKEY_PARAM_EC_PUB_Y, bytes);
  } else {
    jwk["kty"] = "RSA";
    jwk["n"] = NumberOf(key, OSSL_PKEY_PARAM_RSA_N, 0);
    jwk["e"] = NumberOf(key, OSSL_PKEY_PARAM_RSA_E, 0);
  }
  return jwk;
}

std::string JwksOf(const std::vector<Json>& keys) { return Json({{"keys", keys}}).dump(); }

TestIssuer::TestIssuer(int64_t now)
    : now_(now),
      rsa_(NewRsa(2'048)),
      other_rsa_(NewRsa(2'048)),
      small_rsa_(NewRsa(1'024)),
      ec_(NewEc("P-256")),
      other_ec_(NewEc("P-256")),
      large_ec_(NewEc("P-384")) {}

std::string TestIssuer::Jwks() const {
  return JwksOf({JwkOf(rsa_.get(), "rsa", "RS256"), JwkOf(rsa_.get(), "pss", "PS256"),
                 JwkOf(rsa_.get(), "any", ""), JwkOf(ec_.get(), "ec", "ES256"),
                 JwkOf(small_rsa_.get(), "small", "RS256"), JwkOf(large_ec_.get(), "large", "")});
}

Json TestIssuer::Claims() const {
  return {{"iss", kTestIssuer},
          {"aud", kTestAudience},
          {"sub", "anna"},
          {"exp", now_ + 600},
          {"nbf", now_ - 10},
          {"iat", now_ - 10},
          {"groups", {"privacy", "sales"}}};
}

std::string TestIssuer::Signed(const std::string& header, const std::string& claims,
                               const std::string& algorithm, EVP_PKEY* key) const {
  const std::string text = absl::StrCat(Escaped(header), ".", Escaped(claims));
  return absl::StrCat(text, ".", Escaped(SignatureOf(text, algorithm, key)));
}

std::string TestIssuer::Good(const std::string& kid, const Json& claims) const {
  if (kid == "ec") {
    return Signed(HeaderOf("ES256", kid), claims.dump(), "ES256", ec_.get());
  }
  const std::string algorithm = kid == "pss" ? "PS256" : "RS256";
  return Signed(HeaderOf(algorithm, kid), claims.dump(), algorithm, rsa_.get());
}

std::string TestIssuer::Good(const std::string& kid) const { return Good(kid, Claims()); }

std::string TestIssuer::WithHeader(const Json& more) const {
  Json header = Json::parse(HeaderOf("RS256", "rsa"));
  header.update(more);
  return Signed(header.dump(), Claims().dump(), "RS256", rsa_.get());
}

std::string TestIssuer::WithClaims(const Json& more,
                                   const std::vector<std::string>& without) const {
  Json claims = Claims();
  claims.update(more);
  for (const std::string& name : without) {
    claims.erase(name);
  }
  return Good("rsa", claims);
}

void TestIssuer::AddAlgorithms(Corpus& corpus) const {
  const std::string claims = Claims().dump();
  for (const char* none : {"none", "None", "NONE", "nOnE", ""}) {
    const std::string text = absl::StrCat(Escaped(HeaderOf(none, "rsa")), ".", Escaped(claims));
    corpus.emplace_back(absl::StrCat("alg ", none, ", no signature"), text + ".");
    corpus.emplace_back(absl::StrCat("alg ", none, ", any signature"), text + ".AAAA");
  }
  const std::string pem = PublicPem(rsa_.get());
  for (const char* name : {"HS256", "HS384", "HS512"}) {
    const std::string text = absl::StrCat(Escaped(HeaderOf(name, "rsa")), ".", Escaped(claims));
    corpus.emplace_back(absl::StrCat(name, " with the public key as its secret"),
                        absl::StrCat(text, ".", Escaped(Mac(pem, text, DigestOf(name)))));
  }
  for (const char* name : {"RS384", "RS512", "PS384", "PS512"}) {
    corpus.emplace_back(name, Signed(HeaderOf(name, "any"), claims, name, rsa_.get()));
  }
  corpus.emplace_back("ES384",
                      Signed(HeaderOf("ES384", "large"), claims, "ES384", large_ec_.get()));
  corpus.emplace_back("ES256 by a key of P-384",
                      Signed(HeaderOf("ES256", "large"), claims, "ES256", large_ec_.get()));
  corpus.emplace_back("PS256 by a key for RS256",
                      Signed(HeaderOf("PS256", "rsa"), claims, "PS256", rsa_.get()));
  corpus.emplace_back("RS256 by a key for PS256",
                      Signed(HeaderOf("RS256", "pss"), claims, "RS256", rsa_.get()));
  corpus.emplace_back("ES256 named, RSA key meant",
                      Signed(HeaderOf("ES256", "rsa"), claims, "ES256", ec_.get()));
  corpus.emplace_back("RS256 named, EC key meant",
                      Signed(HeaderOf("RS256", "ec"), claims, "RS256", rsa_.get()));
  corpus.emplace_back("RSA of 1024 bits",
                      Signed(HeaderOf("RS256", "small"), claims, "RS256", small_rsa_.get()));
  corpus.emplace_back("rs256 in small letters",
                      Signed(HeaderOf("rs256", "rsa"), claims, "RS256", rsa_.get()));
}

void TestIssuer::AddHeaders(Corpus& corpus) const {
  const std::string claims = Claims().dump();
  const Json own = JwkOf(other_rsa_.get(), "mine", "RS256");
  corpus.emplace_back("jwk", WithHeader({{"jwk", own}}));
  corpus.emplace_back("jku", WithHeader({{"jku", "https://evil.example/keys"}}));
  corpus.emplace_back("x5u", WithHeader({{"x5u", "https://evil.example/cert"}}));
  corpus.emplace_back("x5c", WithHeader({{"x5c", {"MIIB"}}}));
  corpus.emplace_back("crit", WithHeader({{"crit", {"exp"}}}));
  corpus.emplace_back("crit, empty", WithHeader({{"crit", Json::array()}}));
  corpus.emplace_back("b64", WithHeader({{"b64", false}}));
  corpus.emplace_back("zip", WithHeader({{"zip", "DEF"}}));
  corpus.emplace_back("enc", WithHeader({{"enc", "A128GCM"}}));
  corpus.emplace_back("typ of something else", WithHeader({{"typ", "dpop+jwt"}}));
  corpus.emplace_back("typ no text", WithHeader({{"typ", 1}}));
  corpus.emplace_back("alg no text", WithHeader({{"alg", {"RS256"}}}));
  corpus.emplace_back("kid no text", WithHeader({{"kid", 7}}));
  corpus.emplace_back("kid empty", WithHeader({{"kid", ""}}));
  corpus.emplace_back("kid unknown", WithHeader({{"kid", "nobody"}}));
  corpus.emplace_back("kid a path", WithHeader({{"kid", "../../../../dev/null"}}));
  corpus.emplace_back("kid with a zero byte", WithHeader({{"kid", std::string("rsa\0", 4)}}));
  corpus.emplace_back("kid a query", WithHeader({{"kid", "' or 1=1 --"}}));
  const auto raw = [&](const char* name, const std::string& header) {
    corpus.emplace_back(name, Signed(header, claims, "RS256", rsa_.get()));
  };
  raw("no kid", R"({"alg":"RS256"})");
  raw("no alg", R"({"kid":"rsa"})");
  raw("alg twice", R"({"alg":"none","alg":"RS256","kid":"rsa"})");
  raw("kid twice", R"({"alg":"RS256","kid":"x","kid":"rsa"})");
  raw("header a list", R"([{"alg":"RS256","kid":"rsa"}])");
  raw("header with a tail", R"({"alg":"RS256","kid":"rsa"} x)");
  raw("header with a byte order mark", "\xEF\xBB\xBF{\"alg\":\"RS256\",\"kid\":\"rsa\"}");
  raw("header not UTF-8", "{\"alg\":\"RS256\",\"kid\":\"rsa\",\"x\":\"\xff\"}");
  std::string deep(100, '[');
  raw("header nested deeply",
      absl::StrCat(R"({"alg":"RS256","kid":"rsa","x":)", deep, std::string(100, ']'), "}"));
}

void TestIssuer::AddClaims(Corpus& corpus) const {
  for (const char* name : {"iss", "aud", "exp", "sub"}) {
    corpus.emplace_back(absl::StrCat("without ", name), WithClaims(Json::object(), {name}));
    corpus.emplace_back(absl::StrCat(name, " empty"), WithClaims({{name, ""}}));
    corpus.emplace_back(absl::StrCat(name, " null"), WithClaims({{name, nullptr}}));
    corpus.emplace_back(absl::StrCat(name, " an object"), WithClaims({{name, Json::object()}}));
  }
  corpus.emplace_back("another issuer", WithClaims({{"iss", "https://id.example/"}}));
  corpus.emplace_back("issuers in a list", WithClaims({{"iss", {kTestIssuer}}}));
  corpus.emplace_back("another audience", WithClaims({{"aud", "onward2"}}));
  corpus.emplace_back("other audiences", WithClaims({{"aud", {"a", "b"}}}));
  corpus.emplace_back("no audience in the list", WithClaims({{"aud", Json::array()}}));
  corpus.emplace_back("audiences with a number", WithClaims({{"aud", {kTestAudience, 1}}}));
  corpus.emplace_back("expired", WithClaims({{"exp", now_ - 61}}));
  corpus.emplace_back("expired long ago", WithClaims({{"exp", 0}}));
  corpus.emplace_back("exp negative", WithClaims({{"exp", -1}}));
  corpus.emplace_back("exp as text", WithClaims({{"exp", absl::StrCat(now_ + 600)}}));
  corpus.emplace_back("exp beyond all years", WithClaims({{"exp", 1e300}}));
  corpus.emplace_back("not valid yet", WithClaims({{"nbf", now_ + 120}}));
  corpus.emplace_back("nbf as text", WithClaims({{"nbf", "now"}}));
  corpus.emplace_back("issued in the future", WithClaims({{"iat", now_ + 120}}));
  corpus.emplace_back("sub a number", WithClaims({{"sub", 1}}));
  corpus.emplace_back("sub too long", WithClaims({{"sub", std::string(201, 'a')}}));
  corpus.emplace_back("sub with a line break", WithClaims({{"sub", "anna\nadmin"}}));
  const auto raw = [&](const char* name, const std::string& claims) {
    corpus.emplace_back(name, Signed(HeaderOf("RS256", "rsa"), claims, "RS256", rsa_.get()));
  };
  const std::string good = Claims().dump();
  const std::string open = good.substr(0, good.size() - 1);
  raw("sub twice", open + R"(,"sub":"root"})");
  raw("exp twice", absl::StrCat(open, ",\"exp\":", now_ + 900, "}"));
  raw("a name twice, deep inside", open + R"(,"x":[{"a":1,"a":2}]})");
  raw("claims a list", "[" + good + "]");
  raw("claims a text", "\"anna\"");
  raw("claims with a tail", good + "}");
}

void TestIssuer::AddForms(Corpus& corpus) const {
  const std::string good = Good("rsa");
  const size_t first = good.find('.');
  const size_t second = good.rfind('.');
  corpus.emplace_back("nothing", "");
  corpus.emplace_back("dots", "..");
  corpus.emplace_back("one part", good.substr(0, first));
  corpus.emplace_back("two parts", good.substr(0, second));
  corpus.emplace_back("four parts", good + ".AAAA");
  corpus.emplace_back("five parts", good + ".AAAA.AAAA");
  corpus.emplace_back("padding", good + "==");
  corpus.emplace_back("a blank before it", " " + good);
  corpus.emplace_back("a blank behind it", good + " ");
  corpus.emplace_back("a line break in it", good.substr(0, 20) + "\n" + good.substr(20));
  corpus.emplace_back("not base64url", "+/" + good.substr(2));
  corpus.emplace_back("JSON form", R"({"payload":"e30","signatures":[]})");
  corpus.emplace_back("too large", WithClaims({{"pad", std::string(8'192, 'a')}}));
}

void TestIssuer::AddSignatures(Corpus& corpus) const {
  const std::string claims = Claims().dump();
  for (const std::string kid : {"rsa", "pss", "ec"}) {
    const std::string good = Good(kid);
    const size_t dot = good.rfind('.');
    std::string changed = good;
    changed[dot + 10] = changed[dot + 10] == 'A' ? 'B' : 'A';
    corpus.emplace_back("signature changed, " + kid, changed);
    changed = good;
    const size_t in_claims = good.find('.') + 10;
    changed[in_claims] = changed[in_claims] == 'A' ? 'B' : 'A';
    corpus.emplace_back("claims changed, " + kid, changed);
    corpus.emplace_back("signature cut, " + kid, good.substr(0, good.size() - 4));
    corpus.emplace_back("signature lengthened, " + kid, good + "AAAA");
    corpus.emplace_back("no signature, " + kid, good.substr(0, dot + 1));
  }
  corpus.emplace_back("RSA key of somebody else",
                      Signed(HeaderOf("RS256", "rsa"), claims, "RS256", other_rsa_.get()));
  corpus.emplace_back("EC key of somebody else",
                      Signed(HeaderOf("ES256", "ec"), claims, "ES256", other_ec_.get()));
  const std::string text = absl::StrCat(Escaped(HeaderOf("ES256", "ec")), ".", Escaped(claims));
  corpus.emplace_back("EC signature of zeros",
                      absl::StrCat(text, ".", Escaped(std::string(64, '\0'))));
  corpus.emplace_back("EC signature in DER form",
                      absl::StrCat(text, ".", Escaped(DerSignature(text, "ES256", ec_.get()))));
  const std::string rsa = absl::StrCat(Escaped(HeaderOf("RS256", "rsa")), ".", Escaped(claims));
  corpus.emplace_back("RSA signature of zeros",
                      absl::StrCat(rsa, ".", Escaped(std::string(256, '\0'))));
}

std::vector<std::pair<std::string, std::string>> TestIssuer::Forged() const {
  Corpus corpus;
  AddAlgorithms(corpus);
  AddHeaders(corpus);
  AddClaims(corpus);
  AddForms(corpus);
  AddSignatures(corpus);
  return corpus;
}

}  // namespace onward::identity
