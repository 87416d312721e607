// What certificates and keys say, with OpenSSL hidden in the source file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace onward::identity {

// URIs among the subject alternative names of the certificate, which was escaped for a URL (as nginx sends it). Its signature is
// not checked. UNAUTHENTICATED: not one certificate.
absl::StatusOr<std::vector<std::string>> UrisOfEscapedPem(std::string_view escaped);

// When the first certificate of a PEM text ends, in seconds since 1970. INVALID_ARGUMENT: it holds none.
absl::StatusOr<int64_t> NotAfter(const std::string& chain_pem);

// Whether a server can use them: the chain parses to its end, its first certificate has begun and not ended at `now`, the key is that
// of it, and, where `client_ca` is not empty, it holds certificates and does not break off within one. INVALID_ARGUMENT says what is
// wrong, without any part of the key.
absl::Status CheckPair(const std::string& key_pem, const std::string& chain_pem,
                       const std::string& client_ca_pem, int64_t now);

}  // namespace onward::identity
