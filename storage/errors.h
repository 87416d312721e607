// The errors of the store: code, stable reason, metadata and wording, each in one place. Reasons
// are listed in proto/onward/v1/error_reason.proto; DetailOf (graph/base/error_detail.h) reads
// them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace onward::storage {

// NOT_FOUND, INVENTORY_NOT_FOUND.
absl::Status InventoryNotFound(std::string_view inventory);
// ALREADY_EXISTS, INVENTORY_EXISTS.
absl::Status InventoryExists(std::string_view inventory);
// FAILED_PRECONDITION, HEAD_MOVED: read again and repeat the whole read-modify-write.
absl::Status HeadMoved(std::string_view inventory, uint64_t expected, uint64_t actual);
// OUT_OF_RANGE, REVISION_IN_FUTURE.
absl::Status RevisionInFuture(std::string_view inventory, uint64_t revision, uint64_t head);
// OUT_OF_RANGE, REVISION_COMPACTED.
absl::Status RevisionCompacted(std::string_view inventory, uint64_t revision, uint64_t oldest);
// ALREADY_EXISTS, REQUEST_ID_REUSED.
absl::Status RequestIdReused(std::string_view request_id, uint64_t revision);
// ALREADY_EXISTS, REGISTER_VERSION_EXISTS.
absl::Status RegisterVersionExists(std::string_view version);
// NOT_FOUND, REGISTER_VERSION_NOT_FOUND.
absl::Status RegisterVersionNotFound(std::string_view version);
// INVALID_ARGUMENT, INVALID_REQUEST: a write that cannot be kept as it is.
absl::Status InvalidWrite(std::string_view what);

// DATA_LOSS, STORE_CORRUPTED: `file` is a file of the folder, or a place inside the store.
absl::Status Corrupted(std::string_view file, std::string_view what);
// UNAVAILABLE, STORE_SEALED: no more writes until the store is opened again.
absl::Status Sealed(std::string_view cause);

// FAILED_PRECONDITION, NO_BACKUP_FOLDER.
absl::Status NoBackupFolder();
// DATA_LOSS, BACKUP_DAMAGED: `file` is a file of a backup, an exported file, or a place inside.
absl::Status BackupDamaged(std::string_view file, std::string_view what);
// INVALID_ARGUMENT, INVALID_REQUEST: a file that is something else.
absl::Status NotAnExport();
// FAILED_PRECONDITION, EXPORT_TOO_NEW: an exported file of a newer release; nothing was changed.
absl::Status ExportTooNew(uint32_t found, uint32_t supported);
// FAILED_PRECONDITION, IMPORT_UNDER_WAY: the store takes one import at a time.
absl::Status ImportUnderWay();
// NOT_FOUND, BACKUP_NOT_FOUND; 0: there is none at all.
absl::Status BackupNotFound(std::string_view folder, uint64_t number);

// RESOURCE_EXHAUSTED, STORE_FULL: the volume has fewer free bytes than `min`; nothing was written.
absl::Status StoreFull(uint64_t free, uint64_t min);

// FAILED_PRECONDITION: another process, or another store of this one, has the folder open.
absl::Status FolderInUse(std::string_view folder);
// FAILED_PRECONDITION: the folder holds something else than a store.
absl::Status NotAStore(std::string_view folder);
// FAILED_PRECONDITION: a store is restored into an empty folder only.
absl::Status NotEmpty(std::string_view folder);
// FAILED_PRECONDITION: written by a newer release; nothing was changed.
absl::Status FormatTooNew(std::string_view folder, uint32_t found, uint32_t supported);
// RESOURCE_EXHAUSTED: no space left.
absl::Status DiskFull(std::string_view what);
// UNAVAILABLE: the operating system refused to read or write.
absl::Status IoFailed(std::string_view what);

}  // namespace onward::storage
