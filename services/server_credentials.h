// TLS for a listener, with a certificate that may be replaced while it serves.
#pragma once

#include <grpcpp/security/server_credentials.h>

#include <memory>

#include "services/identity/tls_files.h"

namespace onward::services {

// Each handshake uses what `files` holds then; connections that are open go on. At least TLS 1.2. With client authorities, clients
// must show a certificate of theirs (`must_show`), or may. `files` and the credentials must outlive the server.
std::shared_ptr<grpc::ServerCredentials> TlsCredentials(const identity::TlsFiles& files,
                                                        bool must_show);

}  // namespace onward::services
