#include "clients/cpp/client.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <array>
#include <random>
#include <string_view>
#include <thread>

#include "clients/cpp/error_details.h"
#include "clients/cpp/stubs.h"

namespace onward::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::system_clock;

constexpr milliseconds kFirstPause{100};
constexpr milliseconds kLongestPause{2'000};

// Half to one and a half of it, so that clients do not come back all at once.
milliseconds Jittered(milliseconds pause) {
  static thread_local std::minstd_rand random{std::random_device{}()};
  return pause / 2 + milliseconds(random() % static_cast<unsigned>(pause.count() + 1));
}

// 128 random bits as hexadecimal digits.
std::string NewRequestId() {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::random_device random;
  std::string id;
  for (int i = 0; i < 32; ++i) {
    id.push_back(kDigits[random() % kDigits.size()]);
  }
  return id;
}

}  // namespace

Client::Client(const std::shared_ptr<grpc::ChannelInterface>& channel, ClientOptions options)
    : stubs_(std::make_unique<Stubs>(channel)), options_(options) {}

Client::~Client() = default;

template <typename Request>
void Client::AddToken(Request& request) {
  if (request.has_consistency()) {
    return;
  }
  const std::lock_guard lock(mutex_);
  const auto found = tokens_.find(request.inventory());
  if (found != tokens_.end()) {
    request.mutable_consistency()->set_at_least_as_fresh(found->second.second);
  }
}

template <typename Response>
void Client::Remember(const std::string& inventory, const absl::StatusOr<Response>& response) {
  if (!response.ok() || response->stamp().token().empty()) {
    return;
  }
  const std::lock_guard lock(mutex_);
  auto& [revision, token] = tokens_[inventory];
  if (token.empty() || response->stamp().revision() >= revision) {
    revision = response->stamp().revision();
    token = response->stamp().token();
  }
}

// `method` calls the stub: grpc::Status(ClientContext*, const Request&, Response*).
template <typename Request, typename Method>
auto Client::Call(const Request& request, int attempts_max, Method method) {
  using Response = typename Method::Response;
  const system_clock::time_point deadline = system_clock::now() + options_.deadline;
  milliseconds pause = kFirstPause;
  for (int attempt = 1;; ++attempt) {
    grpc::ClientContext context;
    context.set_deadline(deadline);
    Response response;
    absl::Status status = ToAbslStatus(method.call(&context, request, &response));
    if (status.ok()) {
      return absl::StatusOr<Response>(std::move(response));
    }
    const milliseconds wait =
        std::max(Jittered(pause), milliseconds(DetailsOf(status).retry_after_ms));
    if (status.code() != absl::StatusCode::kUnavailable || attempt >= attempts_max ||
        system_clock::now() + wait >= deadline) {
      return absl::StatusOr<Response>(std::move(status));
    }
    std::this_thread::sleep_for(wait);
    pause = std::min(pause * 2, kLongestPause);
  }
}

template <typename Request, typename Method>
auto Client::Read(Request request, Method method) {
  AddToken(request);
  auto response = Call(request, options_.attempts_max, method);
  Remember(request.inventory(), response);
  return response;
}

namespace {

// A stub's method with its response type, which a lambda would not tell.
template <typename Stub, typename Req, typename Resp>
struct Bound {
  using Response = Resp;
  Stub* stub;
  grpc::Status (Stub::*method)(grpc::ClientContext*, const Req&, Resp*);
  grpc::Status call(grpc::ClientContext* context, const Req& request, Resp* response) const {
    return (stub->*method)(context, request, response);
  }
};

template <typename Stub, typename Req, typename Resp>
Bound<Stub, Req, Resp> Bind(Stub& stub,
                            grpc::Status (Stub::*method)(grpc::ClientContext*, const Req&, Resp*)) {
  return {&stub, method};
}

// A call that takes its stream of paths itself.
template <typename Function>
struct Streamed {
  using Response = v1::FindPathsResponse;
  const Function& call;
};

}  // namespace

absl::StatusOr<v1::ApplyResponse> Client::Apply(v1::ApplyRequest request) {
  if (request.request_id().empty()) {
    request.set_request_id(NewRequestId());
  }
  auto response =
      Call(request, options_.attempts_max, Bind(stubs_->inventory, &v1::Inventory::Stub::Apply));
  Remember(request.inventory(), response);
  return response;
}

absl::StatusOr<v1::GetResponse> Client::Get(v1::GetRequest request) {
  return Read(std::move(request), Bind(stubs_->inventory, &v1::Inventory::Stub::Get));
}

absl::StatusOr<v1::ListResponse> Client::List(v1::ListRequest request) {
  return Read(std::move(request), Bind(stubs_->inventory, &v1::Inventory::Stub::List));
}

absl::StatusOr<v1::HistoryResponse> Client::History(const v1::HistoryRequest& request) {
  return Call(request, options_.attempts_max,
              Bind(stubs_->inventory, &v1::Inventory::Stub::History));
}

std::unique_ptr<Watcher> Client::Watch(v1::WatchRequest request, WatchOptions options) {
  options.first_wait = options_.deadline;
  return std::make_unique<Watcher>(stubs_->channel, std::move(request), std::move(options));
}

absl::StatusOr<v1::DiffResponse> Client::Diff(const v1::DiffRequest& request) {
  return Call(request, options_.attempts_max, Bind(stubs_->inventory, &v1::Inventory::Stub::Diff));
}

absl::StatusOr<v1::RevertResponse> Client::Revert(v1::RevertRequest request) {
  if (request.request_id().empty()) {
    request.set_request_id(NewRequestId());
  }
  auto response =
      Call(request, options_.attempts_max, Bind(stubs_->inventory, &v1::Inventory::Stub::Revert));
  Remember(request.inventory(), response);
  return response;
}

absl::StatusOr<v1::CheckResponse> Client::Check(v1::CheckRequest request) {
  return Read(std::move(request), Bind(stubs_->transfers, &v1::Transfers::Stub::Check));
}

absl::StatusOr<v1::BatchCheckResponse> Client::BatchCheck(v1::BatchCheckRequest request) {
  return Read(std::move(request), Bind(stubs_->transfers, &v1::Transfers::Stub::BatchCheck));
}

absl::StatusOr<v1::ListTransfersResponse> Client::ListTransfers(v1::ListTransfersRequest request) {
  return Read(std::move(request), Bind(stubs_->transfers, &v1::Transfers::Stub::ListTransfers));
}

absl::StatusOr<v1::ExplainResponse> Client::Explain(v1::ExplainRequest request) {
  return Read(std::move(request), Bind(stubs_->transfers, &v1::Transfers::Stub::Explain));
}

absl::StatusOr<v1::ExposureResponse> Client::Exposure(v1::ExposureRequest request) {
  return Read(std::move(request), Bind(stubs_->transfers, &v1::Transfers::Stub::Exposure));
}

absl::StatusOr<v1::ExposureTimelineResponse> Client::ExposureTimeline(
    v1::ExposureTimelineRequest request) {
  return Read(std::move(request), Bind(stubs_->transfers, &v1::Transfers::Stub::ExposureTimeline));
}

absl::Status Client::FindPaths(v1::FindPathsRequest request,
                               const std::function<void(v1::FindPathsResponse&)>& take) {
  AddToken(request);
  bool begun = false;
  // Once something has come, an error must not look like one to be repeated.
  absl::Status broken;
  const auto whole = [&](grpc::ClientContext* context, const v1::FindPathsRequest& asked,
                         v1::FindPathsResponse* response) {
    const auto reader = stubs_->transfers.FindPaths(context, asked);
    while (reader->Read(response)) {
      if (response->has_stamp()) {
        Remember(asked.inventory(), absl::StatusOr<v1::FindPathsResponse>(*response));
      }
      begun = true;
      take(*response);
    }
    grpc::Status status = reader->Finish();
    if (begun && !status.ok()) {
      broken = ToAbslStatus(status);
      return grpc::Status::OK;
    }
    return status;
  };
  const auto done = Call(request, options_.attempts_max, Streamed<decltype(whole)>{whole});
  return done.ok() ? broken : done.status();
}

absl::StatusOr<v1::ImpactResponse> Client::Impact(v1::ImpactRequest request) {
  return Read(std::move(request), Bind(stubs_->transfers, &v1::Transfers::Stub::Impact));
}

absl::StatusOr<v1::ChokepointsResponse> Client::Chokepoints(v1::ChokepointsRequest request) {
  return Read(std::move(request), Bind(stubs_->transfers, &v1::Transfers::Stub::Chokepoints));
}

absl::StatusOr<v1::ConcentrationResponse> Client::Concentration(v1::ConcentrationRequest request) {
  return Read(std::move(request), Bind(stubs_->transfers, &v1::Transfers::Stub::Concentration));
}

absl::StatusOr<v1::RepairResponse> Client::Repair(v1::RepairRequest request) {
  return Read(std::move(request), Bind(stubs_->transfers, &v1::Transfers::Stub::Repair));
}

absl::StatusOr<v1::TimelineResponse> Client::Timeline(v1::TimelineRequest request) {
  return Read(std::move(request), Bind(stubs_->transfers, &v1::Transfers::Stub::Timeline));
}

absl::StatusOr<v1::ListFindingsResponse> Client::ListFindings(v1::ListFindingsRequest request) {
  return Read(std::move(request), Bind(stubs_->transfers, &v1::Transfers::Stub::ListFindings));
}

absl::StatusOr<v1::ListFindingKindsResponse> Client::ListFindingKinds() {
  return Call(v1::ListFindingKindsRequest(), options_.attempts_max,
              Bind(stubs_->transfers, &v1::Transfers::Stub::ListFindingKinds));
}

absl::StatusOr<v1::SimulateResponse> Client::Simulate(v1::SimulateRequest request) {
  return Read(std::move(request), Bind(stubs_->transfers, &v1::Transfers::Stub::Simulate));
}

absl::StatusOr<v1::SummaryResponse> Client::Summary(v1::SummaryRequest request) {
  return Read(std::move(request), Bind(stubs_->transfers, &v1::Transfers::Stub::Summary));
}

absl::StatusOr<v1::ListJurisdictionsResponse> Client::ListJurisdictions(
    const v1::ListJurisdictionsRequest& request) {
  return Call(request, options_.attempts_max, Bind(stubs_->law, &v1::Law::Stub::ListJurisdictions));
}

absl::StatusOr<v1::ListDecisionsResponse> Client::ListDecisions(
    const v1::ListDecisionsRequest& request) {
  return Call(request, options_.attempts_max, Bind(stubs_->law, &v1::Law::Stub::ListDecisions));
}

absl::StatusOr<v1::ListInstrumentsResponse> Client::ListInstruments(
    const v1::ListInstrumentsRequest& request) {
  return Call(request, options_.attempts_max, Bind(stubs_->law, &v1::Law::Stub::ListInstruments));
}

absl::StatusOr<v1::GetRegisterResponse> Client::GetRegister(const v1::GetRegisterRequest& request) {
  return Call(request, options_.attempts_max, Bind(stubs_->law, &v1::Law::Stub::GetRegister));
}

absl::StatusOr<v1::PutRegisterResponse> Client::PutRegister(const v1::PutRegisterRequest& request) {
  return Call(request, options_.attempts_max, Bind(stubs_->law, &v1::Law::Stub::PutRegister));
}

absl::StatusOr<v1::ListRegisterVersionsResponse> Client::ListRegisterVersions(
    const v1::ListRegisterVersionsRequest& request) {
  return Call(request, options_.attempts_max,
              Bind(stubs_->law, &v1::Law::Stub::ListRegisterVersions));
}

absl::StatusOr<v1::InventoryInfo> Client::CreateInventory(
    const v1::CreateInventoryRequest& request) {
  auto response = Call(request, 1, Bind(stubs_->admin, &v1::Admin::Stub::CreateInventory));
  if (!response.ok()) {
    return std::move(response).status();
  }
  return response->inventory();
}

absl::StatusOr<v1::ListInventoriesResponse> Client::ListInventories(
    const v1::ListInventoriesRequest& request) {
  return Call(request, options_.attempts_max,
              Bind(stubs_->admin, &v1::Admin::Stub::ListInventories));
}

absl::StatusOr<v1::CompactHistoryResponse> Client::CompactHistory(
    const v1::CompactHistoryRequest& request) {
  return Call(request, options_.attempts_max,
              Bind(stubs_->admin, &v1::Admin::Stub::CompactHistory));
}

absl::StatusOr<v1::EraseContactsResponse> Client::EraseContacts(v1::EraseContactsRequest request) {
  if (request.request_id().empty() && !request.dry_run()) {
    request.set_request_id(NewRequestId());
  }
  return Call(request, options_.attempts_max, Bind(stubs_->admin, &v1::Admin::Stub::EraseContacts));
}

absl::StatusOr<v1::StatsResponse> Client::Stats() {
  return Call(v1::StatsRequest(), options_.attempts_max,
              Bind(stubs_->admin, &v1::Admin::Stub::Stats));
}

absl::StatusOr<v1::VerifyAuditResponse> Client::VerifyAudit(const v1::VerifyAuditRequest& request) {
  return Call(request, options_.attempts_max, Bind(stubs_->admin, &v1::Admin::Stub::VerifyAudit));
}

absl::StatusOr<v1::ListAuditEntriesResponse> Client::ListAuditEntries(
    const v1::ListAuditEntriesRequest& request) {
  return Call(request, options_.attempts_max,
              Bind(stubs_->admin, &v1::Admin::Stub::ListAuditEntries));
}

absl::StatusOr<v1::AuditCheckpoint> Client::GetCheckpoint(const v1::GetCheckpointRequest& request) {
  auto response =
      Call(request, options_.attempts_max, Bind(stubs_->admin, &v1::Admin::Stub::GetCheckpoint));
  if (!response.ok()) {
    return std::move(response).status();
  }
  return std::move(*response->mutable_checkpoint());
}

absl::StatusOr<v1::AuditProof> Client::ProveEntry(const v1::ProveEntryRequest& request) {
  auto response =
      Call(request, options_.attempts_max, Bind(stubs_->admin, &v1::Admin::Stub::ProveEntry));
  if (!response.ok()) {
    return std::move(response).status();
  }
  return std::move(*response->mutable_proof());
}

absl::StatusOr<v1::CreateBackupResponse> Client::CreateBackup(
    const v1::CreateBackupRequest& request) {
  return Call(request, 1, Bind(stubs_->admin, &v1::Admin::Stub::CreateBackup));
}

absl::StatusOr<v1::ListBackupsResponse> Client::ListBackups(const v1::ListBackupsRequest& request) {
  return Call(request, options_.attempts_max, Bind(stubs_->admin, &v1::Admin::Stub::ListBackups));
}

absl::StatusOr<v1::VerifyBackupResponse> Client::VerifyBackup(
    const v1::VerifyBackupRequest& request) {
  return Call(request, options_.attempts_max, Bind(stubs_->admin, &v1::Admin::Stub::VerifyBackup));
}

}  // namespace onward::client
