#include "storage/digest.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include "storage/keys.h"

namespace onward::storage {

std::string Sha256(std::string_view bytes) {
  std::string digest(kDigestBytes, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

struct Sha256Stream::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
};

Sha256Stream::Sha256Stream() : state_(std::make_unique<State>()) {
  EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr);
}

Sha256Stream::~Sha256Stream() { EVP_MD_CTX_free(state_->context); }

void Sha256Stream::Add(std::string_view bytes) {
  EVP_DigestUpdate(state_->context, bytes.data(), bytes.size());
}

std::string Sha256Stream::Digest() {
  std::string digest(kDigestBytes, '\0');
  EVP_DigestFinal_ex(state_->context, reinterpret_cast<unsigned char*>(digest.data()), nullptr);
  return digest;
}

DigestInput& DigestInput::Number(uint64_t number) {
  keys::AppendU64(number, bytes_);
  return *this;
}

DigestInput& DigestInput::Text(std::string_view text) {
  Number(text.size());
  bytes_.append(text);
  return *this;
}

}  // namespace onward::storage
