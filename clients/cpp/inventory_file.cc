// Inventories as files: the calls that stream.
#include <grpcpp/grpcpp.h>

#include "clients/cpp/client.h"
#include "clients/cpp/error_details.h"
#include "clients/cpp/stubs.h"

namespace onward::client {

absl::Status Client::ExportInventory(
    const v1::ExportInventoryRequest& request,
    const std::function<absl::Status(const v1::ExportInventoryResponse&)>& take) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + options_.deadline);
  const auto reader = stubs_->admin.ExportInventory(&context, request);
  v1::ExportInventoryResponse piece;
  absl::Status taken;
  while (reader->Read(&piece)) {
    taken = take(piece);
    if (!taken.ok()) {
      context.TryCancel();
      break;
    }
  }
  const grpc::Status status = reader->Finish();
  return taken.ok() ? ToAbslStatus(status) : taken;
}

absl::StatusOr<v1::ImportInventoryResponse> Client::ImportInventory(
    const std::function<absl::StatusOr<bool>(v1::ImportInventoryRequest&)>& next) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + options_.deadline);
  v1::ImportInventoryResponse response;
  const auto writer = stubs_->admin.ImportInventory(&context, &response);
  absl::Status filled;
  while (true) {
    v1::ImportInventoryRequest piece;
    const absl::StatusOr<bool> more = next(piece);
    if (!more.ok()) {
      filled = more.status();
      context.TryCancel();
      break;
    }
    if (!*more || !writer->Write(piece)) {
      writer->WritesDone();
      break;
    }
  }
  const grpc::Status status = writer->Finish();
  if (!filled.ok()) {
    return filled;
  }
  if (!status.ok()) {
    return ToAbslStatus(status);
  }
  return response;
}

}  // namespace onward::client
