#include "services/server_metrics.h"

#include <google/protobuf/descriptor.h>

#include <array>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "onward/v1/admin_service.pb.h"
#include "onward/v1/error_reason.pb.h"
#include "onward/v1/inventory_service.pb.h"
#include "onward/v1/law_service.pb.h"
#include "onward/v1/transfers_service.pb.h"

namespace onward::services {
namespace {

// Its calls last as long as their callers like.
constexpr char kWatchMethod[] = "Inventory.Watch";

std::vector<std::string> Methods() {
  const std::array<const google::protobuf::FileDescriptor*, 4> files = {
      v1::ApplyRequest::descriptor()->file(), v1::CheckRequest::descriptor()->file(),
      v1::GetRegisterRequest::descriptor()->file(), v1::StatsRequest::descriptor()->file()};
  std::vector<std::string> names;
  for (const auto* file : files) {
    for (int i = 0; i < file->service_count(); ++i) {
      const google::protobuf::ServiceDescriptor& service = *file->service(i);
      for (int j = 0; j < service.method_count(); ++j) {
        names.push_back(absl::StrCat(service.name(), ".", service.method(j)->name()));
      }
    }
  }
  return names;
}

std::vector<std::string> Reasons() {
  const google::protobuf::EnumDescriptor& reasons = *v1::ErrorReason_descriptor();
  std::vector<std::string> names;
  for (int i = 0; i < reasons.value_count(); ++i) {
    if (reasons.value(i)->number() != 0) {
      names.emplace_back(absl::StripPrefix(reasons.value(i)->name(), "ERROR_REASON_"));
    }
  }
  return names;
}

}  // namespace

std::unique_ptr<metrics::CallMeter> MakeCallMeter() {
  return std::make_unique<metrics::CallMeter>(Methods(), std::vector<std::string>{kWatchMethod},
                                              Reasons());
}

metrics::CertificateNumbers CertificateOf(const ServerIdentity& identity) {
  const identity::TlsFiles* const tls = identity.tls();
  if (tls == nullptr) {
    return {};
  }
  return {tls->material()->not_after, tls->failures()};
}

metrics::Sources SourcesOf(const rpc::ServiceEnv& env, const ServerIdentity& identity,
                           metrics::VerdictCounter& verdicts, size_t inventories_max) {
  metrics::Sources sources;
  sources.engine = env.engine;
  sources.calls = env.meter;
  sources.verdicts = &verdicts;
  sources.watches = env.watches;
  sources.auditor = env.auditor;
  sources.workers = [workers = env.workers]() -> metrics::WorkerNumbers {
    return {workers->threads(), workers->busy(), workers->queued(), workers->options().queue_max};
  };
  sources.certificate = [&identity] { return CertificateOf(identity); };
  sources.version = env.server_version;
  sources.inventories_max = inventories_max;
  return sources;
}

}  // namespace onward::services
