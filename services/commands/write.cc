#include "services/commands/write.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/base/error_detail.h"
#include "graph/base/status_macros.h"
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

void CheckTexts(const std::string& comment, const std::string& author,
                model::Violations& violations) {
  CheckLength("comment", comment, kCommentMax, violations);
  CheckLength("author", author, kAuthorMax, violations);
}

absl::StatusOr<ApplyPlan> PlanOn(Engine& engine, InventoryRuntime& inventory, const Snapshot& head,
                                 const WriteOrder& order) ONWARD_REQUIRES(inventory.write_mutex()) {
  const auto last_changed_at = [&](const model::RecordRef& ref) -> absl::StatusOr<uint64_t> {
    ONWARD_ASSIGN_OR_RETURN(const std::optional<storage::StoredRecord> stored,
                            engine.store().Get(inventory.identity().id, ref, head.revision()));
    return stored ? stored->last_changed_at : 0;
  };
  ONWARD_ASSIGN_OR_RETURN(const std::vector<model::Mutation>* mutations, order.mutations(head));
  return PlanApply(*mutations, head, inventory.Identifiers(), last_changed_at);
}

storage::CommitMeta MetaOf(const Engine& engine, const WriteOrder& order,
                           const ApplyCounts& counts) {
  storage::CommitMeta meta;
  meta.committed_at = engine.Now();
  meta.author = order.meta.author;
  meta.comment = order.meta.comment;
  meta.request_id = order.meta.request_id;
  meta.payload_digest = order.digest;
  meta.created = counts.created;
  meta.updated = counts.updated;
  meta.unchanged = counts.unchanged;
  meta.deleted = counts.deleted;
  return meta;
}

void KeepIdentifiers(InventoryRuntime& inventory, const Snapshot& before,
                     const std::vector<model::Mutation>& writes)
    ONWARD_REQUIRES(inventory.write_mutex()) {
  for (const model::Mutation& write : writes) {
    if (write.ref.kind != model::RecordKind::kParty) {
      continue;
    }
    const model::Party* after = write.record ? std::get_if<model::Party>(&*write.record) : nullptr;
    inventory.UpdateIdentifiers(before.FindParty(write.ref.id), after);
  }
}

// No caller asks the store for a head of its own: one that moved is a commit of unknown outcome that came to light
// meanwhile. The same call again finds it.
absl::Status UnlessOvertaken(const absl::Status& status) {
  return HasReason(status, "HEAD_MOVED")
             ? storage::Sealed("the store was opened again while the write was under way")
             : status;
}

// Commits and publishes. A commit that fails may have been kept all the same: the next write then finds
// another head than it expects, so the state is read again.
absl::Status Commit(Engine& engine, InventoryRuntime& inventory, ApplyPlan& plan,
                    const storage::CommitMeta& meta, const Written& written)
    ONWARD_REQUIRES(inventory.write_mutex()) {
  // Lent to the store.
  std::vector<storage::RecordWrite> writes;
  writes.reserve(plan.writes.size());
  for (model::Mutation& write : plan.writes) {
    writes.push_back({write.ref, std::move(write.record)});
  }
  const absl::StatusOr<uint64_t> revision =
      engine.store().Commit(inventory.identity().id, written.before->revision(), writes, meta);
  for (size_t i = 0; i < writes.size(); ++i) {
    plan.writes[i].record = std::move(writes[i].record);
  }
  if (!revision.ok()) {
    return UnlessOvertaken(revision.status());
  }
  KeepIdentifiers(inventory, *written.before, plan.writes);
  inventory.Publish(written.after, plan.writes);
  return absl::OkStatus();
}

// Of what grows: what is too large already may shrink, and be put right.
absl::Status CheckGrowth(const EngineOptions& options, const Snapshot& before,
                         const Snapshot& after) {
  const size_t flows = after.RecordCount(model::RecordKind::kFlow);
  return CheckInventorySize(options, after.size() > before.size() ? after.size() : 0,
                            flows > before.RecordCount(model::RecordKind::kFlow) ? flows : 0);
}

// Plans on the newest state and, unless this is a dry run, writes.
absl::StatusOr<Written> PlanAndWrite(Engine& engine, InventoryRuntime& inventory,
                                     const WriteOrder& order, const CallContext& call)
    ONWARD_REQUIRES(inventory.write_mutex()) {
  Written written;
  written.before = inventory.head();
  written.after = written.before;
  written.revision = written.before->revision();
  ONWARD_ASSIGN_OR_RETURN(ApplyPlan plan, PlanOn(engine, inventory, *written.before, order));
  written.counts = plan.counts;
  ONWARD_RETURN_IF_ERROR(call.Check());
  const storage::CommitMeta meta = MetaOf(engine, order, plan.counts);
  if (plan.writes.empty()) {
    if (!order.meta.dry_run) {
      ONWARD_RETURN_IF_ERROR(UnlessOvertaken(
          engine.store().KeepRequest(inventory.identity().id, written.revision, meta)));
    }
    return written;
  }
  written.after = written.before->With(written.revision + 1, plan.writes);
  ONWARD_RETURN_IF_ERROR(CheckGrowth(engine.options(), *written.before, *written.after));
  if (!order.meta.dry_run) {
    ONWARD_RETURN_IF_ERROR(Commit(engine, inventory, plan, meta, written));
    written.revision = written.after->revision();
  }
  return written;
}

// What the first call with this request_id did; nullopt: there was none.
absl::StatusOr<std::optional<Written>> Replay(Engine& engine, const InventoryRuntime& inventory,
                                              const WriteOrder& order) {
  const std::string& id = order.meta.request_id;
  if (id.empty()) {
    return std::optional<Written>();
  }
  ONWARD_ASSIGN_OR_RETURN(const std::optional<storage::RequestResult> first,
                          engine.store().FindRequest(inventory.identity().id, id));
  if (!first) {
    return std::optional<Written>();
  }
  // With contacts that were erased since, the digest is gone.
  if (!first->payload_digest.empty() && first->payload_digest != order.digest) {
    return storage::RequestIdReused(id, first->revision);
  }
  Written written;
  written.counts = {first->created, first->updated, first->unchanged, first->deleted};
  written.revision = first->revision;
  return std::optional<Written>(std::move(written));
}

}  // namespace

absl::Status CheckInventorySize(const EngineOptions& options, size_t records, size_t flows) {
  if (records > options.inventory_records_max) {
    return LimitExceeded("inventory_records_max", options.inventory_records_max, records);
  }
  if (flows > options.inventory_flows_max) {
    return LimitExceeded("inventory_flows_max", options.inventory_flows_max, flows);
  }
  return absl::OkStatus();
}

absl::Status CheckWriteMeta(const WriteMeta& meta) {
  model::Violations violations;
  if (meta.request_id.empty() && !meta.dry_run) {
    violations.Add("request_id", "is required: 1 to 128 bytes, chosen by the client");
  }
  CheckLength("request_id", meta.request_id, kRequestIdMax, violations);
  CheckTexts(meta.comment, meta.author, violations);
  return violations.empty() ? absl::OkStatus() : InvalidRequest(violations);
}

absl::Status CheckTexts(const std::string& comment, const std::string& author) {
  model::Violations violations;
  CheckTexts(comment, author, violations);
  return violations.empty() ? absl::OkStatus() : InvalidRequest(violations);
}

absl::StatusOr<Written> WriteOnce(Engine& engine, InventoryRuntime& inventory,
                                  const WriteOrder& order, const CallContext& call) {
  // A commit whose outcome was unknown may be there: take it in before anything is decided.
  ONWARD_RETURN_IF_ERROR(engine.Reload(inventory));
  ONWARD_ASSIGN_OR_RETURN(std::optional<Written> first, Replay(engine, inventory, order));
  if (first) {
    // It may have come to light since: what is answered is there for everybody.
    ONWARD_RETURN_IF_ERROR(engine.Reload(inventory));
    return *std::move(first);
  }
  return PlanAndWrite(engine, inventory, order, call);
}

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

}  // namespace onward::commands
