#include "services/rpc/evidence.h"

#include <grpc/grpc_security_constants.h>
#include <grpcpp/security/auth_context.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace onward::rpc {
namespace {

// The edge sets them on every call, and drops what callers send under these names (services/edge/README.md).
constexpr std::array<const char*, 2> kEdgeHeaders = {"x-forwarded-for", "x-forwarded-proto"};
constexpr const char* kEdgeCertificate = "x-onward-client-cert";
constexpr const char* kAuthorization = "authorization";

std::string_view View(const grpc::string_ref& text) { return {text.data(), text.size()}; }

std::vector<std::string_view> ValuesOf(const grpc::ServerContextBase& context, const char* key) {
  std::vector<std::string_view> values;
  const auto range = context.client_metadata().equal_range(key);
  for (auto it = range.first; it != range.second; ++it) {
    values.push_back(View(it->second));
  }
  return values;
}

}  // namespace

identity::Evidence EvidenceOf(const grpc::ServerContextBase& context) {
  identity::Evidence evidence;
  evidence.unix_socket = std::string_view(context.peer()).starts_with("unix:");
  evidence.authorization = ValuesOf(context, kAuthorization);
  evidence.edge_certificates = ValuesOf(context, kEdgeCertificate);
  for (const char* header : kEdgeHeaders) {
    evidence.through_edge = evidence.through_edge || context.client_metadata().count(header) > 0;
  }
  evidence.through_edge = evidence.through_edge || !evidence.edge_certificates.empty();
  const std::shared_ptr<const grpc::AuthContext> transport = context.auth_context();
  if (transport != nullptr && transport->IsPeerAuthenticated()) {
    for (const grpc::string_ref& uri : transport->FindPropertyValues(GRPC_PEER_URI_PROPERTY_NAME)) {
      evidence.certificate_uris.push_back(View(uri));
    }
  }
  return evidence;
}

}  // namespace onward::rpc
