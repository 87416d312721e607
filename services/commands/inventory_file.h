// One inventory with its history as a file, and a file as an inventory.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "services/commands/engine.h"
#include "storage/export_file.h"

namespace onward::commands {

// As it is now; later writes go on. INVENTORY_NOT_FOUND, errors of storage::WriteExport and of `sink`.
absl::StatusOr<storage::ExportSummary> ExportInventory(const Engine& engine,
                                                       const std::string& inventory,
                                                       const storage::ExportSink& sink,
                                                       const storage::ExportProgress& progress,
                                                       const CallContext& call);

// The next piece of the file; nullopt: there are no more.
using NextPiece = std::function<absl::StatusOr<std::optional<std::string>>()>;

// Makes an inventory of a file, under another id where `as` is not empty. INVALID_REQUEST,
// INVENTORY_EXISTS, LIMIT_EXCEEDED (inventories_max, inventory_records_max, inventory_flows_max), errors of storage::ExportReader and of `next`;
// BACKUP_DAMAGED too where a record names one that is not there, as no write could have left it. Each record
// of the head must be one that could be written under the law in effect: INVALID_REQUEST names the fields
// of those that are not. REGISTER_MOVED where another law took effect meanwhile: repeat it.
absl::StatusOr<storage::ExportSummary> ImportInventory(Engine& engine, const std::string& as,
                                                       const NextPiece& next,
                                                       const CallContext& call);

}  // namespace onward::commands
