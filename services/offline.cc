#include "services/offline.h"

#include <utility>

#include "graph/base/status_macros.h"
#include "services/law_register.h"
#include "services/server.h"
#include "storage/memory/memory_store.h"

namespace onward::services {
namespace {

constexpr uint64_t kMessageBytesMax = uint64_t{1} << 30;
constexpr uint64_t kErrorDetailsBytesMax = uint64_t{1} << 20;

Options OfflineOptions() {
  Options options;
  options.store = "memory";
  options.listen = "";
  options.reflection = "off";
  options.request_bytes_max = kMessageBytesMax;
  options.response_bytes_max = kMessageBytesMax;
  // In this process nothing limits the metadata of a call.
  options.error_details_bytes_max = kErrorDetailsBytesMax;
  options.memory_quota_bytes = 4 * kMessageBytesMax;
  options.default_deadline_seconds = 0;
  options.workers = 2;
  return options;
}

}  // namespace

struct OfflineService::Impl {
  SystemClock system_clock;
  std::unique_ptr<storage::Store> store = storage::NewMemoryStore();
  std::unique_ptr<Server> server;
};

OfflineService::OfflineService(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
OfflineService::~OfflineService() = default;

std::shared_ptr<grpc::Channel> OfflineService::channel() {
  return impl_->server->InProcessChannel();
}

absl::StatusOr<std::unique_ptr<OfflineService>> StartOffline(const Clock* clock) {
  auto impl = std::make_unique<OfflineService::Impl>();
  ServerDeps deps;
  deps.store = impl->store.get();
  deps.clock = clock != nullptr ? clock : &impl->system_clock;
  ONWARD_ASSIGN_OR_RETURN(deps.law, BuiltInRegister());
  ONWARD_ASSIGN_OR_RETURN(impl->server, Server::Start(OfflineOptions(), std::move(deps)));
  return std::unique_ptr<OfflineService>(new OfflineService(std::move(impl)));
}

}  // namespace onward::services
