// A thin client of the four services: deadlines, retries and tokens in one place.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "clients/cpp/connect.h"
#include "clients/cpp/watch.h"
#include "onward/v1/admin_service.pb.h"
#include "onward/v1/inventory_service.pb.h"
#include "onward/v1/law_service.pb.h"
#include "onward/v1/transfers_service.pb.h"

namespace grpc {
class ChannelInterface;
}  // namespace grpc

namespace onward::client {

struct ClientOptions {
  // Of a call with all its repeats.
  std::chrono::milliseconds deadline{5'000};
  // Repeats happen on UNAVAILABLE only, with growing pauses, inside the deadline.
  int attempts_max = 4;
};

// Errors carry the code of the call; DetailsOf (error_details.h) gives reason and violations.
//
// A read whose request names no consistency is at least as fresh as the newest answer that this client
// has seen of that inventory, so that it reads its own writes. Thread-safe.
class Client {
 public:
  explicit Client(const std::shared_ptr<grpc::ChannelInterface>& channel,
                  ClientOptions options = {});
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // A request without request_id gets one, the same for every repeat: it is written at most once.
  absl::StatusOr<v1::ApplyResponse> Apply(v1::ApplyRequest request);
  absl::StatusOr<v1::GetResponse> Get(v1::GetRequest request);
  absl::StatusOr<v1::ListResponse> List(v1::ListRequest request);
  absl::StatusOr<v1::HistoryResponse> History(const v1::HistoryRequest& request);
  absl::StatusOr<v1::DiffResponse> Diff(const v1::DiffRequest& request);
  // As Apply.
  absl::StatusOr<v1::RevertResponse> Revert(v1::RevertRequest request);
  // Changes as they happen; goes on by itself when the connection is lost. The first answer must come within
  // the deadline; the rest has none.
  std::unique_ptr<Watcher> Watch(v1::WatchRequest request, WatchOptions options = {});

  absl::StatusOr<v1::CheckResponse> Check(v1::CheckRequest request);
  absl::StatusOr<v1::BatchCheckResponse> BatchCheck(v1::BatchCheckRequest request);
  absl::StatusOr<v1::ListTransfersResponse> ListTransfers(v1::ListTransfersRequest request);
  absl::StatusOr<v1::ExplainResponse> Explain(v1::ExplainRequest request);
  absl::StatusOr<v1::TimelineResponse> Timeline(v1::TimelineRequest request);
  absl::StatusOr<v1::ListFindingsResponse> ListFindings(v1::ListFindingsRequest request);
  absl::StatusOr<v1::ListFindingKindsResponse> ListFindingKinds();
  absl::StatusOr<v1::ExposureResponse> Exposure(v1::ExposureRequest request);
  absl::StatusOr<v1::ExposureTimelineResponse> ExposureTimeline(
      v1::ExposureTimelineRequest request);
  // Hands each message to `take`, in order. Not repeated once a message has come.
  absl::Status FindPaths(v1::FindPathsRequest request,
                         const std::function<void(v1::FindPathsResponse&)>& take);
  absl::StatusOr<v1::ImpactResponse> Impact(v1::ImpactRequest request);
  absl::StatusOr<v1::ChokepointsResponse> Chokepoints(v1::ChokepointsRequest request);
  absl::StatusOr<v1::ConcentrationResponse> Concentration(v1::ConcentrationRequest request);
  absl::StatusOr<v1::RepairResponse> Repair(v1::RepairRequest request);

  absl::StatusOr<v1::SimulateResponse> Simulate(v1::SimulateRequest request);
  absl::StatusOr<v1::SummaryResponse> Summary(v1::SummaryRequest request);

  absl::StatusOr<v1::ListJurisdictionsResponse> ListJurisdictions(
      const v1::ListJurisdictionsRequest& request);
  absl::StatusOr<v1::ListDecisionsResponse> ListDecisions(const v1::ListDecisionsRequest& request);
  absl::StatusOr<v1::ListInstrumentsResponse> ListInstruments(
      const v1::ListInstrumentsRequest& request);
  absl::StatusOr<v1::GetRegisterResponse> GetRegister(const v1::GetRegisterRequest& request);
  // May be repeated: a register that is in effect already is not put again.
  absl::StatusOr<v1::PutRegisterResponse> PutRegister(const v1::PutRegisterRequest& request);
  absl::StatusOr<v1::ListRegisterVersionsResponse> ListRegisterVersions(
      const v1::ListRegisterVersionsRequest& request);

  // Never repeated: the answer to a lost success would be ALREADY_EXISTS.
  absl::StatusOr<v1::InventoryInfo> CreateInventory(const v1::CreateInventoryRequest& request);
  absl::StatusOr<v1::ListInventoriesResponse> ListInventories(
      const v1::ListInventoriesRequest& request);
  absl::StatusOr<v1::StatsResponse> Stats();

  absl::StatusOr<v1::VerifyAuditResponse> VerifyAudit(const v1::VerifyAuditRequest& request);
  absl::StatusOr<v1::ListAuditEntriesResponse> ListAuditEntries(
      const v1::ListAuditEntriesRequest& request);
  absl::StatusOr<v1::AuditCheckpoint> GetCheckpoint(const v1::GetCheckpointRequest& request);
  absl::StatusOr<v1::AuditProof> ProveEntry(const v1::ProveEntryRequest& request);
  // Hands each piece of the file to `take`, in order; an error of it ends the call with that. Never repeated.
  absl::Status ExportInventory(
      const v1::ExportInventoryRequest& request,
      const std::function<absl::Status(const v1::ExportInventoryResponse&)>& take);
  // Sends the pieces that `next` fills in, until it answers false; an error of it cancels the call. Never
  // repeated. Where a piece cannot be sent, the server has ended the call: the answer tells why.
  absl::StatusOr<v1::ImportInventoryResponse> ImportInventory(
      const std::function<absl::StatusOr<bool>(v1::ImportInventoryRequest&)>& next);

  // May be repeated: what is forgotten is not forgotten again.
  absl::StatusOr<v1::CompactHistoryResponse> CompactHistory(
      const v1::CompactHistoryRequest& request);

  // A request without a request_id gets one (request_id.h), unless it is a dry run; so it may be repeated.
  absl::StatusOr<v1::EraseContactsResponse> EraseContacts(v1::EraseContactsRequest request);

  // Never repeated: each makes a backup.
  absl::StatusOr<v1::CreateBackupResponse> CreateBackup(const v1::CreateBackupRequest& request);
  absl::StatusOr<v1::ListBackupsResponse> ListBackups(const v1::ListBackupsRequest& request);
  absl::StatusOr<v1::VerifyBackupResponse> VerifyBackup(const v1::VerifyBackupRequest& request);

 private:
  struct Stubs;

  template <typename Request>
  void AddToken(Request& request);
  template <typename Response>
  void Remember(const std::string& inventory, const absl::StatusOr<Response>& response);
  template <typename Request, typename Method>
  auto Call(const Request& request, int attempts_max, Method method);
  template <typename Request, typename Method>
  auto Read(Request request, Method method);

  std::unique_ptr<Stubs> stubs_;
  ClientOptions options_;
  std::mutex mutex_;
  // Newest revision and token by inventory. Guarded by mutex_.
  std::map<std::string, std::pair<uint64_t, std::string>> tokens_;
};

}  // namespace onward::client
