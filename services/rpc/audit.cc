#include "services/rpc/audit.h"

#include <google/protobuf/util/time_util.h>

#include <memory>
#include <utility>

#include "graph/base/status_macros.h"
#include "services/commands/errors.h"
#include "services/rpc/convert.h"
#include "services/rpc/validate.h"
#include "storage/audit/merkle.h"
#include "storage/erasure_wire.h"
#include "storage/errors.h"

namespace onward::rpc {
namespace {

using storage::AuditSource;
using storage::ChangelogEntry;
using SourcePtr = std::unique_ptr<AuditSource>;

// Changes on one page of entries, but for those of its last entry.
constexpr size_t kPageChangesMax = 100'000;

v1::AuditProblem::Kind KindOf(audit::ProblemKind kind) {
  switch (kind) {
    case audit::ProblemKind::kEntryChanged:
      return v1::AuditProblem::KIND_ENTRY_CHANGED;
    case audit::ProblemKind::kEntryMissing:
      return v1::AuditProblem::KIND_ENTRY_MISSING;
    case audit::ProblemKind::kNotLinked:
      return v1::AuditProblem::KIND_NOT_LINKED;
    case audit::ProblemKind::kHeadDiffers:
      return v1::AuditProblem::KIND_HEAD_DIFFERS;
    case audit::ProblemKind::kRecordDiffers:
      return v1::AuditProblem::KIND_RECORD_DIFFERS;
  }
  return v1::AuditProblem::KIND_UNSPECIFIED;
}

audit::CheckCall CheckOf(const commands::CallContext& call) {
  return [&call] { return call.Check(); };
}

void SetCheckpoint(const std::string& inventory, const audit::MadeCheckpoint& made,
                   const std::string& public_key, v1::AuditCheckpoint* out) {
  out->set_inventory(inventory);
  out->set_tree_size(made.checkpoint.tree_size);
  out->set_root(made.checkpoint.root);
  out->set_chain_hash(made.checkpoint.chain_hash);
  ToProto(std::chrono::system_clock::time_point(made.checkpoint.time), out->mutable_made_at());
  out->set_note(made.note);
  out->set_public_key(public_key);
}

void SetHashes(const audit::Hashes& hashes,
               google::protobuf::RepeatedPtrField<std::string>* field) {
  field->Add(hashes.begin(), hashes.end());
}

// The leaves of the first `size` entries, and the entry of a revision on the way.
struct Leaves {
  audit::Hashes hashes;
  ChangelogEntry entry;
};

absl::StatusOr<Leaves> ReadLeaves(const AuditSource& source, uint64_t size, uint64_t revision,
                                  const commands::CallContext& call) {
  Leaves leaves;
  const absl::Status visited = source.VisitEntries(
      0, [&](uint64_t place, absl::StatusOr<ChangelogEntry> entry) -> absl::StatusOr<bool> {
        if (place > size) {
          return false;
        }
        ONWARD_RETURN_IF_ERROR(call.Check());
        ONWARD_RETURN_IF_ERROR(entry.status());
        leaves.hashes.push_back(audit::LeafHash(entry->hash));
        if (place == revision) {
          leaves.entry = *std::move(entry);
        }
        return true;
      });
  ONWARD_RETURN_IF_ERROR(visited);
  return leaves;
}

absl::Status CheckProofRequest(const v1::ProveEntryRequest& request, uint64_t head) {
  if (request.revision() == 0) {
    return commands::InvalidRequest("revision", "is required, from 1");
  }
  for (const uint64_t revision : {request.revision(), request.old_size()}) {
    if (revision > head) {
      return storage::RevisionInFuture(request.inventory(), revision, head);
    }
  }
  return absl::OkStatus();
}

}  // namespace

void ToProto(const ChangelogEntry& entry, v1::AuditEntry* out) {
  const storage::RevisionInfo& info = entry.info;
  out->set_revision(info.revision);
  ToProto(std::chrono::system_clock::time_point(info.committed_at), out->mutable_committed_at());
  out->set_author(info.author);
  out->set_comment(info.comment);
  out->set_request_id(info.request_id);
  out->set_oldest_revision(info.oldest);
  if (info.erasure) {
    ToProto(*info.erasure, out->mutable_erasure());
  }
  for (size_t i = 0; i < info.changes.size(); ++i) {
    v1::AuditChange* const change = out->add_changes();
    ToProto(info.changes[i].ref, change->mutable_ref());
    change->set_digest(entry.digests[i]);
  }
  out->set_previous_hash(entry.previous_hash);
  out->set_hash(entry.hash);
}

void ToProto(const AuditSource& source, const audit::Verification& verification,
             v1::VerifyAuditResponse* out) {
  out->set_inventory(source.chain().head.id);
  out->set_entries(verification.entries);
  out->set_versions(verification.versions);
  out->set_versions_compacted(verification.versions_compacted);
  out->set_versions_erased(verification.versions_erased);
  out->set_root(verification.root);
  out->set_chain_hash(verification.chain_hash);
  out->set_root_at_tree_size(verification.root_at_size);
  out->set_chain_incarnation(source.chain().incarnation);
  if (!verification.problem) {
    return;
  }
  v1::AuditProblem* const problem = out->mutable_problem();
  problem->set_kind(KindOf(verification.problem->kind));
  problem->set_revision(verification.problem->revision);
  problem->set_text(verification.problem->text);
  if (verification.problem->record) {
    ToProto(*verification.problem->record, problem->mutable_record());
  }
}

void ToProto(const audit::AuditorStats& stats, v1::AuditStats* out) {
  out->set_signing(stats.signing);
  out->set_name(stats.name);
  out->set_interval_seconds(static_cast<uint32_t>(stats.interval.count()));
  out->set_checkpoints(stats.checkpoints);
  if (stats.last_checkpoint_at) {
    ToProto(*stats.last_checkpoint_at, out->mutable_last_checkpoint_at());
  }
  out->set_last_error(stats.last_error);
  for (const audit::DeliveryStats& delivery : stats.sinks) {
    v1::AuditSinkStats* const sink = out->add_sinks();
    sink->set_sink(delivery.sink);
    sink->set_delivered(delivery.delivered);
    sink->set_waiting(delivery.waiting);
    sink->set_dropped(delivery.dropped);
    sink->set_failures(delivery.failures);
    sink->set_last_error(delivery.last_error);
    if (delivery.last_delivered_at) {
      ToProto(*delivery.last_delivered_at, sink->mutable_last_delivered_at());
    }
  }
}

absl::StatusOr<ChangelogEntry> EntryFrom(const v1::AuditEntry& entry) {
  ChangelogEntry out;
  out.info.revision = entry.revision();
  out.info.committed_at = storage::Time(std::chrono::microseconds(
      google::protobuf::util::TimeUtil::TimestampToMicroseconds(entry.committed_at())));
  out.info.author = entry.author();
  out.info.comment = entry.comment();
  out.info.request_id = entry.request_id();
  out.info.oldest = entry.oldest_revision();
  if (entry.has_erasure()) {
    out.info.erasure = storage::ErasureFromWire(entry.erasure());
  }
  for (const v1::AuditChange& change : entry.changes()) {
    ONWARD_ASSIGN_OR_RETURN(model::RecordRef ref, RefOf(change.ref(), "changes.ref"));
    out.info.changes.push_back({std::move(ref), change.digest().empty()});
    out.digests.push_back(change.digest());
  }
  out.previous_hash = entry.previous_hash();
  out.hash = entry.hash();
  return out;
}

absl::Status DoVerifyAudit(const ServiceEnv& env, const v1::VerifyAuditRequest& request,
                           v1::VerifyAuditResponse* response, const commands::CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const SourcePtr source, env.engine->store().Audit(request.inventory()));
  ONWARD_ASSIGN_OR_RETURN(const audit::Verification verification,
                          audit::Verify(*source, {request.tree_size(), CheckOf(call)}));
  ToProto(*source, verification, response);
  return absl::OkStatus();
}

absl::Status DoListAuditEntries(const ServiceEnv& env, const v1::ListAuditEntriesRequest& request,
                                v1::ListAuditEntriesResponse* response,
                                const commands::CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const size_t size, PageSize(request.page_size()));
  // Entries that a crash could take back are not told.
  ONWARD_ASSIGN_OR_RETURN(const storage::InventoryHead head,
                          env.engine->store().GetHead(request.inventory()));
  ONWARD_ASSIGN_OR_RETURN(const SourcePtr source, env.engine->store().Audit(request.inventory()));
  response->set_head_revision(head.revision);
  response->set_chain_start(source->chain().start);
  size_t changes = 0;
  return source->VisitEntries(
      request.after_revision(),
      [&](uint64_t place, const absl::StatusOr<ChangelogEntry>& entry) -> absl::StatusOr<bool> {
        if (place > head.revision) {
          return false;
        }
        ONWARD_RETURN_IF_ERROR(call.Check());
        ONWARD_RETURN_IF_ERROR(entry.status());
        ToProto(*entry, response->add_entries());
        changes += entry->info.changes.size() +
                   (entry->info.erasure ? entry->info.erasure->versions.size() : 0);
        return static_cast<size_t>(response->entries_size()) < size && changes < kPageChangesMax;
      });
}

absl::Status DoGetCheckpoint(const ServiceEnv& env, const v1::GetCheckpointRequest& request,
                             v1::GetCheckpointResponse* response,
                             const commands::CallContext& call) {
  if (!env.auditor->can_sign()) {
    return audit::NoAuditKey();
  }
  ONWARD_ASSIGN_OR_RETURN(const audit::MadeCheckpoint made,
                          env.auditor->CheckpointOf(request.inventory(), CheckOf(call)));
  SetCheckpoint(request.inventory(), made, env.auditor->public_key(),
                response->mutable_checkpoint());
  return absl::OkStatus();
}

absl::Status DoProveEntry(const ServiceEnv& env, const v1::ProveEntryRequest& request,
                          v1::ProveEntryResponse* response, const commands::CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const audit::MadeCheckpoint made,
                          env.auditor->CheckpointOf(request.inventory(), CheckOf(call)));
  const uint64_t size = made.checkpoint.tree_size;
  ONWARD_RETURN_IF_ERROR(CheckProofRequest(request, size));
  ONWARD_ASSIGN_OR_RETURN(const SourcePtr source, env.engine->store().Audit(request.inventory()));
  ONWARD_ASSIGN_OR_RETURN(const Leaves leaves, ReadLeaves(*source, size, request.revision(), call));
  if (leaves.hashes.size() != size) {
    return storage::Corrupted("changelog of " + request.inventory(), "entries are missing");
  }
  v1::AuditProof* const proof = response->mutable_proof();
  ToProto(leaves.entry, proof->mutable_entry());
  SetHashes(audit::ProveInclusion(leaves.hashes, request.revision() - 1),
            proof->mutable_inclusion());
  SetCheckpoint(request.inventory(), made, env.auditor->public_key(), proof->mutable_checkpoint());
  if (const uint64_t old_size = request.old_size(); old_size > 0) {
    const auto end = leaves.hashes.begin() + static_cast<std::ptrdiff_t>(old_size);
    proof->set_old_size(old_size);
    proof->set_old_root(audit::RootOf(audit::Hashes(leaves.hashes.begin(), end)));
    SetHashes(audit::ProveConsistency(leaves.hashes, old_size), proof->mutable_consistency());
  }
  return absl::OkStatus();
}

}  // namespace onward::rpc
