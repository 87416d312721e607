#include "storage/digest.h"

#include <openssl/sha.h>

#include "storage/keys.h"

namespace onward::storage {

std::string Sha256(std::string_view bytes) {
  std::string digest(kDigestBytes, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
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
