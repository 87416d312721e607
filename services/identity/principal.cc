#include "services/identity/principal.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace onward::identity {
namespace {

constexpr size_t kDigestShown = 6;

std::string ShortDigest(const std::string& text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest.data()), kDigestShown));
}

}  // namespace

bool IsName(const std::string& text) {
  return !text.empty() && text.size() <= kNameBytesMax &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

std::string LogName(const Principal& principal) {
  switch (principal.proof) {
    case Proof::kLocal:
    case Proof::kCertificate:
      return principal.name;
    case Proof::kToken:
      return absl::StrCat("token:", ShortDigest(principal.name));
  }
  return "";
}

}  // namespace onward::identity
