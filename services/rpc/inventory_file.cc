#include "services/rpc/inventory_file.h"

#include <optional>
#include <string>
#include <utility>

#include "graph/base/status_macros.h"
#include "services/commands/errors.h"
#include "services/commands/inventory_file.h"
#include "services/rpc/convert.h"

namespace onward::rpc {
namespace {

using commands::CallContext;

constexpr size_t kPieceBytesMax = size_t{1} << 20;

absl::Status CheckPiece(const v1::ImportInventoryRequest& message, bool first) {
  if (message.data().size() > kPieceBytesMax) {
    return commands::InvalidRequest("data", "has more than 1 MiB");
  }
  if (!first && !message.inventory().empty()) {
    return commands::InvalidRequest("inventory", "belongs into the first message");
  }
  return absl::OkStatus();
}

}  // namespace

void ToProto(const storage::ExportSummary& summary, v1::InventoryFileInfo* out) {
  const storage::InventoryHead& head = summary.head.head;
  out->set_inventory(head.id);
  out->set_display_name(head.display_name);
  out->set_head_revision(head.revision);
  ToProto(std::chrono::system_clock::time_point(head.created_at), out->mutable_created_at());
  out->set_oldest_revision(head.oldest);
  out->set_chain_incarnation(summary.head.origin_incarnation);
  out->set_chain_inventory(summary.head.origin_inventory);
  out->set_chain_hash(summary.head.hash);
  out->set_versions(summary.versions);
  out->set_versions_compacted(summary.forgotten);
  out->set_requests(summary.requests);
  out->set_bytes(summary.bytes);
}

absl::Status DoExportInventory(const ServiceEnv& env, const v1::ExportInventoryRequest& request,
                               StreamWriter<v1::ExportInventoryResponse>& writer,
                               const CallContext& call) {
  // The last piece waits for the summary.
  v1::ExportInventoryResponse next;
  const auto send = [&](std::string_view bytes) {
    const uint64_t done = next.revisions_done();
    const uint64_t total = next.revisions_total();
    if (!next.data().empty()) {
      ONWARD_RETURN_IF_ERROR(writer.Write(std::move(next)));
    }
    next = {};
    next.set_data(std::string(bytes));
    next.set_revisions_done(done);
    next.set_revisions_total(total);
    return absl::OkStatus();
  };
  const auto progress = [&next](uint64_t done, uint64_t total) {
    next.set_revisions_done(done);
    next.set_revisions_total(total);
    return absl::OkStatus();
  };
  ONWARD_ASSIGN_OR_RETURN(
      const storage::ExportSummary summary,
      commands::ExportInventory(*env.engine, request.inventory(), send, progress, call));
  ToProto(summary, next.mutable_info());
  return writer.Write(std::move(next));
}

absl::Status DoImportInventory(const ServiceEnv& env,
                               UploadReader<v1::ImportInventoryRequest>& reader,
                               v1::ImportInventoryResponse* response, const CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const v1::ImportInventoryRequest* message, reader.Read());
  if (message == nullptr) {
    return commands::InvalidRequest("data", "is required");
  }
  const std::string as = message->inventory();
  bool first = true;
  const commands::NextPiece next = [&]() -> absl::StatusOr<std::optional<std::string>> {
    if (!first) {
      ONWARD_ASSIGN_OR_RETURN(message, reader.Read());
    }
    if (message == nullptr) {
      return std::optional<std::string>();
    }
    ONWARD_RETURN_IF_ERROR(CheckPiece(*message, first));
    first = false;
    return std::optional<std::string>(message->data());
  };
  ONWARD_ASSIGN_OR_RETURN(const storage::ExportSummary summary,
                          commands::ImportInventory(*env.engine, as, next, call));
  ToProto(summary, response->mutable_info());
  return absl::OkStatus();
}

}  // namespace onward::rpc
