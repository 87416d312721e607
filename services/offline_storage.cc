#include "services/offline_storage.h"

#include <fstream>
#include <memory>

#include "graph/base/status_macros.h"
#include "services/rpc/backups.h"
#include "services/rpc/inventory_file.h"
#include "storage/export_file.h"
#include "storage/rocksdb/backup.h"
#include "storage/rocksdb/maintenance.h"
#include "storage/rocksdb/rocksdb_store.h"

namespace onward::services {
namespace {

storage::Progress Telling(const ToldProgress& progress) {
  return [&progress](std::string_view step, uint64_t done, uint64_t total) {
    if (progress) {
      progress(step, done, total);
    }
    return absl::OkStatus();
  };
}

}  // namespace

absl::StatusOr<std::vector<v1::BackupInfo>> ListBackupFolder(const std::string& folder) {
  ONWARD_ASSIGN_OR_RETURN(const auto backups, storage::OpenBackups(nullptr, folder));
  ONWARD_ASSIGN_OR_RETURN(const auto infos, backups->List());
  std::vector<v1::BackupInfo> list(infos.size());
  for (size_t i = 0; i < infos.size(); ++i) {
    rpc::ToProto(infos[i], commands::CallContext(), &list[i]);
  }
  return list;
}

absl::StatusOr<v1::VerifyBackupResponse> VerifyBackupFolder(const std::string& folder,
                                                            uint64_t number,
                                                            const ToldProgress& progress) {
  ONWARD_ASSIGN_OR_RETURN(const auto backups, storage::OpenBackups(nullptr, folder));
  ONWARD_ASSIGN_OR_RETURN(const auto check, backups->Verify(number, Telling(progress)));
  v1::VerifyBackupResponse response;
  rpc::ToProto(check, commands::CallContext(), &response);
  return response;
}

absl::StatusOr<RestoredStore> RestoreBackupFolder(const std::string& folder, uint64_t number,
                                                  const std::string& data,
                                                  const ToldProgress& progress) {
  ONWARD_ASSIGN_OR_RETURN(
      const storage::Restored restored,
      storage::RestoreBackup(folder, number, data, storage::RocksDbOptions(), Telling(progress)));
  RestoredStore store;
  rpc::ToProto(restored.backup, commands::CallContext(), &store.backup);
  store.incarnation = restored.incarnation;
  return store;
}

absl::StatusOr<v1::InventoryFileInfo> CheckInventoryFile(const std::string& path,
                                                         const ToldProgress& progress) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return absl::NotFoundError("file " + path + " cannot be opened");
  }
  storage::ExportReader reader(storage::KeepNothing);
  std::string piece(storage::kExportChunkBytes, '\0');
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())), in.gcount() > 0) {
    ONWARD_RETURN_IF_ERROR(
        reader.Add(std::string_view(piece).substr(0, static_cast<size_t>(in.gcount()))));
    if (progress) {
      progress("check", reader.done(), reader.total());
    }
  }
  ONWARD_ASSIGN_OR_RETURN(const storage::ExportSummary summary, reader.Finish());
  v1::InventoryFileInfo info;
  rpc::ToProto(summary, &info);
  return info;
}

absl::StatusOr<StorageReport> CheckStorage(const std::string& data, const ToldProgress& progress) {
  ONWARD_ASSIGN_OR_RETURN(
      const storage::StoreReport found,
      storage::CheckStoreFolder(data, storage::RocksDbOptions(), Telling(progress)));
  return StorageReport{found.format,    found.newest_format, found.incarnation, found.heads,
                       found.revisions, found.records,       found.laws,        found.problems};
}

absl::StatusOr<StorageMigration> MigrateStorage(const std::string& data, bool dry_run,
                                                const ToldProgress& progress) {
  ONWARD_ASSIGN_OR_RETURN(
      const storage::Migration migration,
      storage::MigrateStoreFolder(data, storage::RocksDbOptions(), dry_run, Telling(progress)));
  return StorageMigration{migration.from, migration.to};
}

}  // namespace onward::services
