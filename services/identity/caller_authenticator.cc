#include "services/identity/caller_authenticator.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "services/identity/certificate.h"

namespace onward::identity {
namespace {

absl::Status NotKnown(std::string_view why) {
  return absl::UnauthenticatedError(absl::string_view(why.data(), why.size()));
}

absl::StatusOr<PrincipalPtr> OfUris(const std::vector<std::string_view>& uris) {
  if (uris.size() != 1) {
    return NotKnown(uris.empty() ? "the client certificate has no URI name"
                                 : "the client certificate has several URI names");
  }
  const std::string name(uris.front());
  if (!IsName(name)) {
    return NotKnown("the URI name of the client certificate is too long or not printable");
  }
  return std::make_shared<const Principal>(Principal{Proof::kCertificate, name});
}

absl::StatusOr<PrincipalPtr> OfEdge(const std::vector<std::string_view>& certificates) {
  if (certificates.size() != 1) {
    return NotKnown("the edge names several client certificates");
  }
  ONWARD_ASSIGN_OR_RETURN(const std::vector<std::string> uris,
                          UrisOfEscapedPem(certificates.front()));
  return OfUris({uris.begin(), uris.end()});
}

}  // namespace

absl::StatusOr<PrincipalPtr> CallerAuthenticator::OfToken(const Evidence& evidence) const {
  if (rules_.tokens == nullptr) {
    return NotKnown("a token was sent, and this server accepts none");
  }
  if (evidence.authorization.size() != 1) {
    return NotKnown("the header authorization is there several times");
  }
  std::string_view value = evidence.authorization.front();
  constexpr std::string_view kScheme = "bearer ";
  if (!absl::StartsWithIgnoreCase(absl::string_view(value.data(), value.size()),
                                  absl::string_view(kScheme.data(), kScheme.size()))) {
    return NotKnown("the header authorization holds no bearer token");
  }
  value.remove_prefix(kScheme.size());
  return rules_.tokens->Verify(value);
}

absl::StatusOr<PrincipalPtr> CallerAuthenticator::Authenticate(const Evidence& evidence) const {
  if (!evidence.authorization.empty()) {
    return OfToken(evidence);
  }
  if (!evidence.certificate_uris.empty()) {
    return OfUris(evidence.certificate_uris);
  }
  if (!evidence.unix_socket) {
    return NotKnown("neither a token nor a client certificate with a URI name");
  }
  if (rules_.edge_certificates && !evidence.edge_certificates.empty()) {
    return OfEdge(evidence.edge_certificates);
  }
  if (evidence.through_edge) {
    return NotKnown("through the edge, with neither a token nor a client certificate");
  }
  return std::make_shared<const Principal>(Principal{Proof::kLocal, kLocalName});
}

}  // namespace onward::identity
