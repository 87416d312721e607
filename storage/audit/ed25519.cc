#include "storage/audit/ed25519.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <utility>

namespace onward::audit {
namespace {

using BioPtr = std::unique_ptr<BIO, decltype(&BIO_free)>;
using KeyPtr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using ContextPtr = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

constexpr size_t kPemBytesMax = 16'384;

const unsigned char* Data(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* Data(std::string& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

absl::Status NoKey(const char* what) {
  return absl::InvalidArgumentError(std::string("no Ed25519 ") + what + " key in PEM form");
}
absl::Status Failed(const char* what) {
  return absl::UnavailableError(std::string("OpenSSL cannot ") + what);
}

BioPtr Reader(std::string_view pem) {
  return {BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free};
}
BioPtr Writer() { return {BIO_new(BIO_s_mem()), &BIO_free}; }

std::string Written(const BioPtr& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return size > 0 ? std::string(data, static_cast<size_t>(size)) : std::string();
}

// Never asks anybody for a password.
int NoPassword(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*user*/) { return -1; }

std::string PublicOf(const EVP_PKEY* key) {
  std::string bytes(kPublicKeyBytes, '\0');
  size_t size = bytes.size();
  const bool whole = EVP_PKEY_get_raw_public_key(key, Data(bytes), &size) == 1;
  return whole && size == kPublicKeyBytes ? bytes : std::string();
}

bool IsEd25519(const KeyPtr& key) {
  return key != nullptr && EVP_PKEY_get_id(key.get()) == EVP_PKEY_ED25519;
}

KeyPtr FromRaw(std::string_view public_key) {
  return {
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, Data(public_key), public_key.size()),
      &EVP_PKEY_free};
}

}  // namespace

struct SigningKey::Key {
  KeyPtr key;
};

SigningKey::SigningKey(std::shared_ptr<const Key> key, std::string public_key)
    : key_(std::move(key)), public_key_(std::move(public_key)) {}

absl::StatusOr<SigningKey> SigningKey::Generate() {
  KeyPtr key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), &EVP_PKEY_free);
  if (key == nullptr) {
    return Failed("make a key");
  }
  std::string public_key = PublicOf(key.get());
  return SigningKey(std::make_shared<const Key>(Key{std::move(key)}), std::move(public_key));
}

absl::StatusOr<SigningKey> SigningKey::FromPem(std::string_view pem) {
  if (pem.size() > kPemBytesMax) {
    return NoKey("private");
  }
  const BioPtr bio = Reader(pem);
  KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, &NoPassword, nullptr), &EVP_PKEY_free);
  if (!IsEd25519(key)) {
    return NoKey("private");
  }
  std::string public_key = PublicOf(key.get());
  return SigningKey(std::make_shared<const Key>(Key{std::move(key)}), std::move(public_key));
}

absl::StatusOr<std::string> SigningKey::Pem() const {
  const BioPtr bio = Writer();
  if (PEM_write_bio_PKCS8PrivateKey(bio.get(), key_->key.get(), nullptr, nullptr, 0, nullptr,
                                    nullptr) != 1) {
    return Failed("write a key");
  }
  return Written(bio);
}

absl::StatusOr<std::string> SigningKey::Sign(std::string_view message) const {
  const ContextPtr context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  std::string signature(kSignatureBytes, '\0');
  size_t size = signature.size();
  if (EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_->key.get()) != 1 ||
      EVP_DigestSign(context.get(), Data(signature), &size, Data(message), message.size()) != 1 ||
      size != kSignatureBytes) {
    return Failed("sign");
  }
  return signature;
}

absl::StatusOr<std::string> PublicKeyPem(std::string_view public_key) {
  const KeyPtr key = FromRaw(public_key);
  const BioPtr bio = Writer();
  if (key == nullptr || PEM_write_bio_PUBKEY(bio.get(), key.get()) != 1) {
    return NoKey("public");
  }
  return Written(bio);
}

absl::StatusOr<std::string> PublicKeyFromPem(std::string_view pem) {
  if (pem.size() > kPemBytesMax) {
    return NoKey("public");
  }
  const BioPtr bio = Reader(pem);
  const KeyPtr key(PEM_read_bio_PUBKEY(bio.get(), nullptr, &NoPassword, nullptr), &EVP_PKEY_free);
  if (!IsEd25519(key)) {
    return NoKey("public");
  }
  return PublicOf(key.get());
}

bool VerifySignature(std::string_view public_key, std::string_view message,
                     std::string_view signature) {
  const KeyPtr key = FromRaw(public_key);
  const ContextPtr context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  return key != nullptr && signature.size() == kSignatureBytes &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), Data(signature), signature.size(), Data(message),
                          message.size()) == 1;
}

}  // namespace onward::audit
