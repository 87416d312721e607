// Audit: chains, checkpoints and proofs as messages, and the calls of Admin about them.
#pragma once

#include "onward/v1/admin_service.pb.h"
#include "services/audit/auditor.h"
#include "services/rpc/call.h"
#include "storage/audit/verify.h"
#include "storage/audit_source.h"

namespace onward::rpc {

void ToProto(const storage::ChangelogEntry& entry, v1::AuditEntry* out);
// Kinds and texts as they are; `out` is what was found in the chain of `source`.
void ToProto(const storage::AuditSource& source, const audit::Verification& verification,
             v1::VerifyAuditResponse* out);
void ToProto(const audit::AuditorStats& stats, v1::AuditStats* out);

// The entry of a message; its hash is not looked at. INVALID_ARGUMENT for one that no store could hold.
absl::StatusOr<storage::ChangelogEntry> EntryFrom(const v1::AuditEntry& entry);

absl::Status DoVerifyAudit(const ServiceEnv& env, const v1::VerifyAuditRequest& request,
                           v1::VerifyAuditResponse* response, const commands::CallContext& call);
absl::Status DoListAuditEntries(const ServiceEnv& env, const v1::ListAuditEntriesRequest& request,
                                v1::ListAuditEntriesResponse* response,
                                const commands::CallContext& call);
absl::Status DoGetCheckpoint(const ServiceEnv& env, const v1::GetCheckpointRequest& request,
                             v1::GetCheckpointResponse* response,
                             const commands::CallContext& call);
absl::Status DoProveEntry(const ServiceEnv& env, const v1::ProveEntryRequest& request,
                          v1::ProveEntryResponse* response, const commands::CallContext& call);

}  // namespace onward::rpc
