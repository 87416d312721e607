// Inventories as files: the calls of Admin about them.
#pragma once

#include "onward/v1/admin_service.pb.h"
#include "services/rpc/call.h"
#include "services/rpc/stream_call.h"
#include "services/rpc/upload_call.h"
#include "storage/export_file.h"

namespace onward::rpc {

void ToProto(const storage::ExportSummary& summary, v1::InventoryFileInfo* out);

absl::Status DoExportInventory(const ServiceEnv& env, const v1::ExportInventoryRequest& request,
                               StreamWriter<v1::ExportInventoryResponse>& writer,
                               const commands::CallContext& call);
absl::Status DoImportInventory(const ServiceEnv& env,
                               UploadReader<v1::ImportInventoryRequest>& reader,
                               v1::ImportInventoryResponse* response,
                               const commands::CallContext& call);

}  // namespace onward::rpc
