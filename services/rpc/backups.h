// Backups: the port's values as messages, and the calls of Admin about them.
#pragma once

#include "onward/v1/admin_service.pb.h"
#include "services/rpc/call.h"
#include "storage/backup.h"

namespace onward::rpc {

// With the heads of those inventories alone that the caller may know of.
void ToProto(const storage::BackupInfo& info, const commands::CallContext& call,
             v1::BackupInfo* out);
void ToProto(const storage::BackupCheck& check, const commands::CallContext& call,
             v1::VerifyBackupResponse* out);

// NO_BACKUP_FOLDER where the server has none. Backups are made and verified on the worker that asks, up to
// the call's deadline.
absl::Status DoCreateBackup(const ServiceEnv& env, const v1::CreateBackupRequest& request,
                            v1::CreateBackupResponse* response, const commands::CallContext& call);
absl::Status DoListBackups(const ServiceEnv& env, const v1::ListBackupsRequest& request,
                           v1::ListBackupsResponse* response, const commands::CallContext& call);
absl::Status DoVerifyBackup(const ServiceEnv& env, const v1::VerifyBackupRequest& request,
                            v1::VerifyBackupResponse* response, const commands::CallContext& call);

}  // namespace onward::rpc
