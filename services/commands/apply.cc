#include "services/commands/apply.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "services/commands/apply_digest.h"
#include "services/commands/errors.h"
#include "storage/errors.h"

namespace onward::commands {
namespace {

constexpr size_t kRequestIdMax = 128;
constexpr size_t kCommentMax = 1'024;
constexpr size_t kAuthorMax = 256;

void CheckLength(const char* field, const std::string& text, size_t max,
                 model::Violations& violations) {
  if (text.size() > max) {
    violations.Add(field,
                   absl::StrCat("has ", text.size(), " bytes; at most ", max, " are allowed"));
  }
}

absl::Status CheckRequest(const Engine& engine, const ApplyRequest& request) {
  const size_t max = engine.options().mutations_max;
  if (request.mutations.size() > max) {
    return LimitExceeded("mutations_max", max, request.mutations.size());
  }
  model::Violations violations;
  if (request.request_id.empty() && !request.dry_run) {
    violations.Add("request_id", "is required: 1 to 128 bytes, chosen by the client");
  }
  CheckLength("request_id", request.request_id, kRequestIdMax, violations);
  CheckLength("comment", request.comment, kCommentMax, violations);
  CheckLength("author", request.author, kAuthorMax, violations);
  return violations.empty() ? absl::OkStatus() : InvalidRequest(violations);
}

absl::Status CheckRecords(const LawVersion& law, const ApplyRequest& request) {
  model::Violations violations = request.read_violations;
  CheckMutations(request.mutations, law.vocabulary, violations);
  return violations.empty() ? absl::OkStatus() : InvalidRecord(violations);
}

// What one Apply did, or would do.
struct Written {
  // The inventory before and after; of a replay, null.
  SnapshotPtr before;
  SnapshotPtr after;
  ApplyCounts counts;
  // The one that it made; the head where it made none.
  uint64_t revision = 0;
};

absl::StatusOr<ApplyPlan> Plan(Engine& engine, InventoryRuntime& inventory, const Snapshot& head,
                               const ApplyRequest& request) {
  const auto last_changed_at = [&](const model::RecordRef& ref) -> absl::StatusOr<uint64_t> {
    ONWARD_ASSIGN_OR_RETURN(const std::optional<storage::StoredRecord> stored,
                            engine.store().Get(inventory.identity().id, ref, head.revision()));
    return stored ? stored->last_changed_at : 0;
  };
  return PlanApply(request.mutations, head, inventory.Identifiers(), last_changed_at);
}

storage::CommitMeta MetaOf(const Engine& engine, const ApplyRequest& request,
                           const std::string& digest, const ApplyCounts& counts) {
  storage::CommitMeta meta;
  meta.committed_at = engine.Now();
  meta.author = request.author;
  meta.comment = request.comment;
  meta.request_id = request.request_id;
  meta.payload_digest = digest;
  meta.created = counts.created;
  meta.updated = counts.updated;
  meta.unchanged = counts.unchanged;
  meta.deleted = counts.deleted;
  return meta;
}

void KeepIdentifiers(InventoryRuntime& inventory, const Snapshot& before,
                     const std::vector<model::Mutation>& writes) {
  for (const model::Mutation& write : writes) {
    if (write.ref.kind != model::RecordKind::kParty) {
      continue;
    }
    const model::Party* after = write.record ? std::get_if<model::Party>(&*write.record) : nullptr;
    inventory.UpdateIdentifiers(before.FindParty(write.ref.id), after);
  }
}

// Commits and publishes. A commit that fails may have been kept all the same: the next write then finds
// another head than it expects, so the state is read again.
absl::Status Commit(Engine& engine, InventoryRuntime& inventory, const ApplyPlan& plan,
                    const storage::CommitMeta& meta, const Written& written) {
  std::vector<storage::RecordWrite> writes;
  writes.reserve(plan.writes.size());
  for (const model::Mutation& write : plan.writes) {
    writes.push_back({write.ref, write.record});
  }
  const absl::StatusOr<uint64_t> revision =
      engine.store().Commit(inventory.identity().id, written.before->revision(), writes, meta);
  if (!revision.ok()) {
    return revision.status();
  }
  KeepIdentifiers(inventory, *written.before, plan.writes);
  inventory.Publish(written.after, plan.writes);
  return absl::OkStatus();
}

// Plans on the newest state and, unless this is a dry run, writes. Under the write mutex.
absl::StatusOr<Written> PlanAndWrite(Engine& engine, InventoryRuntime& inventory,
                                     const ApplyRequest& request, const std::string& digest,
                                     const CallContext& call) {
  Written written;
  written.before = inventory.head();
  written.revision = written.before->revision();
  ONWARD_ASSIGN_OR_RETURN(ApplyPlan plan, Plan(engine, inventory, *written.before, request));
  written.counts = plan.counts;
  if (plan.writes.empty()) {
    written.after = written.before;
    return written;
  }
  ONWARD_RETURN_IF_ERROR(call.Check());
  written.after = written.before->With(written.before->revision() + 1, plan.writes);
  if (!request.dry_run) {
    const storage::CommitMeta meta = MetaOf(engine, request, digest, plan.counts);
    ONWARD_RETURN_IF_ERROR(Commit(engine, inventory, plan, meta, written));
    written.revision = written.after->revision();
  }
  return written;
}

// What the first call with this request_id did; nullopt: there was none.
absl::StatusOr<std::optional<Written>> Replay(Engine& engine, InventoryRuntime& inventory,
                                              const ApplyRequest& request,
                                              const std::string& digest) {
  if (request.request_id.empty()) {
    return std::optional<Written>();
  }
  ONWARD_ASSIGN_OR_RETURN(const std::optional<storage::RequestResult> first,
                          engine.store().FindRequest(inventory.identity().id, request.request_id));
  if (!first) {
    return std::optional<Written>();
  }
  if (first->payload_digest != digest) {
    return storage::RequestIdReused(request.request_id, first->revision);
  }
  Written written;
  written.counts = {first->created, first->updated, first->unchanged, first->deleted};
  written.revision = first->revision;
  return std::optional<Written>(std::move(written));
}

absl::StatusOr<Written> WriteOnce(Engine& engine, InventoryRuntime& inventory,
                                  const ApplyRequest& request, const std::string& digest,
                                  const CallContext& call) {
  // A commit whose outcome was unknown may be there: take it in before anything is decided.
  ONWARD_RETURN_IF_ERROR(engine.Reload(inventory));
  ONWARD_ASSIGN_OR_RETURN(std::optional<Written> first, Replay(engine, inventory, request, digest));
  if (first) {
    return *std::move(first);
  }
  return PlanAndWrite(engine, inventory, request, digest, call);
}

// The step in verdicts that a dry run shows. Where it asks for the answer to a request that was written
// already, there is none.
absl::StatusOr<std::vector<query::VerdictChange>> ChangesOf(
    Engine& engine, const std::shared_ptr<InventoryRuntime>& inventory, const LawPtr& law,
    const Written& written, const When& when, const CallContext& call) {
  if (written.before == written.after) {
    return std::vector<query::VerdictChange>();
  }
  ONWARD_ASSIGN_OR_RETURN(const query::JudgementsPtr before,
                          engine.Judge({inventory, written.before, law}, when, call));
  ONWARD_RETURN_IF_ERROR(call.Check());
  // This revision will never be: its verdicts must not be kept.
  query::JudgeOptions options;
  options.check = [&call] { return call.Check(); };
  ONWARD_ASSIGN_OR_RETURN(const query::JudgementsPtr after,
                          query::Judgements::Make(written.after, law->domain,
                                                  {when.as_of, when.law_known_at}, options));
  return query::ChangedVerdicts(*before, *after);
}

}  // namespace

absl::StatusOr<ApplyResult> Apply(Engine& engine, const ApplyRequest& request,
                                  const CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const std::shared_ptr<InventoryRuntime> inventory,
                          engine.Find(request.inventory));
  ONWARD_RETURN_IF_ERROR(CheckRequest(engine, request));
  Written written;
  LawPtr law;
  {
    // The register that the records are checked against stays in effect until they are written.
    const LawGate::Write gate(engine.law_gate());
    law = engine.law();
    ONWARD_RETURN_IF_ERROR(CheckRecords(*law, request));
    ONWARD_RETURN_IF_ERROR(call.Check());
    ONWARD_ASSIGN_OR_RETURN(const std::string digest, DigestOf(request));
    const MutexLock lock(inventory->write_mutex());
    ONWARD_ASSIGN_OR_RETURN(written, WriteOnce(engine, *inventory, request, digest, call));
  }
  const When when{request.as_of.value_or(engine.clock().Today())};
  ApplyResult result;
  result.counts = written.counts;
  result.basis = {inventory->identity(), written.revision, law, when};
  if (request.dry_run) {
    ONWARD_ASSIGN_OR_RETURN(result.changes, ChangesOf(engine, inventory, law, written, when, call));
  } else {
    engine.FoldIfDue(inventory);
  }
  return result;
}

}  // namespace onward::commands
