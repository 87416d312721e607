#include "services/identity/certificate.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"

namespace onward::identity {
namespace {

// Of a text that holds certificates.
constexpr size_t kPemBytesMax = size_t{1} << 20;
constexpr size_t kEscapedBytesMax = size_t{64} << 10;

template <class T, void (*Free)(T*)>
struct Freed {
  void operator()(T* value) const { Free(value); }
};
using X509Ptr = std::unique_ptr<X509, Freed<X509, X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY, EVP_PKEY_free>>;
using NamesPtr = std::unique_ptr<GENERAL_NAMES, Freed<GENERAL_NAMES, GENERAL_NAMES_free>>;

struct BioFree {
  void operator()(BIO* bio) const { BIO_free_all(bio); }
};
using BioPtr = std::unique_ptr<BIO, BioFree>;

// The text must outlive it.
BioPtr Reader(const std::string& text) {
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// Asks nobody for the password of an encrypted key.
int NoPassword(char* /*buffer*/, int /*size*/, int /*writes*/, void* /*user*/) { return 0; }

// Whether the text ends within the line that begins a part.
bool EndsInABeginning(std::string_view pem) {
  constexpr std::string_view kDashes = "-----";
  const std::string_view last = pem.substr(pem.rfind('\n') + 1);
  return last.starts_with('-') && (last.size() <= 2 * kDashes.size() || !last.ends_with(kDashes));
}

// Those of a file that is being written may break off: then there are none, since nobody knows what is missing.
std::vector<X509Ptr> CertificatesOf(const std::string& pem) {
  std::vector<X509Ptr> certificates;
  if (pem.size() > kPemBytesMax || EndsInABeginning(pem)) {
    return certificates;
  }
  const BioPtr bio = Reader(pem);
  while (bio != nullptr) {
    X509Ptr next(PEM_read_bio_X509(bio.get(), nullptr, &NoPassword, nullptr));
    if (next == nullptr) {
      break;
    }
    certificates.push_back(std::move(next));
  }
  const auto error = ERR_peek_last_error();
  if (ERR_GET_LIB(error) != ERR_LIB_PEM || ERR_GET_REASON(error) != PEM_R_NO_START_LINE) {
    certificates.clear();
  }
  ERR_clear_error();
  return certificates;
}

std::optional<int64_t> SecondsOf(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) {
    return std::nullopt;
  }
  return timegm(&parts);
}

int HexOf(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::optional<std::string> Unescaped(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    const int high = i + 2 < text.size() ? HexOf(text[i + 1]) : -1;
    const int low = high >= 0 ? HexOf(text[i + 2]) : -1;
    if (low < 0) {
      return std::nullopt;
    }
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return out;
}

std::vector<std::string> UrisOf(X509* certificate) {
  std::vector<std::string> uris;
  const NamesPtr names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  const int count = names == nullptr ? 0 : sk_GENERAL_NAME_num(names.get());
  for (int i = 0; i < count; ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_URI) {
      const ASN1_IA5STRING* uri = name->d.uniformResourceIdentifier;
      uris.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(uri)),
                        static_cast<size_t>(ASN1_STRING_length(uri)));
    }
  }
  return uris;
}

absl::Status CheckDays(const X509& certificate, int64_t now) {
  const std::optional<int64_t> begins = SecondsOf(X509_get0_notBefore(&certificate));
  const std::optional<int64_t> ends = SecondsOf(X509_get0_notAfter(&certificate));
  if (!begins || !ends) {
    return absl::InvalidArgumentError("the certificate has no readable dates");
  }
  if (now > *ends) {
    return absl::InvalidArgumentError("the certificate has expired");
  }
  return now < *begins ? absl::InvalidArgumentError("the certificate is not valid yet")
                       : absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<std::string>> UrisOfEscapedPem(std::string_view escaped) {
  const std::optional<std::string> pem =
      escaped.size() > kEscapedBytesMax ? std::nullopt : Unescaped(escaped);
  const std::vector<X509Ptr> certificates = pem ? CertificatesOf(*pem) : std::vector<X509Ptr>();
  if (certificates.size() != 1) {
    return absl::UnauthenticatedError("what the edge names is not one certificate");
  }
  return UrisOf(certificates.front().get());
}

absl::StatusOr<int64_t> NotAfter(const std::string& chain_pem) {
  const std::vector<X509Ptr> chain = CertificatesOf(chain_pem);
  const std::optional<int64_t> ends =
      chain.empty() ? std::nullopt : SecondsOf(X509_get0_notAfter(chain.front().get()));
  if (!ends) {
    return absl::InvalidArgumentError("holds no certificate in PEM form");
  }
  return *ends;
}

absl::Status CheckPair(const std::string& key_pem, const std::string& chain_pem,
                       const std::string& client_ca_pem, int64_t now) {
  const std::vector<X509Ptr> chain = CertificatesOf(chain_pem);
  if (chain.empty()) {
    return absl::InvalidArgumentError(
        "the certificate file holds no certificates in PEM form, or breaks off");
  }
  ONWARD_RETURN_IF_ERROR(CheckDays(*chain.front(), now));
  const BioPtr bio = Reader(key_pem);
  const KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, &NoPassword, nullptr));
  ERR_clear_error();
  if (key == nullptr) {
    return absl::InvalidArgumentError(
        "the key file holds no private key in PEM form, or an encrypted one");
  }
  if (X509_check_private_key(chain.front().get(), key.get()) != 1) {
    ERR_clear_error();
    return absl::InvalidArgumentError("the key is not that of the certificate");
  }
  if (!client_ca_pem.empty() && CertificatesOf(client_ca_pem).empty()) {
    return absl::InvalidArgumentError(
        "the client CA file holds no certificates in PEM form, or breaks off");
  }
  return absl::OkStatus();
}

}  // namespace onward::identity
