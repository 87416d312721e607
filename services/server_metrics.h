// The metrics of one server: what is counted while calls run, and what is read from its parts when somebody asks.
#pragma once

#include <memory>
#include <vector>

#include "services/metrics/collect.h"
#include "services/rpc/call.h"
#include "services/server_identity.h"

namespace onward::services {

// The meter for rpc::ServiceEnv::meter: every method and reason of the contract.
std::unique_ptr<metrics::CallMeter> MakeCallMeter();

// What the certificate of a server is like.
metrics::CertificateNumbers CertificateOf(const ServerIdentity& identity);

// Where metrics::Collect reads. All that is in `env` and `identity` must be there as long as somebody collects.
metrics::Sources SourcesOf(const rpc::ServiceEnv& env, const ServerIdentity& identity,
                           metrics::VerdictCounter& verdicts, size_t inventories_max);

}  // namespace onward::services
